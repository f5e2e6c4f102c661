"""How duplicates show in the CRM service; importing the package registers its sets."""

from tuttava.duplicates.entities import pairs, strings, verbs

__all__ = ["pairs", "strings", "verbs"]
