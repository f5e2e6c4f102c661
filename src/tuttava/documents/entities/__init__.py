"""How documents show in the services; importing the package registers its sets."""

from tuttava.documents.entities import actions, bills, contacts_side, crm, dues, leaving, posted, service, standard

__all__ = ["actions", "bills", "contacts_side", "crm", "dues", "leaving", "posted", "service", "standard"]
