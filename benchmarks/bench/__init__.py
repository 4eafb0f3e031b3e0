"""``make bench``: each piece of the work beside others that do it, in turn, on this machine, in one run."""
