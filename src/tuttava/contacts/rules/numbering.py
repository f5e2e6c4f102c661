"""Numbers of contacts: drawn, chosen or typed (C-1 to C-4, C-7)."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Sequence
from typing import cast

from django.utils.translation import gettext as _

from tuttava.contacts.models import Contact, ContactType
from tuttava.contacts.setup import marketing_setup
from tuttava.foundation import series
from tuttava.foundation.context import current
from tuttava.foundation.errors import DomainError
from tuttava.foundation.models import NumberSeries
from tuttava.foundation.records import Edit, Rules


class NumberRules(Rules[Contact]):
    """The number and the series it came from."""

    def enter_no(self, edit: Edit[Contact], value: str) -> None:
        """C-2, C-3, C-7. Blank on a new contact means: draw one."""
        if value == edit.get("no"):
            return
        if not value and not edit.is_new:
            raise DomainError(
                "field_required", _("Contact %(no)s needs a number.") % {"no": edit.get("no")}, rule="C-7"
            )
        if not value.isprintable():
            raise DomainError(
                "value_invalid", _("A number holds printable characters only. Remove line ends and tabs."), rule="C-2"
            )
        if value:
            _check_manual()
        edit.copy("no", value)
        edit.copy("no_series_code", None)

    def enter_no_series_code(self, edit: Edit[Contact], value: str | None) -> None:
        """The series that a new contact's number is to come from, one related to the setup's (C-1, C-110)."""
        if value == edit.get("no_series_code"):
            return
        if not edit.is_new:
            raise DomainError(
                "read_only",
                _("Contact %(no)s: the number series cannot change once the contact has its number.")
                % {"no": edit.get("no")},
                rule="C-1",
            )
        edit.copy("no_series_code", series.chosen(contact_series(), value))


def contact_series() -> str:
    """The series set up for contacts; raises ``setup.contact_nos.missing``."""
    code = marketing_setup().contact_nos_code
    if not code:
        raise DomainError(
            "setup.contact_nos.missing",
            _("Fill in “contact numbers” in the marketing setup, or give the new contact a number by hand."),
            field="contact_nos",
            rule="C-1",
        )
    return cast("str", code)


def _check_manual() -> None:
    """C-2; the series is read once a context."""
    code = marketing_setup().contact_nos_code
    cache = current().cache
    key = ("contacts.manual_numbers", code)
    if key not in cache:
        cache[key] = series.may_be_manual(code)
    if not cache[key]:
        raise DomainError(
            "number_series.not_manual",
            _("Numbers of series %(code)s cannot be typed. Leave the number blank; it is drawn on saving.")
            % {"code": code},
            field="no",
            rule="C-2",
        )


def number_new(edits: Sequence[Edit[Contact]]) -> None:
    """Give every new contact without a number one, drawn together for each series (C-1)."""
    wanting: dict[str, list[Edit[Contact]]] = defaultdict(list)
    for edit in edits:
        if edit.is_new and not edit.get("no"):
            wanting[edit.get("no_series_code") or contact_series()].append(edit)
    given = {edit.get("no") for edit in edits} if wanting else set()
    for code, group in wanting.items():
        for edit, number in zip(group, _free_numbers(code, len(group), given), strict=True):
            edit.copy("no", number)
            edit.copy("no_series_code", code)


def _free_numbers(code: str, count: int, taken: Collection[str]) -> list[str]:
    """``count`` numbers of a series that no contact has; taken ones are skipped by drawing again."""
    free: list[str] = []
    while len(free) < count:
        drawn = series.draw_many(code, count - len(free))
        known = set(Contact.objects.filter(no__in=drawn).values_list("no", flat=True))
        free += [number for number in drawn if number not in known and number not in taken]
    return free


def rename_in_people(edits: Sequence[Edit[Contact]]) -> None:
    """A company's new number reaches the copies its people hold; all links are by id (C-7)."""
    for edit in edits:
        if not edit.is_new and edit.record.is_company and edit.changed("no"):
            people = Contact.objects.filter(company_id=edit.record.pk, type=ContactType.PERSON)
            people.update(company_no=edit.get("no"))


def number_choices() -> list[NumberSeries]:
    """The series a new contact's number may come from, the usual one first (C-110)."""
    return series.choices(contact_series())


def shows_number_field() -> bool:
    """Whether the card shows the number: not when a number is sure to be drawn and cannot be chosen (C-4)."""
    code = marketing_setup().contact_nos_code
    found = NumberSeries.objects.filter(code=code).first() if code else None
    if found is None or not found.default_nos or found.manual_nos:
        return True
    return len(series.choices(found.code)) > 1 or not series.peek(found.code, quiet=True)
