"""What ``make recover`` and ``make migrate`` share: stored items are changed one by one."""
