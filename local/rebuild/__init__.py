"""``make rebuild``: the whole site anew from the stored articles."""
