"""Benchmarks of the HTTP services: a running server under load, bare SQL and Tryton beside it."""
