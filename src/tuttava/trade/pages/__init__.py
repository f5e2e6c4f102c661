"""The pages of this room: code tables, items, and what trade adds to cards of customers, vendors and contacts."""

from tuttava.trade.pages import balances, codes, items, panels, statistics

__all__ = ["balances", "codes", "items", "panels", "statistics"]
