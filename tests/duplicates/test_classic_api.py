"""Search strings and pairs as programs meet them (17.1, 17.2)."""

from __future__ import annotations

import pytest

from tests.api.conftest import Service
from tests.contacts.register import setup
from tests.duplicates.parties import A, B, company, compare, pairs
from tuttava.contacts.models import Contact
from tuttava.duplicates.models import ContactDuplicate, DuplicateSearchStringSetup

pytestmark = pytest.mark.usefixtures("company")

NAME = ("name", "first", 5)
NAV = "Microsoft.NAV."


def test_the_setup_is_kept_by_field_and_part(crm: Service) -> None:  # D.2, D-5, D-6, A-117
    compare(NAME)
    made = crm.made("duplicateSearchStringSetup", {"fieldName": "phoneNo", "partOfField": "Last", "length": 4})
    assert (made["fieldName"], made["partOfField"], made["length"]) == ("phoneNo", "Last", 4)
    assert (
        crm.post("duplicateSearchStringSetup", {"fieldName": "post_code", "partOfField": "First"}).json["length"] == 5
    )
    rows = crm.get("duplicateSearchStringSetup").value
    assert [(row["fieldName"], row["partOfField"]) for row in rows] == [
        ("name", "First"),
        ("phoneNo", "Last"),
        ("postCode", "First"),
    ]
    key = "duplicateSearchStringSetup(fieldName='phoneNo',partOfField='Last')"
    assert crm.call("PATCH", key, {"length": 11}, if_match="*").status == 400
    assert crm.call("PATCH", key, {"length": 6}, if_match="*").json["length"] == 6
    assert crm.call("DELETE", key, if_match="*").status == 204
    assert crm.post("duplicateSearchStringSetup", {"fieldName": "type", "partOfField": "First"}).status == 400
    defaults = crm.post(f"duplicateSearchStringSetup/{NAV}createDefaults").value
    assert len(defaults) == 16 and {row["length"] for row in defaults} == {5}
    assert DuplicateSearchStringSetup.objects.count() == 16


def test_strings_are_read_by_contact(crm: Service) -> None:  # D.2
    compare(NAME, ("phone_no", "last", 4))
    first = company(name="Fjordkraft", phone_no="+47 22 33 44 55")
    rows = crm.get(f"contactSearchStrings?$filter=contactCompanyNo eq '{first.no}'").value
    assert [(row["fieldName"], row["partOfField"], row["searchString"]) for row in rows] == [
        ("name", "First", "FJORD"),
        ("phoneNo", "Last", "4455"),
    ]
    assert crm.get("contactSearchStrings?$filter=searchString eq '4455'").value == rows[1:]
    assert crm.get(f"contacts({first.pk})/contactSearchStrings").value == rows
    assert crm.post("contactSearchStrings", {}).status == 405


def test_contacts_created_and_changed_make_pairs(crm: Service) -> None:  # D.7, D-13
    a = crm.made("contacts", {"type": "Company", **{_camel(name): value for name, value in A.items()}})
    b = crm.made("contacts", {"type": "Company", **{_camel(name): value for name, value in B.items()}})
    (found,) = crm.get("contactDuplicates").value
    assert (found["contactNo"], found["duplicateContactNo"]) == (b["no"], a["no"])
    assert (found["noOfMatchingStrings"], found["separateContacts"]) == (10, False)
    assert (found["contactName"], found["duplicateContactName"]) == (B["name"], A["name"])
    assert crm.get(f"contacts({b['id']})/duplicates").value == [found]
    details = crm.get(f"contactDuplicates({found['id']})/{NAV}details()").value
    fields = {line["field"]: (line["value"], line["duplicateValue"]) for line in details}
    assert len(details) == 8 and fields["phoneNo"] == (B["phone_no"], A["phone_no"])
    assert fields["mobilePhoneNo"] == (B["mobile_phone_no"], "")


def _camel(name: str) -> str:
    from tuttava.foundation.spelling import camel

    return camel(name)


def test_only_the_verdict_can_be_written(crm: Service) -> None:  # D-22
    compare(NAME)
    first, second = company(name="Fjordkraft"), company(name="Fjordkraft")
    key = f"contactDuplicates(contactNo='{second.no}',duplicateContactNo='{first.no}')"
    assert crm.call("PATCH", key, {"separateContacts": True}, if_match="*").json["separateContacts"]
    assert crm.call("PATCH", key, {"noOfMatchingStrings": 3}, if_match="*").status == 400
    assert crm.call("DELETE", key, if_match="*").status == 405
    assert crm.post("contactDuplicates", {}).status == 405
    assert crm.post(f"contacts({first.pk})/{NAV}rebuildSearchStrings").value[0]["separateContacts"]
    assert not crm.call("PATCH", key, {"separateContacts": False}, if_match="*").json["separateContacts"]


def test_details_without_a_setup_are_refused(crm: Service) -> None:  # D-23
    compare(NAME)
    company(name="Fjordkraft"), company(name="Fjordkraft")
    pair = ContactDuplicate.objects.get()
    compare()
    answer = crm.get(f"contactDuplicates({pair.pk})/{NAV}details()")
    assert (answer.status, answer.domain_code) == (400, "duplicates.setup_empty")


def test_rebuilding_one_contact_answers_its_pairs(crm: Service) -> None:  # D-8, D-14
    compare(NAME, maintain_dupl_search_strings=False)
    first, second = company(name="Fjordkraft"), company(name="Fjordkraft")
    assert crm.post(f"contacts({first.pk})/{NAV}rebuildSearchStrings").value == []
    (found,) = crm.post(f"contacts({second.pk})/{NAV}rebuildSearchStrings").value
    assert (found["contactNo"], found["duplicateContactNo"]) == (second.no, first.no)


def test_generating_answers_what_came_of_it(crm: Service) -> None:  # D-15
    compare(NAME, maintain_dupl_search_strings=False)
    first, _second = company(name="Fjordkraft"), company(name="Fjordkraft")
    action = f"contacts/{NAV}generateSearchStrings"
    assert crm.post(action, {"filter": {"no": first.no}}).json.items() >= {
        ("rebuilt", 1),
        ("newPairs", 0),
        ("gonePairs", 0),
    }
    assert crm.post(action).json["newPairs"] == 1
    assert crm.post(action, {"filter": {"nosuch": "1"}}).domain_code == "bad_filter"


def test_a_plain_request_is_asked_nothing_and_one_that_wants_questions_is(crm: Service) -> None:  # D-20, A-41
    compare(NAME)
    body = {"name": "Fjordkraft", "type": "Company"}
    assert crm.post("contacts", body).status == 201
    asked = crm.post("contacts", body, tuttava_answers="ask")
    assert asked.json["error"]["code"] == "Application_CallbackNotAllowed"
    assert [each["code"] for each in asked.json["error"]["details"]] == ["duplicates.found"]
    assert Contact.objects.count() == 1
    assert crm.post("contacts", body, tuttava_answers="ask; duplicates.found=no").status in (201, 400)
    assert crm.post("contacts", body, tuttava_answers="duplicates.found=yes").status == 201


def test_the_question_needs_the_automatic_search(crm: Service) -> None:  # D-17, D-20
    compare(NAME)
    setup(autosearch_for_duplicates=False)
    body = {"name": "Fjordkraft", "type": "Company"}
    assert [crm.post("contacts", body, tuttava_answers="ask").status for _n in range(2)] == [201, 201]
    assert len(pairs()) == 1
