"""How the registers and their relations show in the services; importing the package registers its sets."""

from tuttava.relations.entities import information, people, places, register, standard, verbs

__all__ = ["information", "people", "places", "register", "standard", "verbs"]
