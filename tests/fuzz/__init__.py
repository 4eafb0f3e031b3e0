"""Inputs made of others by rule and by chance, for every place where strangers' bytes come in."""
