"""How interactions show in the services; importing the package registers their sets."""

from tuttava.interactions.entities import figures, log, vocabulary

__all__ = ["figures", "log", "vocabulary"]
