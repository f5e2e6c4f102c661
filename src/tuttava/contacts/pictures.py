"""What a contact's picture asks for, and who may see it (C-72, C-97)."""

from __future__ import annotations

from django.utils.translation import gettext as _

from tuttava.contacts.models import Contact
from tuttava.contacts.privacy import RIGHT, is_hidden
from tuttava.foundation.errors import DomainError
from tuttava.foundation.pictures import Parent


def require_number_and_name(contact: Contact) -> None:
    """Refuse (``contact.required``) without number or name."""
    for name in ("no", "name"):
        if not getattr(contact, name):
            raise DomainError(
                "contact.required",
                _("Contact %(no)s needs a number and a name before it gets a picture.") % {"no": contact.no},
                field=name,
                rule="C-97",
            )


PICTURED = Parent(
    Contact,
    named=lambda contact: f"{contact.no} {contact.name}",
    check=require_number_and_name,
    hidden=is_hidden,
    right=RIGHT,
)
