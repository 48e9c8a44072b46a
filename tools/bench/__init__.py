"""Measurements of what the project promises, in one run with what it is compared with."""
