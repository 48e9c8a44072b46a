"""Measurements: what the project promises in numbers, taken in one run beside what it is compared with."""
