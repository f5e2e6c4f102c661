"""Building segments over the CRM service: steps, go back, saved criteria, templates (17.4)."""

from __future__ import annotations

import pytest

from tests.api.conftest import Answered, Service
from tests.interactions.making import logged
from tests.segments.making import make_company, make_person, make_segment, on, vocabulary
from tuttava.contacts.models import Contact
from tuttava.foundation import records
from tuttava.interactions.models import InteractionLogEntry
from tuttava.segments.models import LoggedSegment, Segment

pytestmark = pytest.mark.usefixtures("company")

EVERYONE = {"filters": {"contact": {"name": "*"}}}
YES = "q_undo=yes; q_reuse_over_existing=yes"


@pytest.fixture
def firms() -> tuple[Contact, Contact, Contact]:
    """Two companies, the second with a person."""
    berg, aas = make_company(name="Berg AS"), make_company(name="Aas AS")
    return berg, aas, make_person(name="Kari Li", company_no=aas.no)


def act(crm: Service, segment: Segment, name: str, body: object = None, **headers: str) -> Answered:
    return crm.post(f"segments({segment.pk})/Microsoft.NAV.{name}", body, **headers)


def test_adding_answers_the_counts(crm: Service, firms: tuple[Contact, ...]) -> None:  # S-46
    segment = make_segment()
    records.change(firms[0], {"exclude_from_segment": True})
    records.change(firms[2], {"privacy_blocked": True})
    counts = {
        "selected": 3,
        "added": 1,
        "skippedExisting": 0,
        "skippedExcluded": 2,
        "skippedBlocked": 1,
        "criteriaActions": 0,
    }
    assert act(crm, segment, "addContacts", {**EVERYONE, "dryRun": True}).json == counts
    assert on(segment) == []
    assert act(crm, segment, "addContacts", EVERYONE).json == counts | {"criteriaActions": 1}
    again = act(crm, segment, "addContacts", {**EVERYONE, "ignoreExclusion": True}).json
    assert (again["added"], again["skippedExisting"], again["criteriaActions"]) == (1, 1, 2)
    assert on(segment) == ["Aas AS", "Berg AS"]


def test_options_of_adding(crm: Service, firms: tuple[Contact, ...]) -> None:  # S-43, S-45
    one, other = make_segment(), make_segment()
    person = {"filters": {"contact": {"no": firms[2].no}}}
    act(crm, one, "addContacts", {**person, "expandCompanies": True})
    assert on(one) == ["Aas AS", "Kari Li"]
    act(crm, one, "addContacts", {**person, "allowExistingContacts": True})
    assert on(one) == ["Aas AS", "Kari Li", "Kari Li"]
    act(crm, other, "addContacts", {**person, "allowRelatedCompanies": True})
    assert on(other) == ["Aas AS", "Kari Li"]
    line = crm.get(f"segments({other.pk})/segmentCriteriaLines").value[0]
    assert (line["action"], line["allowRelatedCompanies"], line["expandCompanies"]) == ("Add", True, False)
    assert line["noOfFilters"] == 1


def test_reducing_and_refining_answer_the_counts(crm: Service, firms: tuple[Contact, ...]) -> None:  # S-50, S-51
    segment = make_segment()
    act(crm, segment, "addContacts", EVERYONE)
    person = {"filters": {"contact": {"type": "Person"}}}
    assert act(crm, segment, "reduceContacts", {**person, "dryRun": True}).json == {"removed": 1, "criteriaActions": 1}
    gone = act(crm, segment, "refineContacts", {**person, "entireCompanies": True})
    assert gone.json == {"removed": 1, "criteriaActions": 2}
    assert on(segment) == ["Aas AS", "Kari Li"]
    assert act(crm, segment, "reduceContacts", person).json == {"removed": 1, "criteriaActions": 3}


def test_bad_filter_is_refused_at_its_field(crm: Service, firms: tuple[Contact, ...]) -> None:
    segment = make_segment()
    for filters, target in (
        ({"contact": {"nmae": "x"}}, "nmae"),
        ({"interactionLogEntry": {"date": "2026-13-01.."}}, "date"),
        ({"contact": {"name": "a&"}}, "name"),
        ({"weather": {"sky": "blue"}}, "weather"),
        ({"contact": "Berg"}, "filters"),
    ):
        refused = act(crm, segment, "addContacts", {"filters": filters})
        assert (refused.status, refused.code, refused.domain_code, refused.target) == (
            400,
            "Application_FilterErrorException",
            "bad_filter",
            target,
        ), filters
    assert act(crm, segment, "addContacts", {}).code == "BadRequest_RequiredParamNotProvided"


def test_going_back_is_asked_for(crm: Service, firms: tuple[Contact, ...]) -> None:  # S-34, A-41
    segment = make_segment()
    assert act(crm, segment, "goBack").domain_code == "nothing_to_undo"
    act(crm, segment, "addContacts", EVERYONE)
    act(crm, segment, "reduceContacts", {"filters": {"contact": {"type": "Person"}}})
    asked = act(crm, segment, "goBack", tuttava_answers="ask")
    assert [(each["code"], each["target"]) for each in asked.json["error"]["details"]] == [("q_undo", "no")]
    declined = act(crm, segment, "goBack", prefer='odata.include-annotations="tuttava.*"').json
    assert declined["noOfLines"] == 2
    assert [(each["code"], each["target"]) for each in declined["@tuttava.messages"]] == [("declined", "q_undo")]
    back = act(crm, segment, "goBack", tuttava_answers=YES).json
    assert (back["noOfLines"], back["noOfCriteriaActions"]) == (3, 1)
    assert act(crm, segment, "goBack", {"steps": 2}, tuttava_answers=YES).domain_code == "nothing_to_undo"
    assert act(crm, segment, "goBack", {"steps": 1}, tuttava_answers=YES).json["noOfLines"] == 0


def test_criteria_are_saved_and_reused(crm: Service, firms: tuple[Contact, ...]) -> None:  # S-55, S-56
    segment, other = make_segment(), make_segment()
    assert act(crm, segment, "saveCriteria", {"code": "ALL"}).domain_code == "no_criteria"
    act(crm, segment, "addContacts", EVERYONE)
    act(crm, segment, "refineContacts", {"filters": {"contact": {"type": "Company"}}})
    assert act(crm, segment, "saveCriteria").domain_code == "field_required"
    made = act(crm, segment, "saveCriteria", {"code": "firms", "description": "Companies"})
    assert (made.status, made.json["code"], made.json["noOfActions"]) == (200, "FIRMS", 2)
    assert made.json["userId"] == "crm-manager" and made.headers["Location"].endswith(f"({made.json['id']})")
    again = act(crm, segment, "saveCriteria", {"code": "FIRMS"})
    assert (again.code, again.domain_code) == ("Internal_EntityWithSameKeyExists", "already_exists")
    lines = crm.get("savedSegmentCriteria(code='FIRMS')/savedSegmentCriteriaLines").value
    assert [(each["lineNo"], each["type"], each["entityName"]) for each in lines] == [
        (1, "Action", ""),
        (2, "Filter", "contact"),
        (3, "Action", ""),
        (4, "Filter", "contact"),
    ]
    used = act(crm, other, "reuseCriteria", {"code": "firms"}).json
    assert (used["noOfLines"], used["noOfCriteriaActions"]) == (2, 2)
    assert act(crm, other, "reuseCriteria", {"code": "FIRMS"}).json["noOfCriteriaActions"] == 2
    assert act(crm, other, "reuseCriteria", {"code": "FIRMS"}, tuttava_answers=YES).json["noOfCriteriaActions"] == 4
    assert act(crm, other, "reuseCriteria", {"code": "NONE"}).domain_code == "not_found"
    assert crm.delete("savedSegmentCriteria(code='FIRMS')").status == 204
    assert crm.get("savedSegmentCriteriaLines/$count").content == b"0"


def test_criteria_can_be_written_by_hand(crm: Service, firms: tuple[Contact, ...]) -> None:  # 1.2
    crm.made(
        "savedSegmentCriteria",
        {
            "code": "MINE",
            "savedSegmentCriteriaLines": [
                {"lineNo": 1, "type": "Action", "action": "Add", "noOfFilters": 1},
                {"lineNo": 2, "type": "Filter", "entityName": "contact", "filter": '{"name":"Berg*"}'},
            ],
        },
    )
    segment = make_segment()
    act(crm, segment, "reuseCriteria", {"code": "MINE"})
    assert on(segment) == ["Berg AS"]
    wrong = {"code": "MINE", "lineNo": 3, "type": "Filter", "entityName": "contact", "filter": "Berg"}
    assert crm.post("savedSegmentCriteriaLines", wrong).domain_code == "bad_filter"


def test_people_of_a_logged_segment_are_taken_again(crm: Service, firms: tuple[Contact, ...]) -> None:  # S-57
    LoggedSegment.objects.create(entry_no=7, segment_no="SM900", creation_date="2026-03-02")
    entry = logged(firms[2])
    InteractionLogEntry.objects.filter(pk=entry.pk).update(logged_segment_entry_no=7)
    segment = make_segment()
    assert act(crm, segment, "reuseLogged", {"loggedSegmentEntryNo": 8}).domain_code == "not_found"
    assert act(crm, segment, "reuseLogged", {"loggedSegmentEntryNo": 7}).json["noOfLines"] == 1
    assert on(segment) == ["Kari Li"]
    found = crm.get("loggedSegments(entryNo=7)?$expand=interactionLogEntries").json
    assert (found["noOfInteractions"], found["noOfCampaignEntries"], found["canceled"]) == (1, 0, False)
    assert found["interactionLogEntries"][0]["contactNo"] == firms[2].no
    assert crm.get("loggedSegments(entryNo=7)/printFile").status == 204


def test_template_is_set_with_or_without_the_lines(crm: Service, firms: tuple[Contact, ...]) -> None:  # S-10, S-11
    vocabulary()
    segment = make_segment()
    act(crm, segment, "addContacts", EVERYONE)

    def on_lines() -> set[str]:
        lines = crm.get(f"segments({segment.pk})/segmentLines").value
        return {line["interactionTemplateCode"] for line in lines}

    assert act(crm, segment, "setTemplate", {"code": "NONE"}).domain_code == "not_found"
    changed = act(crm, segment, "setTemplate", {"code": "meet", "applyToLines": False})
    assert changed.json["interactionTemplateCode"] == "MEET" and on_lines() == {""}
    assert act(crm, segment, "setTemplate", {"code": ""}).json["interactionTemplateCode"] == ""
    act(crm, segment, "setTemplate", {"code": "MEET"})
    assert on_lines() == {"MEET"}
