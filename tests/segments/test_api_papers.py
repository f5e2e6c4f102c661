"""Files and papers of a segment over the CRM service: export, labels, cover sheets, reports (17.4, 17.13)."""

from __future__ import annotations

import csv
import io
from typing import Any

import pytest
from openpyxl import load_workbook

from tests.api.conftest import Answered, Json, Service
from tests.segments.making import fill, make_company, make_person, make_segment
from tuttava.contacts.columns import COLUMNS, label
from tuttava.contacts.models import ContactAltAddress
from tuttava.foundation import records
from tuttava.interactions.models import InteractionLogEntry
from tuttava.reports import pdf
from tuttava.segments.models import Segment, SegmentLine

pytestmark = pytest.mark.usefixtures("company")
needs_pdf = pytest.mark.skipif(not pdf.available(), reason="no PDF renderer")


@pytest.fixture
def segment() -> Segment:
    """A segment with a company twice, a person, somebody blocked and a line without a contact."""
    found = make_segment()
    hub = make_company(no="T1", name="Berg AS", address="Kaien 1", city="Bergen")
    person = make_person(no="T2", name="=Kari Li", company_no="T1")
    blocked = make_person(no="T3", name="Ola Nord")
    fill(found, hub, person, hub, blocked)
    records.change(blocked, {"privacy_blocked": True})
    SegmentLine.objects.create(segment=found, line_no=90000)
    return found


def act(crm: Service, segment: Segment, name: str, body: Any = None) -> Answered:
    return crm.post(f"segments({segment.pk})/Microsoft.NAV.{name}", body)


def table(answer: Answered) -> list[list[str]]:
    assert answer.status == 200, answer.content
    return list(csv.reader(io.StringIO(answer.content.decode("utf-8-sig"))))


def ran(crm: Service, name: str, **body: Any) -> list[Json]:
    answer = crm.post(f"reports(name='{name}')/Microsoft.NAV.run", body)
    assert answer.status == 200, answer.content
    return [dict(zip(answer.json["columns"], row, strict=True)) for row in answer.json["rows"]]


def test_export_has_a_row_for_each_line(crm: Service, segment: Segment) -> None:  # S-86
    answer = act(crm, segment, "exportContacts")
    assert answer.headers["Content-Type"].startswith("text/csv") and segment.no in answer.headers["Content-Disposition"]
    headings, *rows = table(answer)
    assert headings == [label(name) for name in COLUMNS]
    assert [row[0] for row in rows] == ["T1", "T2", "T1"]
    assert [row[COLUMNS.index("type")] for row in rows] == ["Company", "Person", "Company"]
    assert rows[1][COLUMNS.index("name")] == "'=Kari Li"


def test_columns_and_format_are_chosen(crm: Service, segment: Segment) -> None:  # S-86
    wanted = {"columns": ["name", "lineNo", "segmentLine/description", "post_code"]}
    assert table(act(crm, segment, "exportContacts", wanted))[1] == ["Berg AS", "10000", "Spring letter", "5003"]
    book = act(crm, segment, "exportContacts", {**wanted, "format": "Xlsx"})
    sheet = load_workbook(io.BytesIO(book.content)).worksheets[0]
    assert [[cell.value for cell in row] for row in sheet.rows][2][:2] == ["=Kari Li", "20000"]
    assert sheet["A3"].data_type == "s"
    refused = act(crm, segment, "exportContacts", {"columns": ["weather"]})
    assert (refused.domain_code, refused.target) == ("field_unknown", "columns")
    assert act(crm, segment, "exportContacts", {"format": "Pdf"}).code == "Application_EvaluateException"


def test_labels_have_the_address_of_the_line(crm: Service, segment: Segment) -> None:
    line = SegmentLine.objects.get(segment=segment, line_no=10000)
    summer = ContactAltAddress.objects.create(contact=line.contact, code="S", company_name="Berg AS", address="Sea 2")
    SegmentLine.objects.filter(pk=line.pk).update(contact_alt_address=summer)
    found = ran(crm, "segmentLabels", filters={"segments": {"no": segment.no}})
    assert [(row["lineNo"], row["contactNo"]) for row in found] == [(10000, "T1"), (20000, "T2"), (30000, "T1")]
    assert "Sea 2" in found[0]["addressBlock"] and "Kaien 1" in found[2]["addressBlock"]
    page = crm.post(
        "reports(name='segmentLabels')/Microsoft.NAV.run",
        {"filters": {"segments": {"no": segment.no}}, "parameters": {"labelFormat": "L36x70"}, "output": "Html"},
    )
    html = page.content.decode()
    assert html.count('class="label"') == 3 and "repeat(3, 70mm)" in html


def test_each_segment_starts_a_row_of_labels(crm: Service, segment: Segment) -> None:
    other = make_segment()
    fill(other, make_company(no="T8", name="Aas AS"))
    page = crm.post(
        "reports(name='segmentLabels')/Microsoft.NAV.run", {"parameters": {"startPosition": 2}, "output": "Html"}
    )
    places = [place.split('"', 1)[0] for place in page.content.decode().split('<div class="')[1:]]
    assert places == [
        "label empty",
        "label",
        "label",
        "label",
        "label empty",
        "label empty",
        *["label"],
        *["label empty"] * 2,
    ]


@needs_pdf
def test_papers_come_as_pdf(crm: Service, segment: Segment) -> None:
    made = act(crm, segment, "printLabels", {"labelFormat": "L37x105", "startPosition": 3})
    assert made.headers["Content-Type"] == "application/pdf" and made.content.startswith(b"%PDF")
    assert act(crm, segment, "printLabels").code == "BadRequest_RequiredParamNotProvided"
    wrong = act(crm, segment, "printLabels", {"labelFormat": "L36x70", "startPosition": 99})
    assert (wrong.domain_code, wrong.target) == ("report.start", "startPosition")
    assert act(crm, make_segment(), "printCoverSheet").content.startswith(b"%PDF")


@needs_pdf
def test_cover_sheet_is_logged_once_for_each_contact(crm: Service, segment: Segment) -> None:  # I-111, R-31, R-33
    given = {"texts": ["As promised"], "remarks": ["PleaseCall"], "logInteraction": True}
    assert act(crm, segment, "printCoverSheet", {**given, "preview": True}).status == 200
    assert not InteractionLogEntry.objects.exists()
    assert act(crm, segment, "printCoverSheet", given).content.startswith(b"%PDF")
    logged = InteractionLogEntry.objects.order_by("entry_no").values_list("contact__no", "document_type", "document_no")
    assert list(logged) == [("T1", "cover_sheet", ""), ("T2", "cover_sheet", "")]
    assert act(crm, segment, "printCoverSheet", {"remarks": ["Burn"]}).domain_code == "value_invalid"


def test_reports_about_segments(crm: Service, segment: Segment) -> None:
    other = make_segment()
    fill(other, *[line.contact for line in SegmentLine.objects.filter(segment=segment)[:1] if line.contact])
    found = ran(crm, "segmentContacts", filters={"segments": {"no": segment.no}})
    assert [(row["contactNo"], row["noOfInteractions"]) for row in found] == [("T1", 0), ("T1", 0), ("T2", 0)]
    compared = ran(crm, "segmentComparison", parameters={"segmentNos": [segment.no, other.no]})
    assert compared == [
        {
            "segmentNo": segment.no,
            "otherSegmentNo": other.no,
            "noOfContacts": 3,
            "otherNoOfContacts": 1,
            "noOfCommonContacts": 1,
        }
    ]
    sheets = ran(crm, "segmentCoverSheet", filters={"segments": {"no": segment.no}}, parameters={"texts": ["Hi"]})
    assert len(sheets) == 3 and sheets[0]["texts"] == ["Hi"]
