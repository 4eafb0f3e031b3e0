"""The three stages, one package each; none imports another."""
