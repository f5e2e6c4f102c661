"""How the registers and their relations show in the services; importing the package registers its sets."""

from tuttava.relations.entities import places, register, standard

__all__ = ["places", "register", "standard"]
