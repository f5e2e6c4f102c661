"""How interactions show in the services; importing the package registers their sets."""

from tuttava.interactions.entities import delivery, drafts, figures, log, starting, totals, vocabulary

__all__ = ["delivery", "drafts", "figures", "log", "starting", "totals", "vocabulary"]
