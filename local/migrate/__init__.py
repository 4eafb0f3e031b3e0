"""``make migrate``: stored items get the attributes that this release gives to new ones."""
