"""Rules of this room's records; importing registers them."""

from tuttava.interactions.rules import attachments, comments, drafts, log, setup, templates

__all__ = ["attachments", "comments", "drafts", "log", "setup", "templates"]
