"""How interactions show in the services; importing the package registers their sets."""

from tuttava.interactions.entities import vocabulary

__all__ = ["vocabulary"]
