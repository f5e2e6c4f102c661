"""How rows find the customers, vendors, bank accounts and employees that they mean."""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import ClassVar

from tuttava.foundation.fields import as_code
from tuttava.transfer.matching import Found, Matching, Wanted
from tuttava.transfer.plans import Plan

#: Keys that are compared without the blanks that people write between their digits.
_CLOSED_UP = frozenset({"vat_registration_no", "iban", "bank_account_no"})
_FULL_NAME = "concat_ws(' ', nullif(c.first_name, ''), nullif(c.middle_name, ''), nullif(c.last_name, ''))"
_NAME_HERE = "lower(c.name) = lower(k.key) AND (k.beside = '' OR c.post_code IN ('', k.beside))"


def _own(column: str) -> str:
    return f"c.{column} <> '' AND c.{column} = k.key"


def _mail(column: str) -> str:
    return f"c.{column} <> '' AND upper(c.{column}) = k.key"


class RegisterMatching(Matching):
    """Records with one name.

    A name means a record at the same post code; where the row or the record has none, the name alone decides.
    """

    inputs = (("key", "text"), ("beside", "text"))

    def read_key(self, plan: Plan, matcher: str) -> str:
        if matcher == "name_post_code":
            return self.full_name(plan)
        text = as_code(plan.values.get(matcher, ""))
        return re.sub(r"\s", "", text) if matcher in _CLOSED_UP else text.strip("; ")

    def full_name(self, plan: Plan) -> str:
        return " ".join(str(plan.values.get("name", "")).split())

    def wanted(self, plan: Plan, matcher: str) -> Wanted | None:
        key = self.key_of(plan, matcher)
        return (key, self.beside(plan, matcher)) if key else None

    def beside(self, plan: Plan, matcher: str) -> str:
        """What is looked at together with the key."""
        return as_code(plan.values.get("post_code", "")) if matcher == "name_post_code" else ""

    def sort_of(self, plan: Plan, matcher: str) -> tuple[str, ...]:
        return (self.beside(plan, matcher),)


class PartyMatching(RegisterMatching):
    """Customers and vendors; branches share addresses, so an e-mail address needs a word of the name as well."""

    conditions = {
        "no": "c.no = k.key",
        "vat_registration_no": _own("vat_registration_no"),
        "registration_number": _own("registration_number"),
        "email": _mail("email"),
        "name_post_code": _NAME_HERE,
    }
    strong = ("no", "vat_registration_no", "registration_number")


class CustomerMatching(PartyMatching):
    table = "partners_customer"


class VendorMatching(PartyMatching):
    table = "partners_vendor"


class BankMatching(RegisterMatching):
    table = "partners_bankaccount"
    conditions = {
        "no": "c.no = k.key",
        "iban": "c.iban <> '' AND replace(c.iban, ' ', '') = k.key",
        "bank_account_no": "c.bank_account_no <> '' AND replace(c.bank_account_no, ' ', '') = k.key",
        "name_post_code": _NAME_HERE,
    }
    strong = ("no", "iban", "bank_account_no")
    shared: ClassVar[tuple[str, ...]] = ()

    def fitting(self, plan: Plan, candidates: Iterable[Found]) -> list[Found]:
        """Numbers of accounts are written with and without blanks."""
        bare = [found._replace(own=tuple("".join(text.split()) for text in found.own)) for found in candidates]
        return super().fitting(plan, bare)


class EmployeeMatching(Matching):
    """Employees; two of the same name are told apart by their dates of birth."""

    table = "partners_employee"
    conditions = {
        "no": "c.no = k.key",
        "company_email": _mail("company_email"),
        "email": _mail("email"),
        "full_name": "c.last_name <> '' AND lower(c.last_name) = lower(k.beside)"
        f" AND lower({_FULL_NAME}) = lower(k.key)",
    }
    name = _FULL_NAME
    inputs = (("key", "text"), ("beside", "text"))
    outputs = ("c.birth_date",)
    shared = ("company_email", "email")

    def read_key(self, plan: Plan, matcher: str) -> str:
        return self.full_name(plan) if matcher == "full_name" else as_code(plan.values.get(matcher, "")).strip("; ")

    def full_name(self, plan: Plan) -> str:
        parts = (str(plan.values.get(name, "")) for name in ("first_name", "middle_name", "last_name"))
        return " ".join(" ".join(parts).split())

    def wanted(self, plan: Plan, matcher: str) -> Wanted | None:
        key = self.key_of(plan, matcher)
        return (key, str(plan.values.get("last_name", "")) if matcher == "full_name" else "") if key else None

    def sort_of(self, plan: Plan, matcher: str) -> tuple[str, ...]:
        return (str(plan.values.get("birth_date") or "") if matcher == "full_name" else "",)

    def fitting(self, plan: Plan, candidates: Iterable[Found]) -> list[Found]:
        born = plan.values.get("birth_date")
        same = [found for found in candidates if not born or found.more[0] in (None, born)]
        return super().fitting(plan, same)
