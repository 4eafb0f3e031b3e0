"""``make redrive``: what the pipeline gave up is tried again."""
