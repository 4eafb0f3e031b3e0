"""``make takedown`` and ``make restore``: articles that are to be gone, and publishers that say stop."""
