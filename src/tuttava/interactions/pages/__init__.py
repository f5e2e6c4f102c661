"""What the browser shows of interactions; importing the package mounts its pages."""

from tuttava.interactions.pages import calls, files, lookups, quick, statistics, vocabulary, wizard

__all__ = ["calls", "files", "lookups", "quick", "statistics", "vocabulary", "wizard"]
