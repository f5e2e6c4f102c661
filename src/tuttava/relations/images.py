"""Pictures travel between a contact and the records linked to it (B-75, the row "image" of B.3).

A picture that is set, replaced or deleted on one side is on the other. Only pictures that differ are written, so the
round ends when all sides have the same. Bank accounts have none.
"""

from __future__ import annotations

import uuid
from collections import defaultdict
from collections.abc import Collection, Iterable, Sequence
from typing import Any

from django.db.models import QuerySet
from django.utils.translation import gettext as _

from tuttava.contacts.models import Contact, ContactBusinessRelation
from tuttava.contacts.setup import marketing_setup
from tuttava.contacts.signals import personal_data_erased
from tuttava.foundation.context import ask
from tuttava.foundation.models import PictureParent
from tuttava.foundation.pictures import (
    copy_picture,
    copy_pictures,
    delete_pictures,
    erase_pictures,
    other_pictures,
    picture_changed,
    pictures_of,
)
from tuttava.partners.models import Customer, Employee, Vendor

CONTACT = PictureParent.CONTACT
#: The registers whose records have pictures, as what.
KINDS = {model.table: PictureParent(model.table) for model in (Customer, Vendor, Employee)}

Pairs = list[tuple[uuid.UUID, uuid.UUID]]


def connect() -> None:
    """Listen to pictures of both sides."""
    picture_changed.connect(_picture_changed, dispatch_uid="relations.images")
    personal_data_erased.connect(_personal_data_erased, dispatch_uid="relations.images")


def take_picture(contact: Contact, customer: Customer) -> bool:
    """Give ``customer`` the picture of the company that became its primary contact (B-75); whether it has it now.

    Another picture of the customer's own is replaced after asking only (``q_replace_image``, default no).
    """
    kind = KINDS[customer.table]
    if not other_pictures(CONTACT, kind, [(contact.pk, customer.pk)]):
        return False
    if pictures_of(kind, [customer.pk]).exists():
        text = _("Replace the picture of customer %(no)s by that of contact %(contact)s?")
        if not ask("q_replace_image", text % {"no": customer.no, "contact": contact.no}, default=False):
            return False
    return bool(copy_picture(CONTACT, contact.pk, kind, [customer.pk]))


def take_pictures(pairs: Collection[tuple[Contact, Customer]]) -> None:
    """The same for several; one query where none has another picture."""
    by_id = {customer.pk: (contact, customer) for contact, customer in pairs}
    ids = [(contact.pk, customer.pk) for contact, customer in pairs]
    for each in other_pictures(CONTACT, PictureParent.CUSTOMER, ids):
        take_picture(*by_id[each])


def pictures_to_records(table: str, pairs: Collection[tuple[uuid.UUID, uuid.UUID]]) -> None:
    """Give records of a register the pictures of the contacts they are linked to; ``pairs``: contact and record."""
    if table in KINDS:
        copy_pictures(CONTACT, KINDS[table], pairs)


def pictures_to_contacts(table: str, pairs: Collection[tuple[uuid.UUID, uuid.UUID]]) -> None:
    """The other way; ``pairs`` as there."""
    if table in KINDS:
        copy_pictures(KINDS[table], CONTACT, [(record, contact) for contact, record in pairs])


def share_picture(contact_id: uuid.UUID, table: str, record_id: uuid.UUID, *, contact_first: bool) -> None:
    """Give both sides of a new link the same picture: that of the one, or the other's where the one has none (B-43).

    What an employee has reaches its contact only if the setup says so (B-65).
    """
    pair = [(contact_id, record_id)]
    two_way = table in KINDS and _reaches_contacts(KINDS[table])
    if two_way and not contact_first:
        pictures_to_contacts(table, pair)
    pictures_to_records(table, pair)
    if two_way:
        pictures_to_contacts(table, pair)


def picture_difference(contact_id: uuid.UUID, table: str, record_id: uuid.UUID) -> tuple[str, str] | None:
    """Width and height of the pictures in which both sides differ, blank without one; None where they do not."""
    kind = KINDS.get(table)
    if kind is None:
        return None
    pair = (contact_id, record_id)
    if not other_pictures(CONTACT, kind, [pair]) and not other_pictures(kind, CONTACT, [pair[::-1]]):
        return None
    return _size(CONTACT, contact_id), _size(kind, record_id)


def _size(kind: PictureParent, owner_id: uuid.UUID) -> str:
    found = pictures_of(kind, [owner_id]).values_list("width", "height").first()
    return "{} × {}".format(*found) if found else ""


def _reaches_contacts(kind: PictureParent) -> bool:
    return kind != PictureParent.EMPLOYEE or marketing_setup().two_way_employees


def _picture_changed(*, parent_kind: str, parent_ids: Sequence[uuid.UUID], **_signal: Any) -> None:
    if parent_kind == CONTACT:
        _carry_to_records(parent_ids)
    elif parent_kind in KINDS and _reaches_contacts(KINDS[parent_kind]):
        _carry_to_contacts(KINDS[parent_kind], parent_ids)


def _linked(rows: QuerySet[ContactBusinessRelation]) -> Iterable[tuple[uuid.UUID, str, uuid.UUID]]:
    """Contact, register and record of the rows that link a record with pictures."""
    for contact, table, record in rows.filter(secondary=False).values_list("contact_id", "link_to_table", "linked_id"):
        if record is not None and table in KINDS:
            yield contact, table, record


def _carry_to_records(contact_ids: Sequence[uuid.UUID]) -> None:
    by_kind: dict[PictureParent, Pairs] = defaultdict(list)
    for contact, table, record in _linked(ContactBusinessRelation.objects.filter(contact_id__in=contact_ids)):
        by_kind[KINDS[table]].append((contact, record))
    for kind, pairs in by_kind.items():
        _carry(CONTACT, kind, pairs)


def _carry_to_contacts(kind: PictureParent, record_ids: Sequence[uuid.UUID]) -> None:
    rows = ContactBusinessRelation.objects.filter(linked_id__in=record_ids, link_to_table=kind)
    pairs = [(record, contact) for contact, _table, record in _linked(rows)]
    if pairs:
        _carry(kind, CONTACT, pairs)


def _carry(from_kind: PictureParent, to_kind: PictureParent, pairs: Pairs) -> None:
    """What the first records of the pairs have, the second ones get; what those have not, these lose."""
    sources = [source for source, _target in pairs]
    pictured = set(pictures_of(from_kind, sources).values_list("parent_id", flat=True))
    copy_pictures(from_kind, to_kind, [pair for pair in pairs if pair[0] in pictured])
    delete_pictures(to_kind, [target for source, target in pairs if source not in pictured])


def _personal_data_erased(*, contact: Contact, **_signal: Any) -> None:
    """The picture is erased wherever it went (C-74)."""
    by_kind: dict[PictureParent, list[uuid.UUID]] = defaultdict(list)
    for _contact, table, record in _linked(ContactBusinessRelation.objects.filter(contact=contact)):
        by_kind[KINDS[table]].append(record)
    for kind, records in by_kind.items():
        erase_pictures(kind, records)
