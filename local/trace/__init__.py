"""``make trace``: everything that is known of one article or one feed."""
