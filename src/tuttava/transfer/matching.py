"""Finding the contacts that rows of a file mean, a chunk at a time: one indexed query a key."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from typing import NamedTuple
from uuid import UUID

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


class Found(NamedTuple):
    """A contact that a key points at."""

    id: UUID
    type: str
    name: str
    company_name: str
    no: str
    external_id: str
    vat_registration_no: str


class _Wanted(NamedTuple):
    """A key with what is known beforehand of the contact it may mean: its type, and whether it names a company.

    The database leaves out what cannot fit, since a common name has many bearers. Which contacts fit is decided in
    :func:`_choose`. ``company`` None: either.
    """

    key: str
    kind: str | None
    company: bool | None


def match(plans: Sequence[Plan], match_by: Sequence[str]) -> None:
    """Set ``match_id`` and ``matched_by`` of the rows whose contact exists; the first key that finds one decides."""
    open_plans = [plan for plan in plans if not plan.errors]
    for matcher in match_by:
        keyed = [(plan, wanted) for plan in open_plans if plan.match_id is None and (wanted := _wanted(plan, matcher))]
        if not keyed:
            continue
        found = _query(matcher, {wanted for _plan, wanted in keyed})
        for plan, wanted in keyed:
            candidates = found.get(wanted)
            chosen = _choose(plan, matcher, candidates) if candidates else None
            if chosen is not None:
                plan.match_id, plan.matched_by = chosen.id, matcher


def _wanted(plan: Plan, matcher: str) -> _Wanted | None:
    key = key_of(plan, matcher)
    if not key:
        return None
    if matcher in ("no", "external_id"):
        return _Wanted(key, None, None)
    kind = _kind(plan)
    if matcher == "name" and plan.is_person:
        return _Wanted(key, kind, bool(_company_of(plan)) or _by_number(plan))
    return _Wanted(key, kind, None)


def key_of(plan: Plan, matcher: str) -> str:
    """What ``matcher`` compares of the row; blank when the row does not have it."""
    key = plan.keys.get(matcher)
    if key is None:
        key = plan.keys[matcher] = _key_of(plan, matcher)
    return key


def _key_of(plan: Plan, matcher: str) -> str:
    if matcher == "name":
        return _full_name(plan)
    if matcher == "email":
        return as_code(str(plan.values.get("email", "")).strip("; "))
    if matcher == "vat_registration_no":
        return re.sub(r"\s", "", as_code(plan.values.get(matcher, "")))
    return as_code(plan.values.get(matcher, ""))


def full_name(plan: Plan) -> str:
    """The name as it will be composed (C-16)."""
    return key_of(plan, "name")


def _full_name(plan: Plan) -> str:
    parts = [plan.values.get(name, "") for name in ("first_name", "middle_name", "surname")]
    composed = " ".join(" ".join(str(part) for part in parts if part).split())
    return composed or " ".join(str(plan.values.get("name", "")).split())


def _kind(plan: Plan) -> str:
    return "person" if plan.is_person else "company"


def _company_of(plan: Plan) -> str:
    return normalise(plan.company_text) if plan.company_text else ""


def _by_number(plan: Plan) -> bool:
    """Whether the row names its company by number alone."""
    return bool(plan.values.get("company_no")) and not plan.company_text


def identity_keys(plan: Plan, match_by: Iterable[str], *, exact: bool = False) -> list[tuple[str, ...]]:
    """What may make two rows of one file mean the same contact; ``exact``: only what is sure to."""
    own = tuple(key_of(plan, name) for name in STRONG) if exact else ()
    keys: list[tuple[str, ...]] = []
    for matcher in match_by:
        if key := key_of(plan, matcher):
            company = _company_of(plan) if matcher == "name" else ""
            keys.append((matcher, key.casefold(), company, _kind(plan), *(own if matcher not in STRONG else ())))
    return keys


def _query(matcher: str, wanted: Iterable[_Wanted]) -> dict[_Wanted, list[Found]]:
    """The contacts that each key points at, in one statement.

    A name that holds no letter or digit of ASCII may still be no name at all, so only those that hold one are left
    out for a person without company.
    """
    ordered = sorted(wanted, key=lambda one: one.key)
    condition = "lower(c.name) = lower(k.key)" if matcher == "name" else _SIMPLE[matcher]
    statement = (
        f"SELECT k.place, {_COLUMNS} FROM unnest(%s::text[], %s::text[], %s::boolean[])"  # noqa: S608
        " WITH ORDINALITY AS k(key, kind, company, place)"
        f" CROSS JOIN LATERAL (SELECT * FROM contacts_contact c WHERE {condition} LIMIT {_MOST}) c"
        " WHERE (k.kind IS NULL OR c.type = k.kind) AND (k.company IS NULL"
        " OR CASE WHEN k.company THEN c.company_name <> '' ELSE c.company_name !~ '[0-9A-Za-z]' END)"
    )
    found: dict[_Wanted, list[Found]] = {}
    with connection.cursor() as cursor:
        cursor.execute(statement, [list(column) for column in zip(*ordered, strict=True)])
        for place, *columns in cursor.fetchall():
            found.setdefault(ordered[place - 1], []).append(Found._make(columns))
    return found


def _choose(plan: Plan, matcher: str, candidates: Sequence[Found]) -> Found | None:
    if matcher in ("no", "external_id"):
        return candidates[0] if len(candidates) == 1 else None
    if matcher == "name":
        same = _bearers(plan, candidates)
        return same[0] if len(same) == 1 else None
    fitting = _fitting(plan, candidates)
    if matcher == "email":
        # People inherit and share addresses: the names must have a word in common.
        fitting = [found for found in fitting if _names_meet(full_name(plan), found.name)]
    exact = [found for found in fitting if found.name.casefold() == full_name(plan).casefold()]
    fitting = exact or fitting
    return fitting[0] if len(fitting) == 1 else None


def _fitting(plan: Plan, candidates: Iterable[Found]) -> list[Found]:
    kind = _kind(plan)
    ours = [(name, key) for name in STRONG if (key := key_of(plan, name))]
    return [found for found in candidates if found.type == kind and not _somebody_else(ours, found)]


def _bearers(plan: Plan, candidates: Iterable[Found]) -> list[Found]:
    """Those of the contacts with the row's name that the row may mean: persons by name and company."""
    return [found for found in _fitting(plan, candidates) if not plan.is_person or _same_company(plan, found)]


def namesakes(plans: Sequence[Plan]) -> dict[int, set[UUID]]:
    """The contacts that each row may mean by its name, by ``id()`` of the plan."""
    wanted = {id(plan): key for plan in plans if (key := _wanted(plan, "name"))}
    found = _query("name", set(wanted.values())) if wanted else {}
    return {
        id(plan): {contact.id for contact in _bearers(plan, found.get(wanted[id(plan)], ()))}
        for plan in plans
        if id(plan) in wanted
    }


def _somebody_else(ours: Sequence[tuple[str, str]], found: Found) -> bool:
    """Whether row and contact have different keys of their own, so that equal names or addresses mean nothing."""
    return any((theirs := getattr(found, name)) and key != theirs for name, key in ours)


def _same_company(plan: Plan, found: Found) -> bool:
    if _by_number(plan):
        return bool(found.company_name)
    return _company_of(plan) == normalise(found.company_name)


def _names_meet(left: str, right: str) -> bool:
    ours, theirs = ({normalise(word) for word in name.split()} for name in (left, right))
    return not ours or not theirs or bool(ours & theirs)
