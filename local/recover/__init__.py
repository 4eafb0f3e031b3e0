"""``make recover``: items of a table that was restored from its backup come back into the stack's own."""
