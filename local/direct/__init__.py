"""The calls that a run makes thousands of, answered out of moto's own memory without a request in between."""
