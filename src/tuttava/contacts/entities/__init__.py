"""How the register shows in the services; importing the package registers its sets."""

from tuttava.contacts.entities import belongings, codes, register, setup, standard

__all__ = ["belongings", "codes", "register", "setup", "standard"]
