"""Every AWS call of a story fails in every way, and nothing may be lost or doubled: ``make faults``."""
