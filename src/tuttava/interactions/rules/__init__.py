"""Rules of this room's records; importing registers them."""

from tuttava.interactions.rules import comments, log

__all__ = ["comments", "log"]
