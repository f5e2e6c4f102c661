"""The reports: what each is called, what it asks for and what it prints (section 7 of the contact specification)."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from itertools import groupby
from typing import Any, TypeVar

from django.db.models import QuerySet
from django.db.models.functions import Lower
from django.utils.translation import gettext_lazy as _

from tuttava.contacts.addresses import address_blocks, own_block
from tuttava.contacts.models import Contact, ContactType
from tuttava.contacts.queries import figures_of_rooms
from tuttava.foundation.company import company_information
from tuttava.foundation.context import require
from tuttava.foundation.errors import Text
from tuttava.foundation.journal import unit_of_work
from tuttava.reports.forms import REMARKS, ContactListForm, CoverSheetForm, LabelForm, ReportForm, SummaryForm
from tuttava.reports.seams import cover_sheet_log, lines_of
from tuttava.reports.selection import Selected, select
from tuttava.reports.sheets import arrange, stylesheet

CONTACTS_PER_PAGE = 4
_TEXT_LINES = 5

T = TypeVar("T")
Context = dict[str, Any]
Rows = QuerySet[Contact] | None


@dataclass(frozen=True)
class Report:
    """A print-out. ``content`` answers what ``template`` shows; ``kind`` limits it to companies or persons."""

    name: str
    title: Text
    description: Text
    icon: str
    form: type[ReportForm]
    template: str
    content: Callable[[ReportForm, Selected], Context]
    kind: str = ""

    def make(self, form: ReportForm, rows: Rows = None) -> Context:
        """Everything the template needs for a valid ``form``; raises the domain errors of the selection."""
        return self.lay_out(form, select(form.cleaned_data, kind=self.kind, rows=rows))

    def lay_out(self, form: ReportForm, selected: Selected) -> Context:
        """The same for contacts that are chosen already."""
        base = {"report": self, "selected": selected, "own": company_information(), "own_block": own_block()}
        return base | self.content(form, selected)


def pages_of(items: Sequence[T], size: int) -> list[Sequence[T]]:
    return [items[first : first + size] for first in range(0, len(items), size)]


def _labels(form: ReportForm, selected: Selected) -> Context:
    """Blocks by C-57 for the work date, row by row from the first free place."""
    assert isinstance(form, LabelForm)
    blocks = address_blocks(selected.contacts)
    sheet = form.chosen_sheet()
    start = form.cleaned_data.get("start") or 1
    pages = list(arrange([blocks[contact.pk] for contact in selected.contacts], sheet, start))
    return {"pages": pages, "sheet": sheet, "sheet_css": stylesheet(sheet)}


def _contact_list(form: ReportForm, selected: Selected) -> Context:
    blocks, figures = address_blocks(selected.contacts), figures_of_rooms(selected.contacts)
    rows = [(contact, blocks[contact.pk], figures[contact.pk]) for contact in selected.contacts]
    return {"pages": pages_of(rows, CONTACTS_PER_PAGE)}


def _company_summary(form: ReportForm, selected: Selected) -> Context:
    """Each company with its people; one query for the people of all."""
    companies = selected.contacts
    people = Contact.objects.filter(company__in=companies, type=ContactType.PERSON, privacy_blocked=False)
    ordered = people.order_by("company_id", Lower("name"), "pk")
    staff = {company: list(found) for company, found in groupby(ordered, key=lambda person: person.company_id)}
    return {"entries": _entries(form, companies, staff)}


def _person_summary(form: ReportForm, selected: Selected) -> Context:
    return {"entries": _entries(form, selected.contacts, {})}


def _entries(form: ReportForm, contacts: list[Contact], staff: Mapping[Any, list[Contact]]) -> list[Context]:
    blocks, lines = address_blocks(contacts), lines_of(contacts, form.cleaned_data["date_filter"])
    return [
        {
            "contact": contact,
            "block": blocks[contact.pk],
            "people": staff.get(contact.pk, []),
            "lines": lines.get(contact.pk, []),
        }
        for contact in contacts
    ]


def _cover_sheet(form: ReportForm, selected: Selected) -> Context:
    blocks = address_blocks(selected.contacts)
    values = form.cleaned_data
    ticked = set(values["remarks"])
    return {
        "sheets": [(contact, blocks[contact.pk]) for contact in selected.contacts],
        "lines": [values[f"line_{number}"] for number in range(1, _TEXT_LINES + 1) if values[f"line_{number}"]],
        "remarks": [(name in ticked, words) for name, words in REMARKS.items()],
        "custom_remark": values["custom_remark"],
    }


def log_cover_sheets(contacts: Sequence[Contact]) -> int:
    """Log the sending of a cover sheet to the contacts of a run; returns to how many, 0 where it is not offered."""
    log = cover_sheet_log()
    if log is None:
        return 0
    require("interaction_log.write")
    with unit_of_work("log cover sheets"):
        for contact in contacts:
            log(contact)
    return len(contacts)


REPORTS: dict[str, Report] = {
    report.name: report
    for report in (
        Report(
            "labels",
            _("Contact labels"),
            _("Address labels on the usual sheets or on sheets of your own, from any free label on."),
            "tag",
            LabelForm,
            "reports/labels.html",
            _labels,
        ),
        Report(
            "contact-list",
            _("Contact list"),
            _("Contacts with address, interactions and opportunities, four on a page."),
            "list-bullet",
            ContactListForm,
            "reports/contact_list.html",
            _contact_list,
        ),
        Report(
            "company-summary",
            _("Company summary"),
            _("Companies with their people, tasks and interactions."),
            "building-office",
            SummaryForm,
            "reports/summary.html",
            _company_summary,
            ContactType.COMPANY,
        ),
        Report(
            "person-summary",
            _("Person summary"),
            _("Persons with their tasks and interactions."),
            "user",
            SummaryForm,
            "reports/summary.html",
            _person_summary,
            ContactType.PERSON,
        ),
        Report(
            "cover-sheet",
            _("Cover sheet"),
            _("A page to go with what you send, with your own lines and remarks."),
            "document-text",
            CoverSheetForm,
            "reports/cover_sheet.html",
            _cover_sheet,
        ),
    )
}
