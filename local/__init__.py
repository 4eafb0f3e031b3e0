"""Newswire on one machine: the real template and the real handlers against AWS emulated by moto."""
