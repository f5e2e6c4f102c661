"""Reports in the browser and as PDF (section 7 of the contact specification)."""

from __future__ import annotations

import importlib.util
import re
import sys

import pytest
from django.test import Client
from django.utils import translation

from tests.web.conftest import sign_in
from tuttava.contacts.models import Contact
from tuttava.foundation.directory.models import Company
from tuttava.foundation.errors import DomainError
from tuttava.foundation.models import CompanyInformation
from tuttava.foundation.records import change, create
from tuttava.reports import pdf, seams
from tuttava.reports.reports import REPORTS

pytestmark = pytest.mark.usefixtures("company")


@pytest.fixture
def editor(company: Company) -> Client:
    return sign_in(company, name="anna", sets="CRM-EDIT")


@pytest.fixture
def root(company: Company) -> str:
    return f"/c/{company.slug}/reports"


@pytest.fixture
def firm() -> Contact:
    own = CompanyInformation.objects.first() or create(CompanyInformation, {})
    change(own, {"name": "Own Company", "iban": "NO93 8601 1117 947", "vat_registration_no": "NO999888777MVA"})
    company = create(
        Contact, {"no": "R1", "name": "Fjord <b>& Co</b>", "address": "Storgata 1", "post_code": "9999", "city": "By"}
    )
    create(Contact, {"no": "R2", "type": "person", "name": "Anna Berg", "company_no": "R1", "job_title": "Buyer"})
    return company


def shown(client: Client, address: str) -> str:
    answer = client.get(address)
    assert answer.status_code == 200, answer.content
    return answer.content.decode()


def test_overview_names_every_report(editor: Client, root: str) -> None:
    page = shown(editor, f"{root}/")
    assert all(str(report.title) in page for report in REPORTS.values())


@pytest.mark.parametrize("name", REPORTS)
def test_every_report_asks_and_prints_without_inline_style_or_script(
    editor: Client, root: str, firm: Contact, name: str
) -> None:
    assert "<form" in shown(editor, f"{root}/{name}/")
    page = shown(editor, f"{root}/{name}/print/?no=R*")
    assert " style=" not in page and "onclick" not in page and "<script>" not in page
    assert "&lt;b&gt;" in page or name == "person-summary"
    assert "<b>& Co" not in page


def test_labels_print_address_blocks_on_the_sheet_chosen(editor: Client, root: str, firm: Contact) -> None:  # C-57
    page = shown(editor, f"{root}/labels/print/?no=R1&sheet=37x105&start=3")
    labels = re.findall(r'<div class="label( empty)?">(.*?)</div>', page, re.DOTALL)
    assert [bool(empty) for empty, _lines in labels] == [True, True, False, True]
    assert "Storgata 1" in labels[2][1] and "9999 By" in labels[2][1]
    css = editor.get(f"{root}/sheet.css?sheet=37x105").content.decode()
    assert "size: 210mm 297mm" in css and "repeat(2, 105mm)" in css


def test_sheet_of_ones_own_measures(editor: Client, root: str, firm: Contact) -> None:
    query = "no=R1&sheet=custom&columns=4&label_width=48.5&label_height=25&rows=10&left=8&top=12&text=7"
    css = editor.get(f"{root}/sheet.css?{query}").content.decode()
    assert "repeat(4, 48.5mm)" in css and "padding: 12mm 0 0 8mm" in css and "font-size: 7pt" in css
    assert shown(editor, f"{root}/labels/print/?{query}").count('<div class="label') == 4


def test_measures_that_are_no_numbers_stand_at_their_field(editor: Client, root: str) -> None:
    answer = editor.get(f"{root}/labels/print/?sheet=custom&columns=x")
    assert answer.status_code == 422 and "field-error" in answer.content.decode()


def test_contact_list_prints_four_contacts_a_page_and_names_the_filter(editor: Client, root: str) -> None:
    for number in range(5):
        create(Contact, {"no": f"Q{number}", "name": f"Firm {number}"})
    page = shown(editor, f"{root}/contact-list/print/?no=Q*")
    assert page.count('class="page"') == 2 and "Number: Q*" in page and "page 2 of 2" in page


def test_company_summary_lists_its_people_and_lines_of_other_rooms(editor: Client, root: str, firm: Contact) -> None:
    def tasks(contacts: object, dates: str) -> dict[object, seams.Lines]:
        return {firm.pk: seams.Lines("Tasks", ["Date", "What"], [["2026-01-01", "Call back"]])}

    seams.provides_lines(tasks)  # type: ignore[arg-type]
    try:
        page = shown(editor, f"{root}/company-summary/print/?no=R*")
    finally:
        seams.unplug()
    assert "Anna Berg" in page and "Buyer" in page and "Call back" in page


def test_blocked_person_is_left_out_of_the_company_summary(editor: Client, root: str, firm: Contact) -> None:  # C-72
    Contact.objects.filter(no="R2").update(privacy_blocked=True)
    assert "Anna Berg" not in shown(editor, f"{root}/company-summary/print/?no=R1")


def test_cover_sheet_shows_own_data_lines_and_ticks(editor: Client, root: str, firm: Contact) -> None:
    query = "no=R*&line_1=See+enclosed&remarks=call&remarks=agreed&custom_remark=Urgent"
    page = shown(editor, f"{root}/cover-sheet/print/?{query}")
    assert page.count('class="page cover"') == 2
    for text in ("Own Company", "NO93 8601 1117 947", "NO999888777MVA", "See enclosed", "Urgent"):
        assert text in page
    first = page.split('class="page cover"')[1]
    assert first.count("✕") == 3


def test_cover_sheet_is_logged_only_where_it_is_offered_and_not_in_preview(
    editor: Client, root: str, firm: Contact
) -> None:
    logged: list[str] = []
    assert 'name="log"' not in shown(editor, f"{root}/cover-sheet/")
    seams.log_cover_sheets_with(lambda: True, lambda contact: logged.append(contact.no))
    try:
        assert 'name="log"' in shown(editor, f"{root}/cover-sheet/")
        address = f"{root}/cover-sheet/print/?no=R*&log=on"
        assert "Log interactions" in shown(editor, address) and logged == []
        editor.post(address)
        assert sorted(logged) == ["R1", "R2"]
    finally:
        seams.unplug()


def test_rows_selected_in_the_list_are_printed(editor: Client, root: str, firm: Contact) -> None:
    answer = editor.post(f"{root}/choose/", {"id": [str(firm.pk)], "state": "?q=fjord"})
    assert answer.headers["Location"].endswith(f"/reports/?ids={firm.pk}")
    assert f"labels/?ids={firm.pk}" in shown(editor, f"{root}/?ids={firm.pk}")
    assert "For 1 chosen contact." in shown(editor, f"{root}/labels/?ids={firm.pk}")
    assert shown(editor, f"{root}/labels/print/?ids={firm.pk}").count("Storgata 1") == 1


def test_everything_the_list_shows_is_printed(editor: Client, root: str, firm: Contact) -> None:
    answer = editor.post(f"{root}/choose/", {"everything": "1", "state": "?q=anna"})
    assert answer.headers["Location"].endswith("state=q%3Danna")
    page = shown(editor, f"{root}/person-summary/print/?state=q%3Danna")
    assert "Anna Berg" in page and "as shown in the list" in page


def test_card_and_list_offer_printing(editor: Client, company: Company, firm: Contact) -> None:
    card = shown(editor, f"/c/{company.slug}/contacts/{firm.pk}")
    assert f"/reports/labels/?ids={firm.pk}" in card
    assert "/reports/choose/" in shown(editor, f"/c/{company.slug}/contacts/")


@pytest.mark.skipif(importlib.util.find_spec("weasyprint") is None, reason="the extra “pdf” is not installed")
@pytest.mark.parametrize("name", REPORTS)
def test_every_report_is_a_pdf_too(editor: Client, root: str, firm: Contact, name: str) -> None:
    answer = editor.get(f"{root}/{name}/print/?no=R*&format=pdf")
    assert answer.headers["Content-Type"] == "application/pdf" and answer.content.startswith(b"%PDF")


def test_pdf_without_the_extra_is_refused_in_words(
    editor: Client, root: str, firm: Contact, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(sys.modules, "weasyprint", None)
    with pytest.raises(DomainError) as refused:
        pdf.render("<p>x</p>")
    assert refused.value.code == "report.pdf_missing"
    answer = editor.get(f"{root}/labels/print/?no=R1&format=pdf")
    assert answer.status_code == 422 and "Save as PDF" in answer.content.decode()


def test_reader_sees_the_print_out_in_the_readers_language(editor: Client, root: str, firm: Contact) -> None:
    with translation.override("en"):
        page = editor.get(f"{root}/labels/print/?no=R1", headers={"accept-language": "nl"}).content.decode()
    assert '<html lang="nl">' in page
