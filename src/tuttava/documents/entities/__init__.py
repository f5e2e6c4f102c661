"""How documents show in the services; importing the package registers its sets."""

from tuttava.documents.entities import (
    actions,
    bills,
    contacts_side,
    crm,
    dues,
    leaving,
    long,
    moved,
    pdf,
    posted,
    sending,
    service,
    standard,
)

__all__ = [
    "actions",
    "bills",
    "contacts_side",
    "crm",
    "dues",
    "leaving",
    "long",
    "moved",
    "pdf",
    "posted",
    "sending",
    "service",
    "standard",
]
