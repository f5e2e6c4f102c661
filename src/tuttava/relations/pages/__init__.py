"""The pages of this room: lists and cards of the registers, and what ties them to contacts."""

from tuttava.relations.pages import cards, create, lists

__all__ = ["cards", "create", "lists"]
