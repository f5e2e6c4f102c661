"""Bringing deleted contacts back from the journal (C-87)."""

from __future__ import annotations

import datetime as dt
import json
import uuid
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.apps import apps
from django.core.serializers.json import DjangoJSONEncoder
from django.db import connection, models
from django.db.models import Q, QuerySet
from django.db.models.fields.json import KT
from django.utils import timezone
from django.utils.translation import gettext as _
from psycopg import sql

from tuttava.contacts.models import Contact, ContactAffiliation, ContactBusinessRelation
from tuttava.contacts.rules.derived import refresh_status
from tuttava.contacts.setup import marketing_setup
from tuttava.contacts.signals import contacts_restored
from tuttava.contacts.touching import touch
from tuttava.foundation.context import require, tell
from tuttava.foundation.errors import DomainError
from tuttava.foundation.fields import as_code
from tuttava.foundation.journal import JournalChange, unit_of_work
from tuttava.foundation.records import Record, check_constraints

_CONTACT = Contact._meta.label_lower
_AFFILIATION = ContactAffiliation._meta.label_lower

Row = dict[str, Any]


@dataclass(frozen=True)
class DeletedContact:
    """A contact that can be brought back."""

    no: str
    name: str
    type: str
    deleted_at: dt.datetime
    deleted_by: str


def restorable(limit: int = 100) -> list[DeletedContact]:
    """Contacts deleted within the days that the setup keeps them and still gone, the latest first."""
    deletions = list(_deletions().select_related("unit").order_by("-at", "-id")[:limit])
    back = set(Contact.objects.filter(pk__in=[row.record_id for row in deletions]).values_list("pk", flat=True))
    return [_deleted(row) for row in deletions if row.record_id not in back]


def _deleted(row: JournalChange) -> DeletedContact:
    old = _old(row)
    return DeletedContact(old["no"], old["name"], old["type"], row.at, row.unit.user_name if row.unit else "")


def _old(change: JournalChange) -> Row:
    """The whole row that was deleted."""
    return dict(change.old or {})


def _deletions() -> QuerySet[JournalChange]:
    since = timezone.now() - dt.timedelta(days=marketing_setup().restore_days)
    return JournalChange.objects.filter(record_type=_CONTACT, operation=JournalChange.Operation.DELETE, at__gt=since)


def restore(no: str) -> Contact:
    """Bring the contact deleted last under this number back, with its id, all its fields and what went with it.

    Its history stays where it went. Raises ``already_exists`` when the number was given away, ``not_found`` when there
    is nothing (any more) to bring back.
    """
    require("contacts.delete", "contacts")
    number = as_code(no)
    deletion = _deletions().alias(number=KT("old__no")).filter(number=number).order_by("-id").first()
    if deletion is None or Contact.objects.filter(pk=deletion.record_id).exists():
        raise DomainError(
            "not_found",
            _("No deleted contact with the number “%(no)s” can be brought back.") % {"no": number},
            rule="C-87",
        )
    with unit_of_work("restore contact", number, undoes=deletion.unit_id):
        ids = _put_back(deletion)
        check_constraints()
        touch(ids)
        refresh_status(ids)
        contacts_restored.send(sender=Contact, ids=ids)
    return Contact.objects.get(pk=deletion.record_id)


def _put_back(deletion: JournalChange) -> list[uuid.UUID]:
    """Insert the rows of the contact, of its people and of all that hung on them; the ids of the contacts."""
    changes = JournalChange.objects.filter(unit_id=deletion.unit_id, operation=JournalChange.Operation.DELETE)
    of_company = changes.filter(record_type=_CONTACT, old__company_id=str(deletion.record_id))
    ids = [deletion.record_id, *of_company.exclude(pk=deletion.pk).values_list("record_id", flat=True)]
    rows: dict[str, list[Row]] = defaultdict(list)
    affiliated = Q(record_type=_AFFILIATION, old__company_id__in=[str(identity) for identity in ids])
    for change in changes.filter(Q(owner_id__in=ids) | Q(record_id__in=ids) | affiliated).order_by("id"):
        # A version higher than any before makes pages opened before the deletion notice.
        rows[change.record_type].append({**_old(change), "version": change.pk})
    contacts = rows.pop(_CONTACT)
    _check_numbers(contacts)
    _insert(Contact, _repaired(Contact, contacts, ids))
    for record_type, found in rows.items():
        model = apps.get_model(record_type)
        _insert(model, _repaired(model, found, ids))
    return ids


def _check_numbers(contacts: Sequence[Row]) -> None:
    taken = Contact.objects.filter(no__in=[row["no"] for row in contacts]).values_list("no", flat=True).first()
    if taken is not None:
        raise DomainError(
            "already_exists",
            _("The number %(no)s belongs to another contact now. Give that one another number first.") % {"no": taken},
            field="no",
            rule="C-87",
        )


def _repaired(model: type[models.Model], rows: list[Row], ids: Sequence[uuid.UUID]) -> list[Row]:
    """The rows without references to what was deleted meanwhile; a row that is nothing without it is left out."""
    if model is ContactBusinessRelation:
        rows = _still_free(rows)
    for field in model._meta.concrete_fields:
        if isinstance(field, models.ForeignKey):
            rows = _with_references(field, rows, {str(identity) for identity in ids})
    return _with_fresh_companies(rows) if model is Contact else rows


def _with_references(field: models.ForeignKey[Any, Any], rows: list[Row], restored: set[str]) -> list[Row]:
    column, target = str(field.column), field.target_field
    wanted = {row.get(column) for row in rows} - {None, ""}
    if issubclass(field.related_model, Contact):
        wanted -= restored
    found = field.related_model._default_manager.filter(**{f"{target.attname}__in": wanted}) if wanted else None
    known = {str(key) for key in found.values_list(target.attname, flat=True)} if found is not None else set()
    missing = wanted - known
    for row in rows:
        if row.get(column) in missing and field.null:
            _tell_lost(f"{field.verbose_name} {row[column]}")
            row[column] = None
    kept = [row for row in rows if row.get(column) not in missing or field.null]
    if len(kept) < len(rows):
        _tell_lost(", ".join(sorted(str(key) for key in missing)))
    return kept


def _still_free(rows: list[Row]) -> list[Row]:
    """Business relations whose other side no contact has taken meanwhile."""
    linked = Q()
    for row in rows:
        if row["linked_no"]:
            linked |= Q(link_to_table=row["link_to_table"], linked_no=row["linked_no"])
    relations = ContactBusinessRelation.objects.filter(linked) if linked else ContactBusinessRelation.objects.none()
    taken = set(relations.values_list("link_to_table", "linked_no"))
    for _table, number in taken:
        _tell_lost(number)
    return [row for row in rows if (row["link_to_table"], row["linked_no"]) not in taken]


def _with_fresh_companies(rows: list[Row]) -> list[Row]:
    """A company that was deleted, renumbered or renamed meanwhile shows in the copies its people hold."""
    own = {row["id"] for row in rows}
    wanted = {row["company_id"] for row in rows} - own - {None}
    companies = {str(company.pk): company for company in Contact.objects.filter(pk__in=wanted)}
    for row in rows:
        if row["company_id"] not in own:
            company = companies.get(row["company_id"])
            row["company_no"], row["company_name"] = (company.no, company.name) if company else ("", "")
    return rows


def _tell_lost(what: str) -> None:
    tell(
        "contact.restored_without",
        _("Brought back without %(what)s, which is not there or not free any more.") % {"what": what},
        severity="warning",
    )


def _insert(model: type[models.Model], rows: Iterable[Mapping[str, Any]]) -> None:
    """Insert journal rows as they were; columns that are newer than the rows get their initial values."""
    assert issubclass(model, Record)
    blank = {
        field.column: field.get_prep_value(field.get_default())
        for field in model._meta.concrete_fields
        if not field.null and field.has_default() and not field.primary_key
    }
    table = sql.Identifier(model._meta.db_table)
    statement = sql.SQL(
        "INSERT INTO {table} SELECT r.* FROM jsonb_populate_record(NULL::{table}, %s::jsonb) blank,"
        " jsonb_array_elements(%s::jsonb) e, jsonb_populate_record(blank, e) r"
    ).format(table=table)
    with connection.cursor() as cursor:
        values = [json.dumps(part, cls=DjangoJSONEncoder) for part in (blank, list(rows))]
        cursor.execute(statement, values)
