"""The pages of documents: lists, cards with their lines, what is posted and archived, and documents of contacts."""

from tuttava.documents.pages import actions, card, lines, lists, new, overview, posted

__all__ = ["actions", "card", "lines", "lists", "new", "overview", "posted"]
