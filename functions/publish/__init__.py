"""The publish stage: stored articles become pages, feeds and sitemaps."""
