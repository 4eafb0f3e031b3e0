"""Six invented publishers whose stories, pages and feeds the local run collects by default."""
