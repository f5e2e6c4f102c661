"""Rules of what is traded; importing the package registers them."""

from tuttava.trade.rules import codes, facts, items

__all__ = ["codes", "facts", "items"]
