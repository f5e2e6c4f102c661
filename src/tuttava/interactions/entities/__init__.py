"""How interactions show in the services; importing the package registers their sets."""

from tuttava.interactions.entities import delivery, figures, log, vocabulary

__all__ = ["delivery", "figures", "log", "vocabulary"]
