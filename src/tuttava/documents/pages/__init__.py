"""The pages of documents: lists, cards with their lines, what is posted and archived, and documents of contacts."""

from tuttava.documents.pages import (
    actions,
    bulk,
    card,
    claim_lists,
    claims,
    contact,
    lines,
    lists,
    new,
    overview,
    posted,
    print_lists,
    setup,
    statements,
    stories,
)

__all__ = [
    "actions",
    "bulk",
    "card",
    "claim_lists",
    "claims",
    "contact",
    "lines",
    "lists",
    "new",
    "overview",
    "posted",
    "print_lists",
    "setup",
    "statements",
    "stories",
]
