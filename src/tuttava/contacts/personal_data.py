"""Everything held about a contact: handed out, or erased for good (C-74)."""

from __future__ import annotations

import base64
import json
import uuid
from collections.abc import Iterator, Sequence
from typing import Any

from django.core.serializers.json import DjangoJSONEncoder
from django.db import connection, models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext as _

from tuttava.contacts.models import Contact, ContactLink, ContactWebSource
from tuttava.contacts.privacy import HIDDEN, RIGHT, accesses, log_access
from tuttava.contacts.rules.deletion import DEPENDENTS
from tuttava.contacts.signals import personal_data_erased, personal_data_exported
from tuttava.foundation.attachments import attachments_of, erase_contents, read_content, remove_attachments
from tuttava.foundation.cleaning import blank_of
from tuttava.foundation.context import require
from tuttava.foundation.errors import DomainError
from tuttava.foundation.journal import JournalChange, UnitOfWork, unit_of_work
from tuttava.foundation.models import (
    AttachmentParent,
    CommentLine,
    DocumentAttachment,
    OutboxMail,
    OwnerKind,
    PictureParent,
)
from tuttava.foundation.pictures import erase_pictures, pictures_of
from tuttava.foundation.records import Record, lock
from tuttava.foundation.search_tokens import set_search

Json = dict[str, Any]

#: What hangs on a contact and stays, because it only counts: links to code tables.
KEPT = frozenset(model for model in DEPENDENTS if issubclass(model, ContactLink))
NOT_TOLD = frozenset({"version", "search_tokens", "search_text"})
BATCH = 1000


def export_personal_data(contact: Contact, reason: str) -> Json:
    """Everything held about ``contact``, history included, as values for JSON; logged with ``reason``.

    Needs the right ``privacy.manage``; refuses a blank reason (``field_required``).
    """
    require(RIGHT, "contacts")
    _require_reason(reason)
    data: Json = {"contact": _values(contact), "exported_at": timezone.now()}
    for model in DEPENDENTS:
        rows = model._default_manager.filter(**{"contact_id": contact.pk})
        data[str(model._meta.model_name)] = [_values(row) for row in rows]
    comments = CommentLine.objects.filter(owner_kind=OwnerKind.CONTACT, owner_id=contact.pk)
    data["comments"] = [_values(row) for row in comments]
    files = attachments_of(AttachmentParent.CONTACT, [contact.pk])
    data["attachments"] = [{**_values(row), "content": _told(read_content(row))} for row in files]
    data["pictures"] = [_values(row) for row in pictures_of(PictureParent.CONTACT, [contact.pk])]
    data["mails"] = [_values(row) for row in OutboxMail.objects.filter(related_id=contact.pk)]
    data["access_log"] = [_values(row) for row in accesses(contact.pk)]
    data["history"] = list(_history(contact.pk))
    for _receiver, answer in personal_data_exported.send(sender=Contact, contact=contact):
        if isinstance(answer, dict):
            data.update(answer)
    log_access(contact, "export", reason)
    return data


def personal_data_file(contact: Contact, reason: str) -> str:
    """The same as the JSON text of a file."""
    return json.dumps(export_personal_data(contact, reason), cls=DjangoJSONEncoder, ensure_ascii=False, indent=2)


def erase_personal_data(contact: Contact, reason: str) -> Contact:
    """Erase what is personal, in the journal too; the row stays as an anonymous number for statistics.

    Cannot be taken back. Needs the right ``privacy.manage``; refuses a blank reason (``field_required``).
    """
    require(RIGHT, "contacts")
    _require_reason(reason)
    with unit_of_work("erase personal data", contact.no):
        fresh = lock(contact)
        names = names_in_journal(fresh)
        _erase_dependents(fresh)
        _erase_fields(fresh)
        people = _erase_company_name(fresh) if fresh.is_company else []
        personal_data_erased.send(sender=Contact, contact=fresh)
        scrub_journal(fresh, names, people)
        erase_pictures(PictureParent.CONTACT, [fresh.pk])
        log_access(fresh, "erase", reason)
    return fresh


def _require_reason(reason: str) -> None:
    if not reason.strip():
        raise DomainError("field_required", _("Say why: the reason is kept in the log."), field="reason", rule="C-74")


def _values(row: models.Model) -> Json:
    return {
        field.attname: _told(getattr(row, field.attname))
        for field in row._meta.concrete_fields
        if field.attname not in NOT_TOLD
    }


def _told(value: Any) -> Any:
    return base64.b64encode(bytes(value)).decode() if isinstance(value, bytes | memoryview) else value


def _history(contact_id: uuid.UUID) -> Iterator[Json]:
    changes = JournalChange.objects.filter(Q(owner_id=contact_id) | Q(record_id=contact_id)).order_by("id")
    for change in changes.select_related("unit").iterator(BATCH):
        yield {
            "at": change.at,
            "user": change.unit.user_name if change.unit else "",
            "door": change.unit.door if change.unit else "",
            "record_type": change.record_type,
            "operation": change.operation,
            "old": change.old,
            "new": change.new,
        }


def _erase_dependents(contact: Contact) -> None:
    for model in DEPENDENTS:
        if model not in KEPT:
            rows = model._default_manager.filter(**{"contact_id": contact.pk})
            rows._raw_delete(rows.db)
    ContactWebSource.objects.filter(contact=contact).update(search_word="")
    comments = CommentLine.objects.filter(owner_kind=OwnerKind.CONTACT, owner_id=contact.pk)
    comments._raw_delete(comments.db)
    remove_attachments(AttachmentParent.CONTACT, [contact.pk])
    erase_contents(contact.pk)
    OutboxMail.objects.filter(related_id=contact.pk).delete()


def _erase_fields(contact: Contact) -> None:
    """Blank the columns without the rules that would pass blanks on to people and linked records."""
    own_name = ("company_name",) if contact.is_company else ()
    for name in (*HIDDEN, *own_name):
        setattr(contact, name, blank_of(contact, name))
    contact.privacy_blocked = contact.exclude_from_segment = True
    contact.pinned_fields = []
    contact.last_modified_at = timezone.now()
    set_search(contact)
    erased = (*HIDDEN, *own_name, "privacy_blocked", "exclude_from_segment", "pinned_fields", "last_modified_at")
    contact.save(update_fields=erased)
    contact.refresh_from_db(fields=["version"])


def _erase_company_name(company: Contact) -> list[uuid.UUID]:
    """The copies of the company's name on its people; returns their ids."""
    people = Contact.objects.filter(company=company).exclude(pk=company.pk).order_by("pk")
    ids = list(people.values_list("pk", flat=True))
    for start in range(0, len(ids), BATCH):
        batch = list(Contact.objects.filter(pk__in=ids[start : start + BATCH]))
        for person in batch:
            person.company_name = ""
            set_search(person)
        Contact.objects.bulk_update(batch, ["company_name", "search_tokens", "search_text"], batch_size=500)
    return ids


def names_in_journal(contact: Contact) -> set[str]:
    """Every name the contact ever had, as summaries may spell it."""
    changes = JournalChange.objects.filter(record_id=contact.pk).values_list("old__name", "new__name")
    return {name for pair in changes for name in pair if name} | ({contact.name} - {""})


def scrub_journal(contact: Contact, names: set[str], people: Sequence[uuid.UUID]) -> None:
    """Take the personal values out of what was written before and in this unit of work.

    Entries of erased rows keep their ids alone and leave their unit of work, so that no undo puts them back.
    """
    changes = JournalChange.objects.filter(Q(owner_id=contact.pk) | Q(record_id=contact.pk))
    units = list(changes.exclude(unit=None).values_list("unit_id", flat=True).distinct())
    gone: list[type[Record]] = [*DEPENDENTS, CommentLine, DocumentAttachment]
    erased = [_label(model) for model in gone if model not in KEPT]
    of_rows = changes.filter(record_type__in=erased)
    of_rows.exclude(operation=JournalChange.Operation.DELETE).delete()
    own_name = ["company_name"] if contact.is_company else []
    with connection.cursor() as cursor:
        cursor.execute(
            "UPDATE foundation_journalchange SET unit_id = NULL,"
            " old = jsonb_build_object('id', record_id, 'contact_id', owner_id)"
            " WHERE owner_id = %s AND record_type = ANY(%s)",
            [contact.pk, erased],
        )
        cursor.execute(_WITHOUT_KEYS + " WHERE record_id = %s", [*[[*HIDDEN, *own_name]] * 2, contact.pk])
        cursor.execute(
            _WITHOUT_KEYS + " WHERE owner_id = %s AND record_type = %s",
            [["search_word"], ["search_word"], contact.pk, _label(ContactWebSource)],
        )
        if people:
            cursor.execute(
                _WITHOUT_KEYS + " WHERE record_id = ANY(%s)", [["company_name"], ["company_name"], list(people)]
            )
    for name in names:
        UnitOfWork.objects.filter(pk__in=units, summary__icontains=name).update(summary=contact.no)


_WITHOUT_KEYS = "UPDATE foundation_journalchange SET old = old - %s::text[], new = new - %s::text[]"


def _label(model: type[Record]) -> str:
    return model._meta.label_lower
