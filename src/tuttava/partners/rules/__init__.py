"""The rules of everything in this room."""

from tuttava.partners.rules import dimensions, lists, people, registers, setups, templates, terms

__all__ = ["dimensions", "lists", "people", "registers", "setups", "templates", "terms"]
