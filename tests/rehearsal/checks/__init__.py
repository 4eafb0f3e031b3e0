"""What must be true of a deployed stack: each check takes what was found and yields its faults."""
