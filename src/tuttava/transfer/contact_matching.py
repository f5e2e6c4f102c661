"""How rows of contact files find their contacts: persons by name and company, nobody by somebody else's number."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from uuid import UUID

from tuttava.foundation.fields import as_code
from tuttava.transfer.headings import normalise
from tuttava.transfer.matching import Found, Matching, Wanted
from tuttava.transfer.plans import Plan

_TYPE, _COMPANY = 0, 1


class ContactMatching(Matching):
    """The database leaves out what cannot fit, since a common name has many bearers: contacts of the other type, and
    for a person those with, or without, a company. Which contacts fit is decided in :meth:`choose`.

    A company's name that holds no letter or digit of ASCII may still be no name at all, so only those that hold one
    are left out for a person without company.
    """

    table = "contacts_contact"
    conditions: Mapping[str, str] = {
        "no": "c.no = k.key",
        "external_id": "c.external_id <> '' AND c.external_id = k.key",
        "email": "c.search_email <> '' AND c.search_email = k.key",
        "vat_registration_no": "c.vat_registration_no <> '' AND c.vat_registration_no = k.key",
        "name": "lower(c.name) = lower(k.key)",
    }
    certain = ("no", "external_id")
    strong = ("no", "external_id", "vat_registration_no")
    inputs = (("key", "text"), ("kind", "text"), ("company", "boolean"))
    outputs = ("c.type", "c.company_name")
    where = (
        "(k.kind IS NULL OR c.type = k.kind) AND (k.company IS NULL"
        " OR CASE WHEN k.company THEN c.company_name <> '' ELSE c.company_name !~ '[0-9A-Za-z]' END)"
    )

    def wanted(self, plan: Plan, matcher: str) -> Wanted | None:
        key = self.key_of(plan, matcher)
        if not key:
            return None
        if matcher in self.certain:
            return (key, None, None)
        by_company = matcher == "name" and plan.is_person
        return (key, _kind(plan), bool(_company_of(plan)) or _by_number(plan) if by_company else None)

    def read_key(self, plan: Plan, matcher: str) -> str:
        if matcher == "name":
            return _full_name(plan)
        if matcher == "email":
            return as_code(str(plan.values.get("email", "")).strip("; "))
        if matcher == "vat_registration_no":
            return re.sub(r"\s", "", as_code(plan.values.get(matcher, "")))
        return as_code(plan.values.get(matcher, ""))

    def full_name(self, plan: Plan) -> str:
        """The name as it will be composed (C-16)."""
        return self.key_of(plan, "name")

    def sort_of(self, plan: Plan, matcher: str) -> tuple[str, ...]:
        return (_company_of(plan) if matcher == "name" else "", _kind(plan))

    def choose(self, plan: Plan, matcher: str, candidates: Sequence[Found]) -> Found | None:
        if matcher != "name":
            return super().choose(plan, matcher, candidates)
        same = self._bearers(plan, candidates)
        return same[0] if len(same) == 1 else None

    def fitting(self, plan: Plan, candidates: Iterable[Found]) -> list[Found]:
        kind = _kind(plan)
        return super().fitting(plan, [found for found in candidates if found.more[_TYPE] == kind])

    def _bearers(self, plan: Plan, candidates: Iterable[Found]) -> list[Found]:
        """Those of the contacts with the row's name that the row may mean: persons by name and company."""
        return [found for found in self.fitting(plan, candidates) if not plan.is_person or _same_company(plan, found)]

    def settled(self, plans: Sequence[Plan], keys: Mapping[int, list[tuple[str, ...]]]) -> dict[int, set[UUID]]:
        """A person without company whose name several contacts bear is found by that name as little after another
        such row was saved as before.
        """
        often = Counter(key for each in keys.values() for key in each)
        twice = [
            plan
            for plan in plans
            if any(key[0] == "name" and often[key] > 1 for key in keys.get(id(plan), ()))
            and plan.is_person
            and not plan.company_text
            and not plan.values.get("company_no")
        ]
        return {key: found for key, found in self._namesakes(twice).items() if len(found) > 1} if twice else {}

    def _namesakes(self, plans: Sequence[Plan]) -> dict[int, set[UUID]]:
        """The contacts that each row may mean by its name, by ``id()`` of the plan."""
        wanted = {id(plan): key for plan in plans if (key := self.wanted(plan, "name"))}
        found = self.look_up("name", set(wanted.values())) if wanted else {}
        return {
            id(plan): {contact.id for contact in self._bearers(plan, found.get(wanted[id(plan)], ()))}
            for plan in plans
            if id(plan) in wanted
        }


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


def _same_company(plan: Plan, found: Found) -> bool:
    if _by_number(plan):
        return bool(found.more[_COMPANY])
    return _company_of(plan) == normalise(found.more[_COMPANY])
