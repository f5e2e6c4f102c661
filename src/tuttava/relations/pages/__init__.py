"""The pages of this room: lists and cards of the registers, and what ties them to contacts."""

from tuttava.relations.pages import cards, contact_side, create, create_as, founding, link, lists, relation_lists

__all__ = ["cards", "contact_side", "create", "create_as", "founding", "link", "lists", "relation_lists"]
