"""Registers the contact card and everything that opens from it."""

from tuttava.contacts.pages import (
    actions,
    card,
    create,
    lookups,
    names,
    privacy,
    related,
    setup_cards,
)

__all__ = ["actions", "card", "create", "lookups", "names", "privacy", "related", "setup_cards"]
