"""How documents show in the services; importing the package registers its sets."""

from tuttava.documents.entities import actions, crm, standard

__all__ = ["actions", "crm", "standard"]
