"""``make bench-gate``: what polls, articles and publish runs ask of AWS, counted and held exactly."""
