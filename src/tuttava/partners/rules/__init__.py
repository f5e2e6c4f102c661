"""The rules of everything in this room."""

from tuttava.partners.rules import lists, people, registers, setups, templates

__all__ = ["lists", "people", "registers", "setups", "templates"]
