"""``make verify``: what is stored and shown is checked anew, from the bytes alone."""
