"""How documents show in the services; importing the package registers its sets."""

from tuttava.documents.entities import actions, bills, crm, standard

__all__ = ["actions", "bills", "crm", "standard"]
