"""How trade shows in the services; importing the package registers its sets."""

from tuttava.trade.entities import codes, facts, figures, items

__all__ = ["codes", "facts", "figures", "items"]
