"""Tax numbers: the formats of the country, the warning about others with the same number, the log (C-46)."""

from __future__ import annotations

from collections.abc import Sequence

from django.dispatch import Signal
from django.utils import timezone
from django.utils.translation import gettext as _

from tuttava.contacts.models import Contact, TaxNumberCheck
from tuttava.foundation.bulk import insert_many
from tuttava.foundation.company import company_information, vat_formats
from tuttava.foundation.context import current, tell
from tuttava.foundation.errors import DomainError
from tuttava.foundation.records import Edit

#: Sent with ``checks`` (saved :class:`TaxNumberCheck` rows); a verification service may replace their outcome.
tax_numbers_checked = Signal()

MOST_NAMED = 5

#: Key in ``Edit.memory``: the values were copied from a customer, vendor or bank account, and their formats are not
#: judged again (B-46, B-63).
COPIED = "contacts.copied"


def matches(number: str, shape: str) -> bool:
    """Whether ``number`` has the shape: ``#`` digit, ``@`` letter, ``?`` any character, else itself."""
    return len(number) == len(shape) and all(map(_fits, number, shape.upper()))


def _fits(char: str, sign: str) -> bool:
    if sign == "#":
        return char.isdigit()
    if sign == "@":
        return char.isalpha()
    return sign in ("?", char)


def test(edits: Sequence[Edit[Contact]]) -> None:
    """Refuse numbers that fit no format of their country; warn of numbers that other contacts have."""
    tested = [edit for edit in edits if _is_due(edit) and not edit.memory.get(COPIED)]
    for edit in tested:
        _test_format(edit)
    if tested:
        _warn_of_others(tested)


def log(edits: Sequence[Edit[Contact]]) -> None:
    """Write the checks of saved contacts down, in one statement."""
    checks = [
        TaxNumberCheck(
            contact_id=edit.record.pk,
            at=timezone.now(),
            vat_registration_no=edit.record.vat_registration_no,
            country_code=_country(edit),
            outcome="valid" if vat_formats(_country(edit)) else "no_format",
            user_name=current().user_name,
        )
        for edit in edits
        if _is_due(edit)
    ]
    if checks:
        insert_many(checks)
        tax_numbers_checked.send(sender=TaxNumberCheck, checks=checks)


def _is_due(edit: Edit[Contact]) -> bool:
    return bool(edit.get("vat_registration_no")) and edit.changed("vat_registration_no", "country_code")


def _country(edit: Edit[Contact]) -> str:
    return edit.get("country_code") or company_information().country_code or ""


def _test_format(edit: Edit[Contact]) -> None:
    number, shapes = edit.get("vat_registration_no"), vat_formats(_country(edit))
    if shapes and not any(matches(number, shape) for shape in shapes):
        raise DomainError(
            "contact.vat.format",
            _("Contact %(no)s: tax number “%(number)s” fits none of the formats of %(country)s: %(formats)s.")
            % {"no": edit.get("no"), "number": number, "country": _country(edit), "formats": ", ".join(shapes)},
            field="vat_registration_no",
            rule="C-46",
        )


def _warn_of_others(edits: Sequence[Edit[Contact]]) -> None:
    mine = {edit.record.pk for edit in edits}
    holders: dict[str, list[str]] = {}
    numbers = {edit.get("vat_registration_no") for edit in edits}
    rows = Contact.objects.filter(vat_registration_no__in=numbers).exclude(vat_registration_no="")
    for pk, no, name, number in rows.order_by("no").values_list("pk", "no", "name", "vat_registration_no")[:1000]:
        if pk not in mine:
            holders.setdefault(number, []).append(f"{no} {name}".strip())
    for edit in edits:
        number = edit.get("vat_registration_no")
        others = holders.get(number, [])
        if others:
            more = " …" if len(others) > MOST_NAMED else ""
            tell(
                "contact.vat.also_on",
                _("Tax number %(number)s is also on %(contacts)s.")
                % {"number": number, "contacts": ", ".join(others[:MOST_NAMED]) + more},
                severity="warning",
                target="vat_registration_no",
            )
