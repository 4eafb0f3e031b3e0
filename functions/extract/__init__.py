"""The extract stage: turns one URL into one stored article."""
