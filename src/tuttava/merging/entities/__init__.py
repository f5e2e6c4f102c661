"""How merges show in the CRM service; importing the package registers its sets."""

from tuttava.merging.entities import conflicts, lines, merges, starting

__all__ = ["conflicts", "lines", "merges", "starting"]
