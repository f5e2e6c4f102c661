"""How the register shows in the services; importing the package registers its sets."""

from tuttava.contacts.entities import belongings, codes, pictures, register, setup, standard

__all__ = ["belongings", "codes", "pictures", "register", "setup", "standard"]
