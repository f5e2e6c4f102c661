"""Rules of this room's records; importing registers them."""

from tuttava.interactions.rules import attachments, comments, log, setup, templates

__all__ = ["attachments", "comments", "log", "setup", "templates"]
