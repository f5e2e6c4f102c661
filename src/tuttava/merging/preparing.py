"""A merge before it is carried out: which table, which two records, and what stands in the way (M-1 to M-6, M-37)."""

from __future__ import annotations

import datetime as dt
import uuid
from typing import Any

from django.utils import timezone
from django.utils.translation import gettext as _

from tuttava.contacts.models import Contact, PersonalDataAccess
from tuttava.duplicates.models import ContactDuplicate
from tuttava.foundation.context import current, require
from tuttava.foundation.errors import DomainError
from tuttava.foundation.fields import as_code
from tuttava.foundation.records import rules_of
from tuttava.merging.models import Merge, MergeStatus, MergeTable
from tuttava.partners.models import Customer, Vendor

RIGHT = "merge_duplicates"
#: Merges in preparation that nobody went on with are forgotten after a day.
KEPT_OPEN = dt.timedelta(days=1)

#: What can be merged.
Party = Contact | Customer | Vendor
MODELS: dict[str, type[Contact] | type[Customer] | type[Vendor]] = {
    MergeTable.CONTACT.value: Contact,
    MergeTable.CUSTOMER.value: Customer,
    MergeTable.VENDOR.value: Vendor,
}


def start_merge(table: str, current_no: str, duplicate_no: str = "") -> Merge:
    """Begin a merge into the record ``current_no``; with ``duplicate_no`` as :func:`choose_duplicate` too.

    Raises ``permission.denied`` (M-1), ``merge.no_current``, ``merge.not_found`` (M-5).
    """
    require(RIGHT)
    if table not in MODELS:
        raise DomainError(
            "value_invalid",
            _("“%(table)s” cannot be merged: only contacts, customers and vendors can.") % {"table": table},
            field="table",
            rule="M-2",
        )
    if not as_code(current_no):
        raise DomainError(
            "merge.no_current", _("Choose the record that stays, before the merge begins."), field="current", rule="M-5"
        )
    record = _find(table, current_no, "current")
    user = current().user_name
    Merge.objects.filter(status=MergeStatus.OPEN, user_name=user, started_at__lt=timezone.now() - KEPT_OPEN).delete()
    merge = Merge.objects.create(table=table, current_id=record.pk, current_no=record.no, user_name=user)
    return choose_duplicate(merge, duplicate_no) if as_code(duplicate_no) else merge


def start_from_pair(pair: ContactDuplicate) -> Merge:
    """Begin the merge of a pair: its left contact stays, its right one is folded in (M-3).

    Raises ``merge.pair_separate`` where the user said that both are not the same.
    """
    require(RIGHT)
    if pair.separate_contacts:
        raise DomainError(
            "merge.pair_separate",
            _("These two were marked as separate contacts. Take the mark off before merging them."),
            field="separate_contacts",
            rule="M-3",
        )
    numbers = dict(Contact.objects.filter(pk__in=[pair.contact_id, pair.duplicate_id]).values_list("pk", "no"))
    return start_merge("contact", numbers.get(pair.contact_id, ""), numbers.get(pair.duplicate_id, ""))


def choose_duplicate(merge: Merge, no: str) -> Merge:
    """Name the record that is to be folded in; whatever was chosen before is forgotten (M-4 to M-6).

    Raises ``merge.duplicate_required``, ``merge.same_record``, ``merge.no_current``, ``merge.not_found``,
    ``merge.type_mismatch`` (M-37), ``contact.privacy_blocked`` for a contact whose data was erased.
    """
    require(RIGHT)
    number = as_code(no)
    if not number:
        raise DomainError(
            "merge.duplicate_required",
            _("Choose the %(table)s that is to be folded into %(no)s.")
            % {"table": table_name(merge.table), "no": merge.current_no},
            field="duplicate",
            rule="M-4",
        )
    if merge.current_id is None:
        raise DomainError("merge.no_current", _("Choose the record that stays first."), field="current", rule="M-5")
    refuse_finished(merge)
    record = record_of(merge.table, merge.current_id, merge.current_no, "current")
    if number == record.no:
        raise same_record(record)
    duplicate = _find(merge.table, number, "duplicate")
    check_mergeable(record, duplicate)
    merge.current_no = record.no
    merge.duplicate_id, merge.duplicate_no = duplicate.pk, duplicate.no
    merge.duplicate_name = duplicate.name
    merge.overrides, merge.conflicts = [], 0
    merge.conflict_rows.all().delete()
    store(merge)
    return merge


def discard(merge: Merge) -> None:
    """Forget a merge in preparation; one that was carried out stays in the log."""
    require(RIGHT)
    refuse_finished(merge)
    merge.delete()


def store(merge: Merge) -> None:
    """Save the merge as a new version."""
    merge.version += 1
    merge.save()


def refuse_finished(merge: Merge) -> None:
    """Refuse to go on with a merge that was carried out: its duplicate is gone (``merge.not_found``)."""
    if merge.status != MergeStatus.OPEN:
        raise not_found(merge.table, merge.duplicate_no, "duplicate")


def pair_of(merge: Merge) -> tuple[Any, Any]:
    """Both records as they are stored now; raises as :func:`choose_duplicate` where something is missing."""
    if merge.current_id is None:
        raise DomainError("merge.no_current", _("Choose the record that stays first."), field="current", rule="M-5")
    ids = [merge.current_id, *([merge.duplicate_id] if merge.duplicate_id else [])]
    found = MODELS[merge.table]._default_manager.in_bulk(ids)
    record = found.get(merge.current_id)
    if record is None:
        raise not_found(merge.table, merge.current_no, "current")
    if merge.duplicate_id is None:
        raise DomainError(
            "merge.duplicate_required",
            _("Choose the %(table)s that is to be folded into %(no)s.")
            % {"table": table_name(merge.table), "no": record.no},
            field="duplicate",
            rule="M-4",
        )
    duplicate = found.get(merge.duplicate_id)
    if duplicate is None:
        raise not_found(merge.table, merge.duplicate_no, "duplicate")
    return record, duplicate


def check_mergeable(record: Any, duplicate: Any) -> None:
    """Refuse to merge a record with itself, a company with a person, or anything with an erased contact."""
    if record.pk == duplicate.pk:
        raise same_record(record)
    if not isinstance(record, Contact):
        return
    if record.type != duplicate.type:
        raise DomainError(
            "merge.type_mismatch",
            _("%(company)s is a company and %(person)s a person: they cannot be merged.")
            % {"company": (record if record.is_company else duplicate).no, "person": _person(record, duplicate).no},
            field="duplicate",
            rule="M-37",
        )
    erased = PersonalDataAccess.objects.filter(contact_id__in=[record.pk, duplicate.pk], action="erase")
    no = erased.values_list("contact_no", flat=True).first()
    if no is not None:
        raise DomainError(
            "contact.privacy_blocked",
            _("The personal data of contact %(no)s was erased. It stays by itself and cannot be merged.") % {"no": no},
            field="duplicate",
            rule="C-74",
        )


def _person(record: Contact, duplicate: Contact) -> Contact:
    return duplicate if record.is_company else record


def same_record(record: Any) -> DomainError:
    """``merge.same_record``."""
    return DomainError(
        "merge.same_record",
        _("%(record)s cannot be merged with itself. Choose another one.")
        % {"record": rules_of(type(record)).describe(record)},
        field="duplicate",
        rule="M-4",
    )


def record_of(table: str, identity: uuid.UUID | None, no: str, field: str) -> Any:
    """The record with this id; ``merge.not_found`` where it is gone."""
    found = MODELS[table]._default_manager.filter(pk=identity).first() if identity else None
    if found is None:
        raise not_found(table, no, field)
    return found


def _find(table: str, no: str, field: str) -> Any:
    number = as_code(no)
    found = MODELS[table]._default_manager.filter(no=number).first()
    if found is None:
        raise not_found(table, number, field)
    return found


def not_found(table: str, no: str, field: str) -> DomainError:
    """``merge.not_found``."""
    return DomainError(
        "merge.not_found",
        _("There is no %(table)s “%(no)s” (any more).") % {"table": table_name(table), "no": no},
        field=field,
        rule="M-5",
    )


def table_name(table: str) -> str:
    """The table in words, as sentences name one of its records."""
    return str(MODELS[table]._meta.verbose_name)
