"""Duplicates in bases beyond one machine: the field set of the duplicate search, worked by Splink on a Spark cluster.

The product itself searches a few million contacts on one machine (see ``tuttava.matching``). This package is an extra,
``pip install tuttava[spark]``; nothing else imports it.
"""
