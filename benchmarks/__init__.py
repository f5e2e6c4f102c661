"""Measurements of the product on a base of a million contacts: ``python -m benchmarks``."""
