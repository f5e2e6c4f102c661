"""Reports through the CRM service (17.13, R-1 to R-33)."""

from __future__ import annotations

import base64
import csv
import io
import sys
from typing import Any

import pytest
from openpyxl import load_workbook

from tests.api.conftest import CRM as CRM_PATH
from tests.api.conftest import Answered, Json, Service, SignIn
from tuttava.contacts.columns import COLUMNS, label
from tuttava.contacts.models import Contact
from tuttava.foundation import jobs, records
from tuttava.foundation.directory.models import PermissionSet
from tuttava.foundation.models import CompanyInformation, Job
from tuttava.foundation.schemas import current_schema
from tuttava.reports import pdf, seams

pytestmark = pytest.mark.usefixtures("company")
NAMES = [
    *("companySummary", "contactCoverSheet", "contactExport", "contactLabels", "contactList", "personSummary"),
    *("segmentComparison", "segmentContacts", "segmentCoverSheet", "segmentLabels"),
]


@pytest.fixture
def firm(company: object) -> Contact:
    found = records.create(Contact, {"no": "R1", "name": "Fjordkraft AS", "address": "Kaien 1", "city": "Bergen"})
    records.create(
        Contact, {"no": "R2", "type": "person", "name": "Anna Berg", "company_no": "R1", "job_title": "Buyer"}
    )
    return found


def asked(crm: Service, name: str, **body: Any) -> Answered:
    return crm.post(f"reports(name='{name}')/Microsoft.NAV.run", body)


def ran(crm: Service, name: str, **body: Any) -> Json:
    answer = asked(crm, name, **body)
    assert answer.status == 200, answer.content
    found: Json = answer.json
    return found


def rows(found: Json) -> list[Json]:
    return [dict(zip(found["columns"], row, strict=True)) for row in found["rows"]]


def test_reports_are_a_set_like_every_other(crm: Service) -> None:  # 17.13
    assert [row["name"] for row in crm.get("reports").value] == NAMES
    found = crm.get("reports?$filter=startswith(name,'contactL')&$orderby=name desc&$count=true&$top=1").json
    assert (found["@odata.count"], [row["name"] for row in found["value"]]) == (2, ["contactList"])
    assert crm.get("reports/$count?$filter=group eq 'Tasks'").json == 0
    labels = crm.get("reports(name='contactLabels')").json
    assert (labels["group"], labels["caption"]) == ("Contacts", "Contact labels")
    assert labels["parameters"] == ["labelFormat", "startPosition", "date"]
    assert (labels["filters"], labels["formats"][:4]) == (["contacts"], ["Json", "Csv", "Xlsx", "Html"])
    assert crm.get(f"reports({labels['id']})?$select=name").json["name"] == "contactLabels"
    assert crm.get("reports(name='unheard')").status == 404
    assert crm.post("reports", {"name": "mine"}).status == 405


def test_captions_are_in_the_language_of_the_caller(crm: Service) -> None:
    english, norwegian = (
        crm.get("reports(name='contactList')", accept_language=language).json["caption"] for language in ("en", "nb")
    )
    assert english != norwegian


def test_contact_list_is_a_data_set(crm: Service, firm: Contact) -> None:
    found = ran(crm, "contactList")
    assert found["columns"] == [
        *("no", "type", "addressBlock", "cost", "noOfOpportunities", "estimatedValue", "calcdCurrentValue"),
        *("durationMinutes", "nextTaskDate"),
    ]
    one = rows(found)[0]
    assert (one["no"], one["type"], one["cost"], one["nextTaskDate"]) == ("R1", "Company", 0, "0001-01-01")
    assert one["addressBlock"][:2] == ["Fjordkraft AS", "Kaien 1"]


def test_filters_choose_contacts_and_stand_on_the_print_out(crm: Service, firm: Contact) -> None:
    filters = {"contacts": {"city": "@berg*", "type": "Company"}}
    assert [one["no"] for one in rows(ran(crm, "contactList", filters=filters))] == ["R1"]
    assert ran(crm, "contactList", filters={"contacts": {"no": "X*"}})["rows"] == []
    page = asked(crm, "contactList", filters=filters, output="Html").content.decode()
    assert "City: @berg*" in page and "Anna Berg" not in page
    assert [one["no"] for one in rows(ran(crm, "contactExport", filters={"contacts": {"no": "R2..R3"}}))] == ["R2"]


def test_company_summary_lists_people_and_lines_of_other_rooms(crm: Service, firm: Contact) -> None:
    seams.provides_lines(lambda contacts, dates: {firm.pk: seams.Lines("Tasks", ["no"], [[f"T1 {dates}"]], "tasks")})
    try:
        found = ran(crm, "companySummary", parameters={"dateFilter": "2026-01-01.."})
    finally:
        seams.unplug()
    assert found["columns"] == ["no", "addressBlock", "phoneNo", "email", "people", "tasks"]
    one = rows(found)[0]
    assert one["people"] == [{"no": "R2", "name": "Anna Berg", "jobTitle": "Buyer", "phoneNo": "", "email": ""}]
    assert one["tasks"] == [{"no": "T1 2026-01-01.."}]


def test_person_summary_has_persons_alone(crm: Service, firm: Contact) -> None:
    found = rows(ran(crm, "personSummary"))
    assert [(one["no"], one["companyNo"]) for one in found] == [("R2", "R1")]


def test_empty_selection_is_an_empty_report(crm: Service) -> None:
    assert not Contact.objects.exists()
    assert ran(crm, "contactList")["rows"] == []
    assert asked(crm, "contactLabels", output="Html").status == 200


def test_blocked_contacts_are_left_out(crm: Service, firm: Contact) -> None:  # C-72
    Contact.objects.filter(pk=firm.pk).update(privacy_blocked=True)
    for name in ("contactList", "contactLabels", "contactCoverSheet", "contactExport"):
        assert [one["no"] for one in rows(ran(crm, name))] == ["R2"]


def test_labels_are_laid_out_on_the_sheet_chosen(crm: Service, firm: Contact) -> None:
    parameters = {"labelFormat": "L36x105", "startPosition": 3}
    answer = asked(crm, "contactLabels", parameters=parameters, output="Html")
    page = answer.content.decode()
    assert answer.headers["Content-Type"] == "text/html; charset=utf-8"
    assert answer.headers["Content-Disposition"].startswith("attachment")
    assert page.count('class="label empty"') == 2
    assert "repeat(2, 105mm)" in page
    assert "<link" not in page and "<script" not in page


@pytest.mark.parametrize("name", ["contactList", "companySummary", "contactLabels", "contactCoverSheet"])
def test_layouts_become_pdf_where_the_extra_is_installed(crm: Service, firm: Contact, name: str) -> None:
    answer = asked(crm, name, output="Pdf")
    if pdf.available():
        assert answer.content.startswith(b"%PDF")
        assert answer.headers["Content-Type"] == "application/pdf"
    else:
        assert (answer.status, answer.domain_code) == (400, "report.pdf_missing")


def test_missing_pdf_is_said_and_not_offered(crm: Service, firm: Contact, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "weasyprint", None)
    answer = asked(crm, "contactList", output="Pdf")
    assert (answer.status, answer.domain_code) == (400, "report.pdf_missing")


def test_tables_have_the_columns_of_the_data_set(crm: Service, firm: Contact) -> None:
    CompanyInformation.objects.update_or_create(defaults={"name": "Own AS"})
    found = ran(crm, "contactLabels")
    text = asked(crm, "contactLabels", output="Csv").content.decode("utf-8-sig")
    head, first, *_rest = csv.reader(io.StringIO(text))
    assert (head, first) == (found["columns"], ["R1", "\n".join(found["rows"][0][1])])
    book = load_workbook(io.BytesIO(asked(crm, "contactLabels", output="Xlsx").content))
    lines = [[cell.value for cell in row] for row in book.worksheets[0].iter_rows()]
    assert lines[0][0] == "Contact labels"
    assert lines[1][0].startswith("Own AS · ")
    assert lines[2] == found["columns"]


def test_contact_export_is_that_of_the_export_page(crm: Service, firm: Contact) -> None:  # C 7
    text = asked(crm, "contactExport", output="Csv").content.decode("utf-8-sig")
    assert next(csv.reader(io.StringIO(text))) == [label(name) for name in COLUMNS]
    found = ran(crm, "contactExport", parameters={"columns": ["name", "no"]})
    assert found == {"columns": ["name", "no"], "rows": [["Fjordkraft AS", "R1"], ["Anna Berg", "R2"]]}
    assert len(ran(crm, "contactExport")["columns"]) == 36


def test_cover_sheets_are_logged_when_printed_and_not_in_preview(crm: Service, firm: Contact) -> None:
    logged: list[str] = []
    seams.log_cover_sheets_with(lambda: True, lambda contact: logged.append(contact.no))
    parameters = {"ids": [str(firm.pk)], "texts": ["See enclosed"], "remarks": ["PleaseCall"], "logInteraction": True}
    try:
        found = rows(ran(crm, "contactCoverSheet", parameters=parameters))
        asked(crm, "contactCoverSheet", parameters=parameters, output="Html", preview=True)
        assert logged == []
        page = asked(crm, "contactCoverSheet", parameters=parameters, output="Html").content.decode()
    finally:
        seams.unplug()
    assert logged == ["R1"]
    assert found[0]["texts"] == ["See enclosed"]
    assert page.count('class="page cover"') == 1 and "See enclosed" in page and page.count("✕") == 1


def test_long_report_runs_in_the_background(crm: Service, firm: Contact) -> None:
    for output in ("Json", "Csv"):
        address = "reports(name='contactList')/Microsoft.NAV.run"
        answer = crm.post(address, {"output": output}, prefer="respond-async")
        assert answer.status == 202
        job = Job.objects.get(pk=answer.headers["Location"].rpartition("(")[2].rstrip(")"))
        jobs.run_queued(current_schema() or "", job.pk)
        job.refresh_from_db()
        assert job.status == "done", job.error
    assert b"R1" in base64.b64decode(job.result["content"])
    assert job.result["contentType"].startswith("text/csv")


@pytest.mark.parametrize(
    ("name", "body", "target"),
    [
        ("contactList", {"parameters": {"colour": 1}}, "colour"),
        ("contactList", {"parameters": 1}, "parameters"),
        ("contactList", {"filters": {"opportunities": {}}}, "opportunities"),
        ("contactList", {"filters": []}, "filters"),
        ("contactList", {"filters": {"contacts": "R1"}}, "contacts"),
        ("contactList", {"filters": {"contacts": {"shoeSize": "42"}}}, "shoeSize"),
        ("contactList", {"filters": {"contacts": {"no": "A|"}}}, "no"),
        ("companySummary", {"parameters": {"dateFilter": "tomorrow-ish"}}, "dateFilter"),
        ("contactList", {"output": "Word"}, "output"),
        ("contactExport", {"output": "Html"}, "output"),
        ("contactExport", {"parameters": {"columns": ["shoeSize"]}}, "columns"),
        ("contactLabels", {"parameters": {"labelFormat": "A4"}}, "labelFormat"),
        ("contactLabels", {"parameters": {"startPosition": 22}, "output": "Html"}, "startPosition"),
        ("contactLabels", {"parameters": {"startPosition": 0}, "output": "Html"}, "startPosition"),
        ("contactCoverSheet", {"parameters": {"remarks": ["Burn"]}}, "remarks"),
        ("contactCoverSheet", {"parameters": {"texts": list("abcdef")}, "output": "Html"}, "texts"),
    ],
)
def test_wrong_run_is_refused_at_its_place(crm: Service, firm: Contact, name: str, body: Json, target: str) -> None:
    answer = asked(crm, name, **body)
    assert (answer.status, answer.target) == (400, target), answer.content


def test_report_needs_the_right_to_read_its_set(sign_in: SignIn, firm: Contact) -> None:
    PermissionSet.objects.create(code="SERIES", name="Series", permissions=["api.read:numberSeries"])
    other = sign_in("SERIES", service=CRM_PATH)
    assert asked(other, "contactList").status == 403
    reader = sign_in("CRM-READ", service=CRM_PATH)
    assert asked(reader, "contactList").status == 200
