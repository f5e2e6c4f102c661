"""Finding the contacts that rows of a file mean, a chunk at a time: one indexed query a key."""

from __future__ import annotations

import re
import uuid
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from django.db import connection

from tuttava.foundation.fields import as_code
from tuttava.transfer.headings import normalise
from tuttava.transfer.plans import Plan

_COLUMNS = "c.id, c.type, c.name, c.company_name, c.no, c.external_id, c.vat_registration_no"
_SIMPLE = {
    "no": "c.no = k.key",
    "external_id": "c.external_id <> '' AND c.external_id = k.key",
    "email": "c.search_email <> '' AND c.search_email = k.key",
    "vat_registration_no": "c.vat_registration_no <> '' AND c.vat_registration_no = k.key",
}
#: Keys that belong to one contact alone.
STRONG = ("no", "external_id", "vat_registration_no")
#: Contacts looked at for one key; more with the same e-mail or name are not told apart by a file.
_MOST = 20


@dataclass(frozen=True)
class Found:
    """A contact that a key points at."""

    id: uuid.UUID
    type: str
    name: str
    company_name: str
    no: str
    external_id: str
    vat_registration_no: str


def match(plans: Sequence[Plan], match_by: Sequence[str]) -> None:
    """Set ``match_id`` and ``matched_by`` of the rows whose contact exists; the first key that finds one decides."""
    open_plans = [plan for plan in plans if not plan.errors]
    for matcher in match_by:
        keyed = [(plan, key) for plan in open_plans if plan.match_id is None and (key := key_of(plan, matcher))]
        if not keyed:
            continue
        found = _by_name(keyed) if matcher == "name" else _by_key(matcher, {key for _plan, key in keyed})
        for plan, key in keyed:
            chosen = _choose(plan, matcher, found.get(key, []))
            if chosen is not None:
                plan.match_id, plan.matched_by = chosen.id, matcher


def key_of(plan: Plan, matcher: str) -> str:
    """What ``matcher`` compares of the row; blank when the row does not have it."""
    if matcher == "name":
        return full_name(plan)
    if matcher == "email":
        return as_code(str(plan.values.get("email", "")).strip("; "))
    if matcher == "vat_registration_no":
        return re.sub(r"\s", "", as_code(plan.values.get(matcher, "")))
    return as_code(plan.values.get(matcher, ""))


def full_name(plan: Plan) -> str:
    """The name as it will be composed (C-16)."""
    parts = [plan.values.get(name, "") for name in ("first_name", "middle_name", "surname")]
    composed = " ".join(" ".join(str(part) for part in parts if part).split())
    return composed or " ".join(str(plan.values.get("name", "")).split())


def identity_keys(plan: Plan, match_by: Iterable[str], *, exact: bool = False) -> list[tuple[str, ...]]:
    """What may make two rows of one file mean the same contact; ``exact``: only what is sure to."""
    own = tuple(key_of(plan, name) for name in STRONG) if exact else ()
    keys: list[tuple[str, ...]] = []
    for matcher in match_by:
        if key := key_of(plan, matcher):
            company = normalise(plan.company_text) if matcher == "name" else ""
            kind = "person" if plan.is_person else "company"
            keys.append((matcher, key.casefold(), company, kind, *(own if matcher not in STRONG else ())))
    return keys


def _by_key(matcher: str, keys: set[str]) -> dict[str, list[Found]]:
    statement = (
        f"SELECT k.key, {_COLUMNS} FROM unnest(%s::text[]) AS k(key)"  # noqa: S608
        f" CROSS JOIN LATERAL (SELECT * FROM contacts_contact c WHERE {_SIMPLE[matcher]} LIMIT {_MOST}) c"
    )
    return _query(statement, [sorted(keys)])


def _by_name(keyed: Sequence[tuple[Plan, str]]) -> dict[str, list[Found]]:
    statement = (
        f"SELECT k.key, {_COLUMNS} FROM unnest(%s::text[]) AS k(key) CROSS JOIN LATERAL"  # noqa: S608
        f" (SELECT * FROM contacts_contact c WHERE lower(c.name) = lower(k.key) LIMIT {_MOST}) c"
    )
    return _query(statement, [sorted({key for _plan, key in keyed})])


def _query(statement: str, parameters: list[list[str]]) -> dict[str, list[Found]]:
    found: dict[str, list[Found]] = {}
    with connection.cursor() as cursor:
        cursor.execute(statement, parameters)
        for key, *columns in cursor.fetchall():
            found.setdefault(key, []).append(Found(*columns))
    return found


def _choose(plan: Plan, matcher: str, candidates: Sequence[Found]) -> Found | None:
    if matcher in ("no", "external_id"):
        return candidates[0] if len(candidates) == 1 else None
    kind = "person" if plan.is_person else "company"
    fitting = [found for found in candidates if found.type == kind and not _somebody_else(plan, found)]
    if matcher == "name":
        same = [found for found in fitting if not plan.is_person or _same_company(plan, found)]
        return same[0] if len(same) == 1 else None
    if matcher == "email":
        # People inherit and share addresses: the names must have a word in common.
        fitting = [found for found in fitting if _names_meet(full_name(plan), found.name)]
    exact = [found for found in fitting if found.name.casefold() == full_name(plan).casefold()]
    fitting = exact or fitting
    return fitting[0] if len(fitting) == 1 else None


def _somebody_else(plan: Plan, found: Found) -> bool:
    """Whether row and contact have different keys of their own, so that equal names or addresses mean nothing."""
    theirs = {name: getattr(found, name) for name in STRONG}
    return any((ours := key_of(plan, name)) and theirs[name] and ours != theirs[name] for name in STRONG)


def _same_company(plan: Plan, found: Found) -> bool:
    if plan.values.get("company_no") and not plan.company_text:
        return bool(found.company_name)
    return normalise(plan.company_text) == normalise(found.company_name)


def _names_meet(left: str, right: str) -> bool:
    ours, theirs = ({normalise(word) for word in name.split()} for name in (left, right))
    return not ours or not theirs or bool(ours & theirs)
