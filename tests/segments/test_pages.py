"""Segments in the browser: the list, the card with its sheet of lines."""

from __future__ import annotations

import json
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from tests.relations.pages import JSON, administrator, visitor
from tests.segments.making import line_of, make_company, make_person, make_segment, on, vocabulary
from tuttava.contacts.models import Contact, ContactMailingGroup
from tuttava.foundation import pdf, records
from tuttava.foundation.directory.models import Company
from tuttava.foundation.journal import UnitOfWork
from tuttava.interactions.models import InteractionDraft, WordTemplate
from tuttava.segments import contents, criteria_log, steps
from tuttava.segments.models import Segment, SegmentLine
from tuttava.segments.pages import lines as line_pages

pytestmark = pytest.mark.usefixtures("company")


@pytest.fixture
def client(company: Company) -> Client:
    return administrator(company)


@pytest.fixture
def base(company: Company) -> str:
    return f"/c/{company.slug}/segments"


def page(client: Client, address: str, **query: str) -> str:
    answer = client.get(address, query)
    assert answer.status_code == 200
    return answer.content.decode()


def enter(client: Client, base: str, segment: Segment, *changes: dict[str, Any]) -> dict[str, Any]:
    """Type into the sheet as the page does; what it answers."""
    answer = client.post(f"{base}/{segment.pk}/lines/enter", {"changes": json.dumps(changes)}, headers=JSON)
    body: dict[str, Any] = answer.json()
    return body


def set_field(client: Client, base: str, segment: Segment, name: str, value: str, **answers: str) -> Any:
    """Type into a field of the card; what it answers."""
    segment.refresh_from_db()
    sent = {"value": value, "version": segment.version, **{f"answer:{code}": text for code, text in answers.items()}}
    return client.post(f"{base}/{segment.pk}/field/{name}", sent, headers=JSON)


def test_list_is_searched_and_shows_how_many_lines(client: Client, base: str) -> None:  # 1.5
    segment, other = make_segment(), make_segment(description="Autumn call")
    by_name = make_company(name="Berg AS")
    steps.add_contacts(segment, {"contact": {"no": by_name.no}})
    shown = page(client, f"{base}/", q="spring")
    assert segment.no in shown and other.no not in shown
    assert f"/segments/{segment.pk}" in shown
    found = page(client, f"{base}/", f=f"contact:is:{by_name.no}")
    assert segment.no in found and other.no not in found


def test_contact_card_names_its_segments(client: Client, base: str, company: Company) -> None:  # 1.5
    firm, segment = make_company(name="Berg AS"), make_segment()
    steps.add_contacts(segment, {"contact": {"no": firm.no}})
    shown = page(client, f"/c/{company.slug}/contacts/{firm.pk}")
    assert f"/segments/{segment.pk}" in shown


def test_new_segment_takes_the_template_with_its_content(client: Client, base: str) -> None:  # S-10
    template = vocabulary()
    sent = {"description": "Autumn", "interaction_template_code": template.code}
    done = client.post(f"{base}/new", sent, headers=JSON).json()
    segment = Segment.objects.get(description="Autumn")
    assert done["redirect"].endswith(str(segment.pk)) and segment.interaction_template_code == template.code


def test_typing_a_contact_makes_a_line_and_a_step(client: Client, base: str) -> None:  # S-31
    segment, firm = make_segment(), make_company(name="Berg AS")
    body = enter(client, base, segment, {"key": "a", "values": {"contact_no": firm.no}})
    line = line_of(segment, firm)
    assert body["results"][0]["id"] == str(line.pk) and "Berg AS" in body["results"][0]["html"]
    assert line.description == "Spring letter" and criteria_log.actions_of(segment) == 1


def test_contact_is_found_by_its_name(client: Client, base: str) -> None:
    segment, firm = make_segment(), make_company(name="Berg AS")
    enter(client, base, segment, {"key": "a", "values": {"contact_no": "Berg AS"}})
    assert line_of(segment, firm)


def test_refusal_stands_at_its_cell_and_other_rows_are_stored(client: Client, base: str) -> None:
    segment, firm = make_segment(), make_company(name="Berg AS")
    rows = [
        {"key": "a", "values": {"contact_no": "NOBODY"}},
        {"key": "b", "values": {"contact_no": firm.no, "correspondence_type": "E-mail", "subject": "Hello"}},
    ]
    first, second = enter(client, base, segment, *rows)["results"]
    assert first["field"] == "contact_no" and "NOBODY" in first["error"] and not second["error"]
    line = SegmentLine.objects.get(segment=segment)
    assert (line.correspondence_type, line.subject) == ("email", "Hello")


def test_cell_that_somebody_else_changed_is_refused_until_it_is_seen(client: Client, base: str) -> None:
    segment, firm = make_segment(), make_company(name="Berg AS")
    steps.add_contacts(segment, {"contact": {"no": firm.no}})
    line = line_of(segment, firm)
    records.change(line_of(segment, firm), {"subject": "Theirs"})
    change = {"key": "a", "id": str(line.pk), "version": line.version, "values": {"subject": "Mine"}}
    assert enter(client, base, segment, change)["results"][0]["conflict"]
    assert line_of(segment, firm).subject == "Theirs"


def test_lines_are_deleted_with_undo(client: Client, base: str) -> None:  # S-26
    segment, firm = make_segment(), make_company(name="Berg AS")
    steps.add_contacts(segment, {"contact": {"no": firm.no}})
    sent = {"lines": json.dumps([str(line_of(segment, firm).pk)])}
    asked = client.post(f"{base}/{segment.pk}/lines/delete", sent, headers=JSON)
    assert asked.status_code == 409 and on(segment) == ["Berg AS"]
    done = client.post(f"{base}/{segment.pk}/lines/delete", {**sent, "answer:q_reset_criteria": "no"}, headers=JSON)
    assert done.json()["removed"] and done.json()["undo"] and on(segment) == []


def test_lines_are_shown_a_page_at_a_time(client: Client, base: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(line_pages, "SIZE", 2)
    segment = make_segment()
    for name in ("Aas", "Berg", "Dal"):
        make_company(name=name)
    steps.add_contacts(segment, {"contact": {"name": "Aas|Berg|Dal"}})
    first = page(client, f"{base}/{segment.pk}")
    assert ">Berg<" in first and ">Dal<" not in first and "1–2 of 3" in first
    second = page(client, f"{base}/{segment.pk}/lines", after="20000")
    assert ">Dal<" in second and ">Berg<" not in second and "3–3 of 3" in second
    part = client.get(f"{base}/{segment.pk}/lines", {"before": "30000"}, headers=JSON).json()["parts"]["box-lines"]
    assert ">Berg<" in part and ">Dal<" not in part


def test_page_of_lines_asks_the_database_a_bounded_number_of_times(
    client: Client, base: str, django_assert_max_num_queries: Any
) -> None:
    segment = make_segment()
    for number in range(12):
        make_person(name=f"Kari {number:02}")
    steps.add_contacts(segment, {"contact": {"name": "Kari*"}})
    with django_assert_max_num_queries(12):
        line_pages.box(segment)


def test_fields_wait_for_their_template_and_campaign(client: Client, base: str) -> None:  # 1.5
    template, segment = vocabulary(), make_segment()
    assert set(_editable(client, base, segment)) == {
        *("description", "salesperson_code", "date", "interaction_template_code", "campaign_no")
    }
    records.change(segment, {"interaction_template_code": template.code})
    contents.create_row(segment, segment.language_default_code)
    assert {"unit_cost", "subject_default", "word_template_code"} <= set(_editable(client, base, segment))
    assert "correspondence_type_default" not in _editable(client, base, segment)
    records.change(segment, {"ignore_contact_correspondence_type": True})
    assert "correspondence_type_default" in _editable(client, base, segment)


def _editable(client: Client, base: str, segment: Segment) -> list[str]:
    shown = page(client, f"{base}/{segment.pk}")
    return [part.split('"', 1)[0] for part in shown.split('id="e-')[1:]]


def test_changing_the_header_asks_for_its_lines(client: Client, base: str) -> None:  # S-6
    segment, firm = make_segment(), make_company(name="Berg AS")
    steps.add_contacts(segment, {"contact": {"no": firm.no}})
    asked = set_field(client, base, segment, "description", "Summer letter")
    assert asked.status_code == 409 and "lines" in asked.json()["ask"]
    set_field(client, base, segment, "description", "Summer letter", q_update_lines="yes")
    assert line_of(segment, firm).description == "Summer letter"


def test_blocked_contact_is_seen_as_such(client: Client, base: str) -> None:  # C-72
    segment, who = make_segment(), make_person(name="Kari Li")
    steps.add_contacts(segment, {"contact": {"no": who.no}})
    Contact.objects.filter(pk=who.pk).update(privacy_blocked=True)
    assert "Blocked for privacy" in page(client, f"{base}/{segment.pk}")


def test_reader_sees_a_segment_and_changes_nothing(company: Company, base: str) -> None:
    segment = make_segment()
    reader = visitor(company, sets="CRM-READ")
    assert "<line-grid" not in page(reader, f"{base}/{segment.pk}")
    assert reader.post(f"{base}/{segment.pk}/delete", headers=JSON).status_code == 403


def test_segment_is_deleted_with_everything_and_comes_back(client: Client, base: str, company: Company) -> None:  # S-3
    segment, firm = make_segment(), make_company(name="Berg AS")
    steps.add_contacts(segment, {"contact": {"no": firm.no}})
    done = client.post(f"{base}/{segment.pk}/delete", headers=JSON).json()
    assert done["redirect"] == f"{base}/" and not Segment.objects.exists() and not SegmentLine.objects.exists()
    unit = UnitOfWork.objects.get(action="delete segment")
    client.post(f"/c/{company.slug}/undo/{unit.pk}")
    assert on(Segment.objects.get(no=segment.no)) == ["Berg AS"] and criteria_log.actions_of(segment) == 1


@pytest.fixture
def mailed(client: Client) -> Segment:
    """A segment of a template with content in one language, and one line."""
    template = vocabulary()
    segment = make_segment(interaction_template_code=template.code)
    firm = make_company(name="Berg AS", language_code=segment.language_default_code)
    steps.add_contacts(segment, {"contact": {"no": firm.no}})
    return segment


def test_language_is_added_changed_and_taken_away(client: Client, base: str) -> None:  # S-20, S-25
    segment = make_segment(interaction_template_code=vocabulary().code)
    before = contents.rows_of(segment).count()
    sent = {"language_code": "NL", "subject": "Welkom"}
    done = client.post(f"{base}/{segment.pk}/languages/new", sent, headers=JSON).json()
    assert "Welkom" in done["parts"]["card-body"] and done["close"]
    row = contents.row_of(segment, "NL")
    assert row is not None
    client.post(f"{base}/{segment.pk}/languages/{row.pk}", {**sent, "subject": "Dag"}, headers=JSON)
    row.refresh_from_db()
    assert row.subject == "Dag"
    client.post(f"{base}/{segment.pk}/languages/{row.pk}/delete", headers=JSON)
    assert contents.rows_of(segment).count() == before


def test_mail_is_written_and_written_on(client: Client, base: str, mailed: Segment) -> None:  # S-24
    address = f"{base}/{mailed.pk}/content"
    client.post(f"{address}/write", {"text": "<p>Come along</p>"}, headers=JSON)
    assert "Come along" in page(client, address)
    client.post(f"{address}/write", {"text": "<p>Come on Friday</p>"}, headers=JSON)
    assert "Come on Friday" in page(client, f"{address}/preview")
    line = SegmentLine.objects.get(segment=mailed)
    assert contents.state_of(line) == "inherited"
    got = client.get(f"{address}/file")
    assert mailed.no in got.headers["Content-Disposition"]


def test_line_gets_content_of_its_own_and_gives_it_up(client: Client, base: str, mailed: Segment) -> None:  # S-23, S-24
    client.post(f"{base}/{mailed.pk}/content/write", {"text": "<p>For all</p>"}, headers=JSON)
    line = SegmentLine.objects.get(segment=mailed)
    address = f"{base}/{mailed.pk}/lines/{line.pk}/content"
    assert "For all" in page(client, address)
    client.post(f"{address}/write", {"text": "<p>For Berg alone</p>"}, headers=JSON)
    assert "For Berg alone" in page(client, address) and "For all" in page(client, f"{base}/{mailed.pk}/content")
    line.refresh_from_db()
    assert contents.state_of(line) == "unique"
    client.post(f"{address}/inherit", headers=JSON)
    line.refresh_from_db()
    assert contents.state_of(line) == "inherited" and "For all" in page(client, address)


def test_file_is_imported_copied_and_removed_after_a_question(client: Client, base: str, mailed: Segment) -> None:
    upload = SimpleUploadedFile("offer.txt", b"Our offer", "text/plain")
    client.post(f"{base}/{mailed.pk}/content/upload", {"file": upload}, headers=JSON)
    row = contents.row_of(mailed, mailed.language_default_code)
    assert row is not None and row.attachment is not None and row.attachment.file_name == "offer.txt"
    contents.create_row(mailed, "NL")
    other = f"{base}/{mailed.pk}/content"
    client.post(f"{other}/copy?language=NL", {"source": str(row.pk)}, headers=JSON)
    copied = contents.row_of(mailed, "NL")
    assert copied is not None and copied.attachment_id not in (None, row.attachment_id)
    assert client.post(f"{other}/remove?language=NL", headers=JSON).status_code == 409
    client.post(f"{other}/remove?language=NL", {"answer:I-11": "yes"}, headers=JSON)
    copied.refresh_from_db()
    assert copied.attachment_id is None


def test_content_waits_for_the_word_template_to_be_taken_out(client: Client, base: str, mailed: Segment) -> None:
    Segment.objects.filter(pk=mailed.pk).update(word_template=WordTemplate.objects.values("code")[:1])
    answer = client.post(f"{base}/{mailed.pk}/content/write", {"text": "x"}, headers=JSON)
    assert answer.json()["error"]["code"] == "word_template_in_use"
    assert "w-text" not in page(client, f"{base}/{mailed.pk}/content")


def test_contact_is_found_among_many_lines(client: Client, base: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(line_pages, "SIZE", 2)
    segment = make_segment()
    for name in ("Aas", "Berg", "Dal"):
        make_company(name=name)
    steps.add_contacts(segment, {"contact": {"name": "Aas|Berg"}})
    found = page(client, f"{base}/{segment.pk}/lines", q="berg")
    assert ">Berg<" in found and ">Aas<" not in found
    assert "Nobody on this segment fits" in page(client, f"{base}/{segment.pk}/lines", q="dal")


def test_everybody_is_put_into_a_mailing_group_with_undo(client: Client, base: str) -> None:  # S-85
    segment, firm = make_segment(), make_company(name="Berg AS")
    steps.add_contacts(segment, {"contact": {"no": firm.no}})
    address = f"{base}/{segment.pk}/mailing-group"
    refused = client.post(address, {"mailing_group_code": "NONE"}, headers=JSON)
    assert refused.json()["error"]["field"] == "mailing_group_code"
    done = client.post(address, {"mailing_group_code": "news"}, headers=JSON).json()
    assert done["close"] and done["undo"]
    assert ContactMailingGroup.objects.filter(contact=firm, mailing_group="NEWS").exists()


def test_contact_list_is_narrowed_to_a_segment(client: Client, company: Company) -> None:
    segment, firm, other = make_segment(), make_company(name="Berg AS"), make_company(name="Dal AS")
    steps.add_contacts(segment, {"contact": {"no": firm.no}})
    shown = page(client, f"/c/{company.slug}/contacts/", f=f"segment:is:{segment.no}")
    assert firm.no in shown and other.no not in shown


def test_call_starts_from_a_line(client: Client, base: str) -> None:  # S-29
    segment, firm = make_segment(), make_company(name="Berg AS", phone_no="22 00 00 00")
    steps.add_contacts(segment, {"contact": {"no": firm.no}})
    line = line_of(segment, firm)
    assert f"/lines/{line.pk}/call" in page(client, f"{base}/{segment.pk}")
    page(client, f"{base}/{segment.pk}/lines/{line.pk}/call")
    draft = InteractionDraft.objects.get()
    assert (draft.contact_id, draft.segment_no, draft.description) == (firm.pk, segment.no, "Spring letter")


def test_contacts_are_exported_with_chosen_columns(client: Client, base: str) -> None:  # S-86
    segment, firm = make_segment(), make_company(name="Berg AS")
    steps.add_contacts(segment, {"contact": {"no": firm.no}})
    assert "segmentLine/subject" in page(client, f"{base}/{segment.pk}/export")
    got = client.get(f"{base}/{segment.pk}/export/file", {"format": "csv", "column": ["no", "segmentLine/description"]})
    heading, row = got.getvalue().decode("utf-8-sig").splitlines()
    assert "Description" in heading and firm.no in row and "Spring letter" in row and "Berg AS" not in row
    assert segment.no in got.headers["Content-Disposition"]
    assert client.get(f"{base}/{segment.pk}/export/file", {"format": "pdf"}).status_code == 422


def test_labels_and_cover_sheets_open_as_pdf_or_say_what_that_needs(client: Client, base: str) -> None:
    segment, firm = make_segment(), make_company(name="Berg AS", address="Storgata 1")
    steps.add_contacts(segment, {"contact": {"no": firm.no}})
    for name, sent in (("labels", {"sheet": "36x70", "start": "2"}), ("cover-sheets", {"remarks": "call"})):
        got = client.post(f"{base}/{segment.pk}/{name}", sent)
        if pdf.available():
            assert got.status_code == 200 and got.content.startswith(b"%PDF"), name
        else:
            assert got.status_code == 422 and "PDF needs the extra" in got.content.decode(), name
    assert client.post(f"{base}/{segment.pk}/labels", {"sheet": "36x70", "start": "999"}).status_code == 422


def test_line_without_a_template_offers_no_content(client: Client, base: str) -> None:  # S-24
    segment, firm = make_segment(), make_company(name="Berg AS")
    steps.add_contacts(segment, {"contact": {"no": firm.no}})
    line = line_of(segment, firm)
    assert f"lines/{line.pk}/content" not in page(client, f"{base}/{segment.pk}")
    records.change(segment, {"interaction_template_code": vocabulary().code})
    assert f"lines/{line.pk}/content" in page(client, f"{base}/{segment.pk}")
