"""What a contact looks like, so that a verdict about a pair can be told from a change of both (D-11)."""

from __future__ import annotations

import hashlib

from tuttava.contacts.models import Contact

_FIELDS = (
    *("name", "name_2", "first_name", "surname", "address", "address_2", "post_code", "city", "country_code"),
    *("phone_no", "mobile_phone_no", "email", "vat_registration_no", "registration_number", "external_id"),
)


def fingerprint(contact: Contact) -> str:
    """32 characters that change when the contact's data changes in more than capitals and punctuation."""
    kept = ("".join(filter(str.isalnum, str(getattr(contact, name) or "").casefold())) for name in _FIELDS)
    return hashlib.blake2b("\x1f".join(kept).encode(), digest_size=16).hexdigest()


def evidence_of(contact: Contact, duplicate: Contact) -> str:
    """What is kept with a pair when it is declared separate."""
    return fingerprint(contact) + fingerprint(duplicate)


def both_changed(evidence: str, contact: Contact, duplicate: Contact) -> bool:
    """Whether both changed materially since; not known of a pair without evidence, which stays as it is."""
    now = evidence_of(contact, duplicate)
    return bool(evidence) and evidence[:32] != now[:32] and evidence[32:] != now[32:]
