"""Registers the contact card and everything that opens from it."""

from tuttava.contacts.pages import (
    actions,
    card,
    comments,
    create,
    lookups,
    names,
    privacy,
    related,
    setup_cards,
)

__all__ = ["actions", "card", "comments", "create", "lookups", "names", "privacy", "related", "setup_cards"]
