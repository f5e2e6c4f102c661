"""The pages of documents: lists, cards with their lines, what is posted and archived, and documents of contacts."""

from tuttava.documents.pages import actions, card, contact, lines, lists, new, overview, posted, setup

__all__ = ["actions", "card", "contact", "lines", "lists", "new", "overview", "posted", "setup"]
