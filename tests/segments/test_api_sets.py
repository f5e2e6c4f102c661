"""Segments over the CRM service: sets, lines, questions (17.4)."""

from __future__ import annotations

import json

import pytest

from tests.api.conftest import CRM, Service, SignIn
from tests.segments.making import make_company, make_person, make_segment, make_template, vocabulary
from tuttava.api.declare import CRM as SETS
from tuttava.api.edm import Kind
from tuttava.contacts.models import Contact
from tuttava.foundation import records
from tuttava.foundation.models import Language
from tuttava.segments import attachments, by_hand, saved, steps
from tuttava.segments.models import LoggedSegment, Segment, SegmentLine

pytestmark = pytest.mark.usefixtures("company")


@pytest.fixture
def firm() -> tuple[Contact, Contact]:
    """A company with a person."""
    hub = make_company(name="Berg AS")
    return hub, make_person(name="Kari Li", company_no=hub.no, email="kari@berg.example", phone_no="22 11 00 99")


def test_segment_is_numbered_dated_and_counts_its_lines(crm: Service, firm: tuple[Contact, ...]) -> None:  # S-1, S-2
    made = crm.made(
        "segments?$expand=segmentLines",
        {"description": "Spring", "segmentLines": [{"contactNo": firm[1].no}, {"contactId": str(firm[0].pk)}]},
        tuttava_work_date="2026-03-02",
    )
    assert made["no"].startswith("SM") and made["noSeries"] and made["date"] == "2026-03-02"
    assert (made["noOfLines"], made["noOfCriteriaActions"], made["campaignDescription"]) == (2, 2, "")
    assert [line["lineNo"] for line in made["segmentLines"]] == [10000, 20000]
    assert crm.get(f"segments(no='{made['no']}')").json["id"] == made["id"]


def test_line_tells_who_it_is_about(crm: Service, firm: tuple[Contact, ...]) -> None:  # 1.2
    hub, person = firm
    segment = make_segment()
    line = crm.made(f"segments({segment.pk})/segmentLines", {"contactNo": person.no})
    assert (line["segmentNo"], line["lineNo"], line["description"]) == (segment.no, 10000, "Spring letter")
    assert (line["contactName"], line["contactCompanyNo"], line["contactCompanyName"]) == ("Kari Li", hub.no, "Berg AS")
    assert (line["contactEmail"], line["contactPhoneNo"]) == ("kari@berg.example", "22 11 00 99")
    assert (line["attachmentState"], line["cost"], line["duration"]) == ("None", 0, 0)
    of_company = crm.made("segmentLines", {"segmentNo": segment.no, "contactNo": hub.no})
    assert (of_company["contactName"], of_company["contactCompanyName"]) == ("", "Berg AS")
    assert crm.post("segmentLines", {"contactNo": hub.no}).domain_code == "field_required"


def test_lines_by_hand_are_criteria(crm: Service, firm: tuple[Contact, ...]) -> None:  # S-31, S-32
    segment = make_segment()
    line = crm.made("segmentLines", {"segmentNo": segment.no, "contactNo": firm[0].no})
    assert crm.patch(f"segmentLines({line['id']})", {"contactNo": firm[1].no}).json["contactNo"] == firm[1].no
    assert crm.delete(f"segmentLines({line['id']})", tuttava_answers="q_reset_criteria=no").status == 204
    criteria = crm.get(f"segments({segment.pk})/segmentCriteriaLines").value
    steps_taken = [each["action"] for each in criteria if each["type"] == "Action"]
    assert steps_taken == ["Add", "Reduce", "Add", "Reduce"]
    assert [each["lineNo"] for each in criteria] == list(range(1, 9))
    assert (criteria[1]["entityName"], json.loads(criteria[1]["filter"])) == ("contact", {"no": firm[0].no})
    history = crm.get(f"segmentHistoryEntries?$filter=segmentNo eq '{segment.no}'").value
    assert [(each["actionNo"], each["actionTaken"], each["contactNo"]) for each in history] == [
        (1, "Insertion", firm[0].no),
        (2, "Deletion", firm[0].no),
        (3, "Insertion", firm[1].no),
        (4, "Deletion", firm[1].no),
    ]
    assert crm.post("segmentCriteriaLines", {"segmentNo": segment.no}).status == 405


def test_question_of_a_header_change_is_answered_as_the_request_says(
    crm: Service, firm: tuple[Contact, ...]
) -> None:  # S-6, E-8
    segment = make_segment()
    line = by_hand.add_line(segment, {"contact_id": firm[0].pk})
    path = f"segments(no='{segment.no}')"

    def on_line() -> str:
        return str(crm.get(f"segmentLines({line.pk})").json["description"])

    asked = crm.patch(path, {"description": "Autumn"}, tuttava_answers="ask")
    assert (asked.status, asked.code) == (400, "Application_CallbackNotAllowed")
    assert [(each["code"], each["target"]) for each in asked.json["error"]["details"]] == [("q_update_lines", "yes")]
    assert crm.get(path).json["description"] == "Spring letter"
    assert crm.patch(path, {"description": "Autumn"}, tuttava_answers="q_update_lines=no").status == 200
    assert on_line() == "Spring letter"
    assert crm.patch(path, {"description": "Winter"}).json["description"] == "Winter"
    assert on_line() == "Winter"


def test_template_is_asked_for_and_language_row_is_made(crm: Service, firm: tuple[Contact, ...]) -> None:  # S-10, S-20
    template = vocabulary()
    segment = make_segment()
    by_hand.add_line(segment, {"contact_id": firm[0].pk})
    path = f"segments({segment.pk})"
    asked = crm.patch(path, {"interactionTemplateCode": template.code}, tuttava_answers="ask")
    assert [each["code"] for each in asked.json["error"]["details"]] == ["q_apply_template"]
    changed = crm.patch(path, {"interactionTemplateCode": template.code}).json
    assert (changed["interactionTemplateCode"], changed["interactionGroupCode"]) == ("MEET", "TALKS")
    language = Language.objects.order_by("code").values_list("code", flat=True)[0]
    asked = crm.patch(path, {"languageCodeDefault": language}, tuttava_answers="ask")
    assert [each["code"] for each in asked.json["error"]["details"]] == ["q_create_language_row"]
    wish, told = {"languageCodeDefault": language}, {"prefer": 'odata.include-annotations="tuttava.*"'}
    declined = crm.patch(path, wish, tuttava_answers="q_create_language_row=no", **told).json
    assert declined["languageCodeDefault"] != language
    assert [each["target"] for each in declined["@tuttava.messages"]] == ["q_create_language_row"]
    assert crm.patch(path, wish).json["languageCodeDefault"] == language
    rows = crm.get(f"{path}/segmentInteractionLanguages").value
    assert [(each["segmentLineNo"], each["languageCode"], each["description"]) for each in rows] == [
        (0, language, f"MEET {language}")
    ]
    found = crm.get(f"segmentInteractionLanguages(segmentNo='{segment.no}',segmentLineNo=0,languageCode='{language}')")
    assert found.json["id"] == rows[0]["id"]
    unknown = crm.patch(path, {"interactionTemplateCode": "NONE"})
    assert (unknown.code, unknown.domain_code) == ("Internal_InvalidTableRelation", "not_found")


def test_language_row_of_one_line(crm: Service, firm: tuple[Contact, ...]) -> None:  # 1.2
    segment = make_segment()
    by_hand.add_line(segment, {"contact_id": firm[0].pk})
    language = Language.objects.order_by("code").values_list("code", flat=True)[0]
    made = crm.made(
        f"segments({segment.pk})/segmentInteractionLanguages", {"segmentLineNo": 10000, "languageCode": language}
    )
    assert (made["segmentLineNo"], made["segmentNo"]) == (10000, segment.no)
    refused = crm.post(f"segments({segment.pk})/segmentInteractionLanguages", {"segmentLineNo": 5})
    assert (refused.domain_code, refused.target) == ("not_found", "segmentLineNo")


def test_segments_of_a_contact_come_once_each(crm: Service, firm: tuple[Contact, ...]) -> None:  # 1.5
    one, two, other = make_segment(), make_segment(), make_segment()
    for segment in (one, one, two):
        by_hand.add_line(segment, {"contact_id": firm[0].pk})
    by_hand.add_line(other, {"contact_id": firm[1].pk})
    names = [one.no, two.no]
    assert [each["no"] for each in crm.get(f"contacts({firm[0].pk})/segments").value] == names
    expanded = crm.get(f"contacts({firm[0].pk})?$expand=segments($count=true),segmentLines").json
    assert [each["no"] for each in expanded["segments"]] == names
    assert len(expanded["segmentLines"]) == 3


def test_blocked_contact_is_masked_on_lines(crm: Service, sign_in: SignIn, firm: tuple[Contact, ...]) -> None:  # C-72
    segment = make_segment()
    line = by_hand.add_line(segment, {"contact_id": firm[1].pk})
    records.change(firm[1], {"privacy_blocked": True})
    told = crm.get(f"segmentLines({line.pk})").json
    for name in ("contactName", "contactEmail", "contactPhoneNo"):
        assert told[name] and told[name] not in ("Kari Li", "kari@berg.example", "22 11 00 99"), name
    assert told["contactCompanyName"] == "Berg AS"
    keeper = sign_in("CRM-EDIT PRIVACY", service=CRM, name="keeper")
    assert keeper.get(f"segmentLines({line.pk})").json["contactName"] == "Kari Li"


def test_deleted_segment_takes_everything_along(crm: Service, firm: tuple[Contact, ...]) -> None:  # S-3
    segment = make_segment()
    steps.add_contacts(segment, {"contact": {"name": "*"}})
    assert crm.delete(f"segments({segment.pk})").status == 204
    assert not Segment.objects.exists() and not SegmentLine.objects.exists()
    assert crm.get("segmentCriteriaLines/$count").content == b"0"


def test_every_row_is_found_by_its_natural_key_and_leads_on(crm: Service, firm: tuple[Contact, ...]) -> None:
    make_template("LETTER", {None: b"<p>Hello</p>"})
    segment = make_segment(interaction_template_code="LETTER")
    line = by_hand.add_line(segment, {"contact_id": firm[0].pk})
    attachments.import_attachment(line, b"<p>Dear Kari</p>", "kari.html")
    saved.save_criteria(segment, "MINE")
    LoggedSegment.objects.create(entry_no=7, segment_no="SM900", creation_date="2026-03-02")
    for name in (
        *("segments", "segmentLines", "segmentInteractionLanguages", "segmentCriteriaLines", "segmentHistoryEntries"),
        *("savedSegmentCriteria", "savedSegmentCriteriaLines", "loggedSegments"),
    ):
        declared = SETS.sets[name]
        rows = crm.get(f"{name}?$expand=*&$orderby={declared.natural_key[0]} desc").value
        assert rows, name
        for row in rows:
            key = ",".join(
                f"{each}='{row[each]}'"
                if declared.by_name[each].type.kind in (Kind.STRING, Kind.ENUM)
                else f"{each}={row[each]}"
                for each in declared.natural_key
            )
            assert crm.get(f"{name}({key})").json["id"] == row["id"], name
            for prop in declared.properties:
                assert row[prop.name] is not None, (name, prop.name)
            for way in declared.navigations:
                if SETS.target(way) is not None:
                    assert crm.get(f"{name}({row['id']})/{way.name}").status in (200, 204), (name, way.name)


def test_refusals_name_the_property(crm: Service, firm: tuple[Contact, ...]) -> None:  # A-58, S-9, S-16, S-21, C-72
    segment = make_segment(no="Z1")
    vocabulary()
    records.change(firm[1], {"privacy_blocked": True})
    line = crm.made("segmentLines", {"segmentNo": "Z1"})
    path = f"segmentLines({line['id']})"
    for refused, code, target in (
        (
            crm.post("segmentLines", {"segmentNo": "Z1", "contactNo": firm[1].no}),
            "contact.privacy_blocked",
            "contactNo",
        ),
        (crm.patch(path, {"interactionTemplateCode": "MEET"}), "field_required", "contactNo"),
        (crm.patch(path, {"languageCode": "NB"}), "field_required", "interactionTemplateCode"),
        (crm.patch(f"segments({segment.pk})", {"campaignTarget": True}), "field_required", "campaignNo"),
        (crm.patch(f"segments({segment.pk})", {"campaignNo": "NONE"}), "not_found", "campaignNo"),
        (crm.post("segments", {"no": "Z1"}), "already_exists", "no"),
        (crm.post(f"segments({segment.pk})/Microsoft.NAV.goBack", {"steps": 0}), "value_invalid", "steps"),
    ):
        assert (refused.status, refused.domain_code, refused.target) == (400, code, target)


def test_lines_follow_a_new_number(crm: Service, firm: tuple[Contact, ...]) -> None:
    segment = make_segment(no="Z1")
    line = by_hand.add_line(segment, {"contact_id": firm[0].pk})
    assert crm.patch("segments(no='Z1')", {"no": "Z9"}).json["no"] == "Z9"
    assert crm.get("segmentLines(segmentNo='Z9',lineNo=10000)").json["id"] == str(line.pk)
    line.refresh_from_db()
    assert line.segment_no == "Z9"
