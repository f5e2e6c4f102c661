"""Tuttava: relationship management for people with a customer on the phone."""

__version__ = "0.1.0"
