"""What must be true of a deployed stack: each check takes what was found in the account and yields its faults."""
