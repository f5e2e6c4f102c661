"""Merges in the CRM service: prepared, looked at, carried out, taken back (17.2, part M)."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone

from tests.api.conftest import CRM, Answered, Service
from tuttava.contacts.models import Contact
from tuttava.duplicates.models import ContactDuplicate
from tuttava.foundation import records
from tuttava.merging.models import Merge

pytestmark = pytest.mark.usefixtures("company")

Json = dict[str, Any]
MESSAGES = 'odata.include-annotations="tuttava.*"'


def contact(no: str, **values: Any) -> Contact:
    return records.create(Contact, {"no": no, "name": f"{no} AS", **values})


@pytest.fixture
def pair(company: object) -> tuple[Contact, Contact]:
    """Two companies, CA without a phone number."""
    return contact("CA", city="Moscow"), contact("CB", phone_no="12 34 56 78")


def begun(crm: Service, current: str = "CA", duplicate: str = "CB", table: str = "Contact") -> Json:
    return crm.made("merges", {"table": table, "current": current, "duplicate": duplicate})


def act(crm: Service, merge: Json, action: str, body: Json | None = None, **headers: str) -> Answered:
    return crm.post(f"merges({merge['id']})/Microsoft.NAV.{action}", body or {}, prefer=MESSAGES, **headers)


def told(answer: Answered) -> list[str]:
    return [each["code"] for each in answer.json.get("@tuttava.messages", [])]


def lines(crm: Service, merge: Json) -> dict[str, Json]:
    return {line["field"]: line for line in crm.get(f"merges({merge['id']})/fieldLines").value}


def override(crm: Service, merge: Json, field: str, value: bool = True) -> Answered:
    line = lines(crm, merge)[field]
    return crm.patch(f"merges({merge['id']})/fieldLines({line['id']})", {"override": value})


@pytest.mark.usefixtures("pair")
def test_merge_is_prepared_then_its_duplicate_chosen(crm: Service) -> None:  # M-2, M-6, 17.2
    answer = crm.post("merges", {"table": "Contact", "current": "ca"})
    made = answer.json
    assert (answer.status, answer.headers["Location"]) == (201, f"http://testserver{crm.base}/merges({made['id']})")
    assert (made["table"], made["current"], made["duplicate"], made["status"]) == ("Contact", "CA", "", "Open")
    assert crm.get(f"merges({made['id']})/fieldLines").value == []
    chosen = act(crm, made, "chooseDuplicate", {"duplicate": "cb"})
    assert (chosen.status, chosen.json["duplicate"], chosen.json["duplicateName"]) == (200, "CB", "CB AS")
    assert chosen.headers["ETag"] != answer.headers["ETag"]


@pytest.mark.usefixtures("pair")
def test_lines_are_the_key_and_what_differs(crm: Service) -> None:  # M-7
    merge = begun(crm)
    found = crm.get(f"merges({merge['id']})/fieldLines").value
    assert (found[0]["field"], found[0]["inPrimaryKey"]) == ("no", True)
    assert (found[0]["currentValue"], found[0]["duplicateValue"]) == ("CA", "CB")
    by_field = {line["field"]: line for line in found}
    assert by_field["city"]["currentValue"] == "Moscow" and by_field["city"]["duplicateValue"] == ""
    assert "address" not in by_field
    assert by_field["phoneNo"]["proposed"] and not by_field["phoneNo"]["override"]  # M-40
    one = crm.get(f"merges({merge['id']})/fieldLines(field='city')")
    assert (one.status, one.json["id"], one.json["dataType"]) == (200, by_field["city"]["id"], "Text")
    filtered = crm.get(f"merges({merge['id']})/fieldLines?$filter=currentValue eq 'Moscow'&$select=field&$count=true")
    assert (filtered.json["@odata.count"], filtered.value[0]["field"]) == (1, "city")
    shown = crm.get(f"merges({merge['id']})?$expand=fieldLines($select=field),tableLines,conflictRows").json
    assert [line["field"] for line in shown["fieldLines"]] == list(by_field)
    assert crm.get(f"merges({merge['id']})/fieldLines({by_field['city']['id']})/merge").json["id"] == merge["id"]


@pytest.mark.usefixtures("pair")
def test_lines_are_reached_through_their_merge(crm: Service) -> None:  # M-12
    begun(crm)
    for name in ("fieldLines", "tableLines", "conflictRows"):
        assert (crm.get(name).status, crm.get(name).domain_code) == (400, "api.related_record_required")
    other = crm.made("merges", {"table": "Contact", "current": "CA"})
    assert crm.get(f"merges({other['id']})/tableLines").value == []


@pytest.mark.usefixtures("pair")
def test_tables_are_counted(crm: Service) -> None:  # M-10
    for no, email in (("CA", "a@a.example"), ("CB", "a@b.example"), ("CB", "b@b.example")):
        crm.made("contactEmailAddresses", {"contactNo": no, "email": email})
    crm.made("contacts", {"type": "Person", "name": "Anna Berg", "companyNo": "CB"})
    merge = begun(crm)
    found = {line["tableName"]: line for line in crm.get(f"merges({merge['id']})/tableLines").value}
    emails = found["contactEmailAddresses"]
    assert (emails["field"], emails["currentCount"], emails["duplicateCount"]) == ("contactNo", 1, 2)
    assert found["contacts"]["duplicateCount"] >= 1
    assert all(line["duplicateCount"] for line in found.values())


@pytest.mark.usefixtures("pair")
@pytest.mark.parametrize(
    ("body", "code"),
    [
        ({}, "merge.no_current"),  # M-5
        ({"current": "NOBODY"}, "merge.not_found"),
        ({"current": "CA", "duplicate": "NOBODY"}, "merge.not_found"),
        ({"current": "CA", "duplicate": "CA"}, "merge.same_record"),  # M-4
        ({"current": "CA", "duplicate": "P"}, "merge.type_mismatch"),  # M-37
    ],
)
def test_wrong_records_are_refused(crm: Service, body: Json, code: str) -> None:  # M-4, M-5, M-37
    contact("P", type="person", name="Per Dahl")
    answer = crm.post("merges", {"table": "Contact", **body})
    assert (answer.status, answer.domain_code) == (400, code)
    assert Merge.objects.count() == 0


@pytest.mark.usefixtures("pair")
def test_duplicate_must_be_chosen(crm: Service) -> None:  # M-4
    merge = crm.made("merges", {"table": "Contact", "current": "CA"})
    for action in ("chooseDuplicate", "merge"):
        answer = act(crm, merge, action)
        assert (answer.status, answer.domain_code) == (400, "merge.duplicate_required")


def test_record_that_vanished_is_told(crm: Service, pair: tuple[Contact, Contact]) -> None:  # M-5
    merge = begun(crm)
    records.delete(pair[1])
    answer = act(crm, merge, "merge")
    assert (answer.status, answer.domain_code) == (400, "merge.not_found")


@pytest.mark.usefixtures("pair")
def test_overrides_are_for_fields_that_may_change(crm: Service) -> None:  # M-8, M-9, M-43
    Contact.objects.filter(no="CB").update(minor=True)
    merge = begun(crm)
    assert override(crm, merge, "no").domain_code == "merge.key_field"
    assert override(crm, merge, "minor").domain_code == "merge.field_locked"
    assert lines(crm, merge)["minor"]["locked"] and lines(crm, merge)["minor"]["outcome"] == "Yes"
    city = override(crm, merge, "city")
    assert (city.status, city.json["override"], city.json["outcome"]) == (200, True, "")
    address = f"merges({merge['id']})/fieldLines({city.json['id']})"
    typed = crm.patch(address, {"duplicateValue": "Oslo"})
    assert (typed.status, typed.code) == (400, "BadRequest_InvalidOperation")
    assert crm.patch(address, {"override": True, "duplicateValue": ""}).status == 200
    assert override(crm, merge, "city", value=False).json["outcome"] == "Moscow"


def test_merge_is_carried_out(crm: Service, pair: tuple[Contact, Contact]) -> None:  # M-24, M-25, M-29
    merge = begun(crm)
    override(crm, merge, "name")
    done = act(crm, merge, "merge")
    assert (done.status, done.json["status"], told(done)) == (200, "Merged", ["merge.done"])
    assert done.json["mergedAt"] > merge["systemCreatedAt"]
    survivor = crm.get("contacts(no='CA')").json
    assert (survivor["id"], survivor["name"], survivor["city"]) == (str(pair[0].pk), "CB AS", "Moscow")
    assert crm.get(f"contacts({pair[1].pk})").status == 404  # M-41
    assert crm.get("contacts?$filter=no eq 'CB'").value == []
    moved = crm.get("contacts(no='CB')")
    assert (moved.status, moved.headers["Location"].rpartition("/")[2]) == (301, f"contacts({pair[0].pk})")
    assert crm.get("contacts/Microsoft.NAV.resolve(text='CB')").json["no"] == "CA"
    assert crm.get(f"merges({merge['id']})/fieldLines").value == []


@pytest.mark.usefixtures("pair")
def test_who_says_no_changes_nothing(crm: Service) -> None:  # M-23, A-41
    merge = begun(crm)
    asked = act(crm, merge, "merge", tuttava_answers="ask")
    assert (asked.status, asked.code) == (400, "Application_CallbackNotAllowed")
    assert [(each["code"], each["target"]) for each in asked.json["error"]["details"]] == [("merge.confirm", "yes")]
    declined = act(crm, merge, "merge", tuttava_answers="merge.confirm=no")
    assert (declined.status, declined.json["status"], declined.json["conflicts"]) == (200, "Open", 0)
    assert [(each["code"], each["target"]) for each in declined.json["@tuttava.messages"]] == [
        ("declined", "merge.confirm")
    ]
    assert crm.get("contacts(no='CB')").status == 200


@pytest.mark.usefixtures("pair")
def test_only_own_open_merges_are_seen(crm: Service, sign_in: Callable[..., Service]) -> None:  # 17.2
    other = sign_in(service=CRM, name="somebody-else")
    merge = begun(crm)
    assert other.get("merges").value == []
    assert other.get(f"merges({merge['id']})").status == 404
    assert other.get(f"merges({merge['id']})/fieldLines").status == 404
    assert act(other, merge, "merge").status == 404
    act(crm, merge, "merge")
    assert [each["id"] for each in other.get("merges").value] == [merge["id"]]


@pytest.mark.usefixtures("pair")
def test_open_merges_expire_after_a_day(crm: Service) -> None:  # 17.2
    merge = begun(crm)
    Merge.objects.update(started_at=timezone.now() - dt.timedelta(hours=25))
    assert crm.get(f"merges({merge['id']})").status == 404
    begun(crm)
    assert Merge.objects.count() == 1


@pytest.mark.usefixtures("pair")
def test_open_merge_is_discarded_and_another_is_not(crm: Service) -> None:  # 17.2
    merge = begun(crm)
    assert crm.delete(f"merges({merge['id']})").status == 204
    assert crm.get(f"merges({merge['id']})").status == 404
    done = begun(crm)
    act(crm, done, "merge")
    assert crm.delete(f"merges({done['id']})").status == 400
    assert crm.get(f"merges({done['id']})").json["status"] == "Merged"


@pytest.mark.usefixtures("pair")
def test_merging_needs_its_right(sign_in: Callable[..., Service], pair: tuple[Contact, Contact]) -> None:  # M-1, A-14
    editor = sign_in("CRM-EDIT", service=CRM)
    for answer in (
        editor.get("merges"),
        editor.post("merges", {"table": "Contact", "current": "CA"}),
        editor.post(f"contacts({pair[0].pk})/Microsoft.NAV.startMerge", {}),
    ):
        assert (answer.status, answer.domain_code) == (403, "permission.denied")


@pytest.mark.parametrize("name", ["contacts", "customers", "vendors"])
def test_merge_starts_at_a_record(crm: Service, name: str) -> None:  # M-2, 17.1
    first, second = (crm.made(name, {"no": no, "name": f"{no} AS"}) for no in ("R1", "R2"))
    started = crm.post(f"{name}({first['id']})/Microsoft.NAV.startMerge", {})
    assert (started.status, started.json["current"], started.json["duplicate"]) == (200, "R1", "")
    assert started.headers["Location"].endswith(f"/merges({started.json['id']})")
    both = crm.post(f"{name}(no='R1')/Microsoft.NAV.startMerge", {"duplicateNo": "r2"}).json
    assert (both["table"], both["duplicate"]) == (name.rstrip("s").capitalize(), "R2")
    assert act(crm, both, "merge").json["status"] == "Merged"
    assert crm.get(f"{name}({second['id']})").status == 404
    assert crm.get(f"{name}(no='R2')").headers["Location"].endswith(f"/{name}({first['id']})")


def test_merge_starts_at_a_pair(crm: Service, pair: tuple[Contact, Contact]) -> None:  # M-3, D-22
    row = ContactDuplicate.objects.create(contact=pair[0], duplicate=pair[1], classic=True)
    address = f"contactDuplicates({row.pk})"
    crm.patch(address, {"separateContacts": True})
    refused = crm.post(f"{address}/Microsoft.NAV.startMerge", {})
    assert (refused.status, refused.domain_code) == (400, "merge.pair_separate")
    crm.patch(address, {"separateContacts": False})
    started = crm.post("contactDuplicates(contactNo='CA',duplicateContactNo='CB')/Microsoft.NAV.startMerge", {})
    assert (started.status, started.json["current"], started.json["duplicate"]) == (200, "CA", "CB")
    assert started.headers["Location"].endswith(f"/merges({started.json['id']})")
    act(crm, started.json, "merge")
    assert crm.get(address).status == 404  # M-36


def test_chain_of_merges_leads_to_its_end(
    crm: Service, pair: tuple[Contact, Contact], editor: Client, root: str
) -> None:  # M-41
    act(crm, begun(crm), "merge")
    last = contact("CC")
    act(crm, begun(crm, "CC", "CA"), "merge")
    assert crm.get("contacts(no='CB')").headers["Location"].endswith(f"/contacts({last.pk})")
    person = crm.made("contacts", {"type": "Person", "name": "Anna Berg", "companyNo": "CB"})
    assert person["companyNo"] == "CC"
    assert editor.get(f"{root}/contacts/{pair[1].pk}")["Location"] == f"{root}/contacts/{last.pk}"


def test_merge_is_taken_back(crm: Service, pair: tuple[Contact, Contact]) -> None:  # M-41
    crm.made("contactEmailAddresses", {"contactNo": "CB", "email": "a@b.example"})
    merge = begun(crm)
    assert act(crm, merge, "undo").domain_code == "merge.undo_blocked"
    act(crm, merge, "merge")
    undone = act(crm, merge, "undo")
    assert (undone.status, undone.json["status"], told(undone)) == (200, "Undone", [])
    back = crm.get(f"contacts({pair[1].pk})?$expand=contactEmailAddresses").json
    assert (back["no"], back["phoneNo"], len(back["contactEmailAddresses"])) == ("CB", "12 34 56 78", 1)
    assert act(crm, merge, "undo").domain_code == "merge.undo_blocked"


@pytest.mark.usefixtures("pair")
def test_undo_tells_what_stays(crm: Service) -> None:  # M-41
    email = crm.made("contactEmailAddresses", {"contactNo": "CB", "email": "a@b.example"})
    merge = begun(crm)
    act(crm, merge, "merge")
    crm.patch(f"contactEmailAddresses({email['id']})", {"email": "new@b.example"})
    undone = act(crm, merge, "undo")
    assert told(undone) == ["merge.undo_exception"]
    target = undone.json["@tuttava.messages"][0]["target"]
    assert target.startswith(f"contactEmailAddresses({email['id']})/")
    assert crm.get(f"contactEmailAddresses({email['id']})").json["contactNo"] == "CA"


@pytest.mark.usefixtures("pair")
def test_number_in_use_blocks_the_undo(crm: Service) -> None:  # M-41
    merge = begun(crm)
    act(crm, merge, "merge")
    new = crm.made("contacts", {"no": "CB", "name": "Ny AS"})
    assert crm.get("contacts(no='CB')").json["id"] == new["id"]
    assert act(crm, merge, "undo").domain_code == "merge.undo_blocked"


@pytest.mark.usefixtures("pair")
def test_field_is_decided_in_few_statements(crm: Service, django_assert_max_num_queries: Any) -> None:  # M-8
    merge = begun(crm)
    address = f"merges({merge['id']})/fieldLines({lines(crm, merge)['city']['id']})"
    with django_assert_max_num_queries(30):
        assert crm.patch(address, {"override": True}).status == 200
