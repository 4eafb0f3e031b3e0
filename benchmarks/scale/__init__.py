"""``make bench-scale``: a portal of 5,000 feeds and 100,000 articles a day beside the services' limits."""
