"""How merges show in the CRM service; importing the package registers its sets."""

from tuttava.merging.entities import lines, merges, starting

__all__ = ["lines", "merges", "starting"]
