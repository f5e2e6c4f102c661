"""The fields in which both records differ: values, overrides, outcome and proposal (M-7, M-8, M-24, M-40, M-43)."""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from django.db import models
from django.utils.formats import date_format
from django.utils.timezone import localtime
from django.utils.translation import gettext as _

from tuttava.contacts.models import Contact
from tuttava.contacts.privacy import HIDDEN, RIGHT, mask_of
from tuttava.foundation.cleaning import same
from tuttava.foundation.context import current, require
from tuttava.foundation.errors import DomainError
from tuttava.foundation.fields import CodeField
from tuttava.merging import preparing
from tuttava.merging.models import Merge
from tuttava.merging.preparing import pair_of, store
from tuttava.merging.sources import Source, sources_of, verified_numbers
from tuttava.partners.models import Customer, CustomerBlocked

#: Displayed values are cut at this length.
LONGEST = 2048
KEY = "no"
#: Fields that tell the same thing and are taken together.
_PARTS = ("name", "first_name", "middle_name", "surname")
_TIED = (("company_no", "company_name"), ("primary_contact_id", "contact"))
#: What either record says lives on (M-43), and what both must say.
_EITHER = ("privacy_blocked", "minor")
_BOTH = "parental_consent_received"


@dataclass(frozen=True)
class FieldLine:
    """One field: values as they are displayed, cut at :data:`LONGEST`.

    ``override``: the duplicate's value is taken; ``proposed``: that seems better; ``locked``: nobody decides, the
    ``outcome`` follows from both; ``outcome``: what the survivor will have.
    """

    field: str
    label: str
    data_type: str
    in_primary_key: bool
    current_value: str
    duplicate_value: str
    override: bool
    proposed: bool
    locked: bool
    current_source: Source
    duplicate_source: Source
    outcome: str


def field_lines(merge: Merge) -> list[FieldLine]:
    """The key, then every other field whose displayed values differ (M-7); nothing before a duplicate is chosen."""
    if merge.duplicate_id is None:
        return []
    record, duplicate = pair_of(merge)
    values = outcome(record, duplicate, merge.overrides)
    label = type(record)._meta.label_lower
    ours, theirs = sources_of(label, record.pk), sources_of(label, duplicate.pk)
    verified = _verified(record, duplicate)
    better = _proposals(record, duplicate, ours, theirs, verified)
    lines = []
    for field in (_field(record, KEY), *differing(record, duplicate)):
        name = field.attname
        lines.append(
            FieldLine(
                field=name,
                label=str(field.verbose_name),
                data_type=data_type(field),
                in_primary_key=name == KEY,
                current_value=displayed(record, field),
                duplicate_value=displayed(duplicate, field),
                override=name in merge.overrides,
                proposed=name in better,
                locked=name in locked_fields(record),
                current_source=_source(ours, record, name, verified),
                duplicate_source=_source(theirs, duplicate, name, verified),
                outcome=displayed(record, field, values.get(name, getattr(record, name))),
            )
        )
    return lines


def _field(record: models.Model, name: str) -> models.Field[Any, Any]:
    return next(field for field in record._meta.concrete_fields if field.attname == name)


def _shown_fields(model: type[models.Model]) -> Iterator[models.Field[Any, Any]]:
    """Stored fields that people know, without the key; derived ones follow others by themselves."""
    derived: Collection[str] = getattr(model, "derived", ())
    for field in model._meta.concrete_fields:
        if field.editable and field.attname not in derived and field.attname not in ("id", KEY):
            yield field


def differing(record: models.Model, duplicate: models.Model) -> list[models.Field[Any, Any]]:
    """The fields without the key whose trimmed displayed values differ."""
    return [
        field
        for field in _shown_fields(type(record))
        if _words(record, field, getattr(record, field.attname))
        != _words(duplicate, field, getattr(duplicate, field.attname))
    ]


def data_type(field: models.Field[Any, Any]) -> str:
    """The kind of a field's values, as the contract names kinds."""
    if field.choices:
        return "Option"
    kinds: tuple[tuple[Any, str], ...] = (
        (models.ForeignKey, "Code"),
        (CodeField, "Code"),
        (models.BooleanField, "Boolean"),
        (models.DateTimeField, "DateTime"),
        (models.DateField, "Date"),
        (models.TimeField, "Time"),
        (models.DecimalField, "Decimal"),
        (models.IntegerField, "Integer"),
        (models.UUIDField, "Guid"),
    )
    return next((name for kind, name in kinds if isinstance(field, kind)), "Text")


def displayed(record: models.Model, field: models.Field[Any, Any], value: Any = ...) -> str:
    """A value in words, trimmed and cut; masked where the user may not see it (C-72)."""
    value = getattr(record, field.attname) if value is ... else value
    if field.attname in HIDDEN and getattr(record, "privacy_blocked", False) and not current().may(RIGHT):
        return str(mask_of(value) or "")
    return _words(record, field, value)


def _words(record: models.Model, field: models.Field[Any, Any], value: Any) -> str:
    return _text(field, value).strip()[:LONGEST]


def _text(field: models.Field[Any, Any], value: Any) -> str:
    if value is None or value == "":
        return ""
    if isinstance(field, models.ForeignKey) and field.target_field.primary_key:
        row = field.related_model._default_manager.filter(pk=value).first()
        return str(row or "")
    if field.choices:
        return str(dict(field.flatchoices).get(value, value))
    if isinstance(value, bool):
        return _("Yes") if value else _("No")
    if isinstance(value, dt.datetime):
        return date_format(localtime(value), "SHORT_DATETIME_FORMAT")
    if isinstance(value, dt.date):
        return date_format(value, "SHORT_DATE_FORMAT")
    return str(value)


def locked_fields(record: Any) -> frozenset[str]:
    """Fields that no user decides (M-43)."""
    if not isinstance(record, Contact):
        return frozenset({"privacy_blocked"})
    own = ("company_no", "company_name") if record.is_company else ()
    return frozenset({*_EITHER, _BOTH, "type", *own})


def tied_to(record: Any, name: str) -> tuple[str, ...]:
    """The fields that are taken together with this one, itself included."""
    if isinstance(record, Contact) and record.is_person and name in _PARTS:
        return _PARTS
    return next((group for group in _TIED if name in group), (name,))


def set_override(merge: Merge, field: str, value: bool) -> None:
    """Take the duplicate's value of a field, or keep the current one (M-8).

    Raises ``merge.key_field`` for the key, ``merge.field_locked`` where nobody decides (M-43), ``field_unknown``. Parts
    of a name, and what else belongs together, go together.
    """
    require(preparing.RIGHT)
    preparing.refuse_finished(merge)
    record, _duplicate = pair_of(merge)
    check_override(record, field)
    group = set(tied_to(record, field))
    chosen = set(merge.overrides) | group if value else set(merge.overrides) - group
    merge.overrides = sorted(chosen)
    store(merge)


def check_override(record: Any, name: str) -> None:
    """Refuse what cannot be overridden."""
    if name == KEY:
        raise DomainError(
            "merge.key_field",
            _("The number is the key of the record: the survivor keeps its own."),
            field=name,
            rule="M-8",
        )
    field = next((each for each in _shown_fields(type(record)) if each.attname == name), None)
    if field is None:
        raise DomainError("field_unknown", _("There is no field “%(name)s”.") % {"name": name}, field=name)
    if name in locked_fields(record):
        raise DomainError(
            "merge.field_locked",
            _("%(field)s follows from both records and cannot be chosen.")
            % {"field": str(field.verbose_name).capitalize()},
            field=name,
            rule="M-43",
        )


def outcome(record: Any, duplicate: Any, overrides: Collection[str]) -> dict[str, Any]:
    """The survivor's values that differ from its present ones, by attribute name (M-24, M-43)."""
    values = {
        field.attname: getattr(duplicate, field.attname)
        for field in _shown_fields(type(record))
        if field.attname in overrides and field.attname not in locked_fields(record)
    }
    if isinstance(record, Contact):
        if "company_no" in values:
            values["company_id"] = duplicate.company_id
        if record.is_company and "name" in values:
            values["company_name"] = duplicate.name
    values |= _latched(record, duplicate)
    return {name: value for name, value in values.items() if not same(value, getattr(record, name))}


def _latched(record: Any, duplicate: Any) -> dict[str, Any]:
    """What either record says lives on; a minor without consent stays blocked (M-43, C-71)."""
    names = [name for name in _EITHER if hasattr(record, name)]
    values = {name: getattr(record, name) or getattr(duplicate, name) for name in names}
    if isinstance(record, Contact):
        values[_BOTH] = record.parental_consent_received and duplicate.parental_consent_received
        values["privacy_blocked"] |= values["minor"] and not values[_BOTH]
    if isinstance(record, Customer) and values["privacy_blocked"] and not record.privacy_blocked:
        values["blocked"] = CustomerBlocked.ALL.value
    return values


# -- proposals -------------------------------------------------------------------------------------------------------


def propose(merge: Merge) -> list[str]:
    """Take the better value of every field (M-40), as a page does before the user looks; the fields overridden."""
    require(preparing.RIGHT)
    preparing.refuse_finished(merge)
    record, duplicate = pair_of(merge)
    merge.overrides = proposals(record, duplicate)
    store(merge)
    return list(merge.overrides)


def proposals(record: Any, duplicate: Any) -> list[str]:
    """The fields in which the duplicate is better: filled over blank, verified over unverified, newer over older.

    Of a text and the same in capitals the first is better, whichever is newer.
    """
    label = type(record)._meta.label_lower
    ours, theirs = sources_of(label, record.pk), sources_of(label, duplicate.pk)
    return sorted(_proposals(record, duplicate, ours, theirs, _verified(record, duplicate)))


def _proposals(
    record: Any,
    duplicate: Any,
    ours: Mapping[str, Source],
    theirs: Mapping[str, Source],
    verified: Collection[tuple[Any, str]],
) -> set[str]:
    better: set[str] = set()
    differing_names = [field.attname for field in differing(record, duplicate)]
    for name in differing_names:
        group = tied_to(record, name)
        if name in locked_fields(record) or (name != group[0] and group[0] in differing_names):
            continue
        mine, other = _source(ours, record, name, verified), _source(theirs, duplicate, name, verified)
        if _is_better(getattr(duplicate, name), getattr(record, name), other, mine):
            better.update(group)
    return better


def _is_better(theirs: Any, ours: Any, their_source: Source, our_source: Source) -> bool:
    if _is_blank(theirs) or _is_blank(ours):
        return _is_blank(ours) and not _is_blank(theirs)
    if their_source.verified != our_source.verified:
        return their_source.verified
    if _is_shouted(theirs, ours) or _is_shouted(ours, theirs):
        return _is_shouted(ours, theirs)
    return bool(their_source.at and our_source.at and their_source.at > our_source.at)


def _is_shouted(text: Any, other: Any) -> bool:
    """Whether a text is the other one in capitals."""
    both = isinstance(text, str) and isinstance(other, str)
    return both and text.isupper() and not other.isupper() and text.casefold() == other.casefold()


def _is_blank(value: Any) -> bool:
    return value in (None, "", "none", "blank") or (isinstance(value, int | Decimal) and not value)


def _verified(record: Any, duplicate: Any) -> Collection[tuple[Any, str]]:
    if not isinstance(record, Contact):
        return ()
    numbered = [each.pk for each in (record, duplicate) if each.vat_registration_no]
    return verified_numbers(numbered) if numbered else ()


def _source(sources: Mapping[str, Source], record: Any, name: str, verified: Collection[tuple[Any, str]]) -> Source:
    known = sources.get(name, Source())
    if name == "vat_registration_no" and (record.pk, record.vat_registration_no) in verified:
        return Source(known.at, known.user_name, known.door, verified=True)
    return known
