"""What the browser shows of interactions; importing the package mounts its pages."""

from tuttava.interactions.pages import calls, lookups, quick, wizard

__all__ = ["calls", "lookups", "quick", "wizard"]
