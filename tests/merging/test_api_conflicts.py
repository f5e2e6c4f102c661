"""Rows in each other's way, through the CRM service (17.2, M-13 to M-22)."""

from __future__ import annotations

from typing import Any

import pytest

from tests.api.conftest import Answered, Service
from tests.merging.test_api_merges import act, begun, told

pytestmark = pytest.mark.usefixtures("company")

Json = dict[str, Any]


@pytest.fixture
def customers(crm: Service) -> Json:
    """A merge of customers A (HOME, SHOP) and B (HOME, DEPOT), current A (M.6, example 2)."""
    for no, city, codes in (("A", "Oslo", ("HOME", "SHOP")), ("B", "Bergen", ("HOME", "DEPOT"))):
        crm.made("customers", {"no": no, "name": f"{no} AS"})
        for code in codes:
            crm.made("shipToAddresses", {"customerNo": no, "code": code, "name": f"{no} {code}", "city": city})
    return begun(crm, "A", "B", table="Customer")


def conflicts(crm: Service, merge: Json) -> list[Json]:
    return crm.get(f"merges({merge['id']})/conflictRows").value


def only(crm: Service, merge: Json) -> str:
    """The address of the only conflict."""
    [row] = conflicts(crm, merge)
    return f"merges({merge['id']})/conflictRows({row['id']})"


def line(crm: Service, conflict: str, field: str) -> Json:
    return crm.get(f"{conflict}/fieldLines(field='{field}')").json


def change(crm: Service, conflict: str, field: str, **values: Any) -> Answered:
    return crm.patch(f"{conflict}/fieldLines({line(crm, conflict, field)['id']})", values)


def resolve(crm: Service, conflict: str, action: str, **headers: str) -> Answered:
    return crm.post(f"{conflict}/Microsoft.NAV.{action}", {}, **headers)


def addresses(crm: Service) -> dict[str, str]:
    """The cities of A's addresses by code."""
    found = crm.get("shipToAddresses?$filter=customerNo eq 'A'").value
    return {row["code"]: row["city"] for row in found}


def test_conflicts_stop_the_merge(crm: Service, customers: Json) -> None:  # M-13, M-14
    stopped = act(crm, customers, "merge")
    assert (stopped.status, stopped.json["status"], stopped.json["conflicts"]) == (200, "Open", 1)
    assert told(stopped) == ["merge.conflicts"]
    [row] = conflicts(crm, customers)
    assert (row["tableName"], row["field"]) == ("shipToAddresses", "customerNo")
    assert "HOME" in row["currentKey"] and "HOME" in row["duplicateKey"]
    table = crm.get(f"merges({customers['id']})/tableLines?$filter=tableName eq 'shipToAddresses'").value
    assert [(each["currentCount"], each["duplicateCount"], each["conflicts"]) for each in table] == [(2, 2, 1)]
    assert crm.get(f"merges({customers['id']})/conflictRows?$filter=tableName eq 'shipToAddresses'").value == [row]


def test_conflicts_are_found_without_merging(crm: Service, customers: Json) -> None:  # M-15
    assert act(crm, customers, "findConflicts").json["conflicts"] == 1
    assert act(crm, customers, "chooseDuplicate", {"duplicate": "B"}).json["conflicts"] == 0
    assert conflicts(crm, customers) == []


def test_both_rows_are_shown(crm: Service, customers: Json) -> None:  # M-17, M-18
    act(crm, customers, "findConflicts")
    conflict = only(crm, customers)
    shown = {each["field"]: each for each in crm.get(f"{conflict}/fieldLines").value}
    assert {"customerNo", "code", "name", "city"} <= shown.keys()
    assert [name for name, each in shown.items() if each["canBeRenamed"]] == ["code"]
    assert (shown["city"]["currentValue"], shown["city"]["duplicateValue"]) == ("Oslo", "Bergen")
    expanded = crm.get(f"{conflict}?$expand=fieldLines($filter=field eq 'city')").json
    assert expanded["fieldLines"][0]["id"] == shown["city"]["id"]


def test_row_is_renamed_and_survives(crm: Service, customers: Json) -> None:  # M-21, M.6 example 2
    act(crm, customers, "merge")
    conflict = only(crm, customers)
    assert resolve(crm, conflict, "renameDuplicate").domain_code == "merge.change_key"
    typed = change(crm, conflict, "code", duplicateValue="home2")
    assert (typed.status, typed.json["duplicateValue"], typed.json["modified"]) == (200, "HOME2", True)
    assert resolve(crm, conflict, "removeDuplicate").domain_code == "merge.restore_key"  # M-20
    assert change(crm, conflict, "city", override=True).status == 400  # M-19
    assert resolve(crm, conflict, "renameDuplicate").status == 204
    assert crm.get(f"merges({customers['id']})").json["conflicts"] == 0
    assert act(crm, customers, "merge").json["status"] == "Merged"
    assert addresses(crm) == {"HOME": "Oslo", "SHOP": "Oslo", "HOME2": "Bergen", "DEPOT": "Bergen"}


def test_row_is_removed_and_leaves_a_value(crm: Service, customers: Json) -> None:  # M-20, M.6 example 3
    act(crm, customers, "merge")
    conflict = only(crm, customers)
    assert change(crm, conflict, "city", override=True).json["override"] is True
    assert change(crm, conflict, "code", duplicateValue="HOME2").status == 400  # M-19
    assert resolve(crm, conflict, "removeDuplicate").status == 204
    assert conflicts(crm, customers) == []
    act(crm, customers, "merge")
    assert addresses(crm) == {"HOME": "Bergen", "SHOP": "Oslo", "DEPOT": "Bergen"}


def test_only_the_key_can_be_typed(crm: Service, customers: Json) -> None:  # M-18
    act(crm, customers, "findConflicts")
    conflict = only(crm, customers)
    for field in ("customerNo", "city"):
        answer = change(crm, conflict, field, duplicateValue="X")
        assert answer.status == 400, field
    assert change(crm, conflict, "code", override=True).domain_code == "merge.key_field"  # M-8


def test_declined_resolution_changes_nothing(crm: Service, customers: Json) -> None:  # M-20, A-41
    act(crm, customers, "findConflicts")
    conflict = only(crm, customers)
    answer = resolve(crm, conflict, "removeDuplicate", tuttava_answers="merge.confirm_remove=no")
    assert (answer.status, len(conflicts(crm, customers))) == (204, 1)
    asked = resolve(crm, conflict, "removeDuplicate", tuttava_answers="ask")
    assert (asked.code, asked.json["error"]["details"][0]["code"]) == (
        "Application_CallbackNotAllowed",
        "merge.confirm_remove",
    )


def test_new_key_must_exist_in_its_table(crm: Service) -> None:  # M-21
    for no in ("C1", "C2"):
        crm.made("contacts", {"no": no, "name": f"{no} AS"})
        crm.made("contactMailingGroups", {"contactNo": no, "mailingGroupCode": _group(crm)})
    merge = begun(crm, "C1", "C2")
    assert act(crm, merge, "findConflicts").json["conflicts"] == 1
    conflict = only(crm, merge)
    change(crm, conflict, "mailingGroupCode", duplicateValue="NEVER")
    assert resolve(crm, conflict, "renameDuplicate").domain_code == "value.not_in_table"


def _group(crm: Service) -> str:
    found = crm.get("mailingGroups?$filter=code eq 'NEWS'").value or [crm.made("mailingGroups", {"code": "NEWS"})]
    return str(found[0]["code"])


@pytest.mark.parametrize(("policy", "left"), [("KeepCurrent", 3), ("KeepBoth", 4)])
def test_all_conflicts_are_resolved_at_once(crm: Service, customers: Json, policy: str, left: int) -> None:  # M-22
    act(crm, customers, "findConflicts")
    answer = act(crm, customers, "resolveAll", {"policy": policy})
    assert (answer.status, answer.json["conflicts"]) == (200, 0)
    assert act(crm, customers, "merge").json["status"] == "Merged"
    found = addresses(crm)
    assert (len(found), found["HOME"]) == (left, "Oslo")
    assert act(crm, customers, "undo").json["status"] == "Undone"  # M-41
    assert addresses(crm) == {"HOME": "Oslo", "SHOP": "Oslo"}
    assert len(crm.get("shipToAddresses?$filter=customerNo eq 'B'").value) == 2


def test_links_with_two_customers_are_settled_by_hand(crm: Service) -> None:  # M-42, M-31, M.6 example 1
    for no, customer in (("CA", "C1"), ("CB", "C2")):
        made = crm.made("contacts", {"no": no, "name": f"{no} AS"})
        crm.made("customers", {"no": customer, "name": customer})
        [hub] = crm.get(f"contactBusinessRelations?$filter=no eq '{customer}'").value
        crm.delete(f"contactBusinessRelations({hub['id']})")
        crm.post(f"contacts({made['id']})/Microsoft.NAV.linkToCustomer", {"no": customer})
    merge = begun(crm, "CA", "CB")
    assert act(crm, merge, "resolveAll", {"policy": "KeepBoth"}).json["conflicts"] == 1
    conflict = only(crm, merge)
    assert crm.get(conflict).json["tableName"] == "contactBusinessRelations"
    assert not any(each["canBeRenamed"] for each in crm.get(f"{conflict}/fieldLines").value)
    assert resolve(crm, conflict, "removeDuplicate").status == 204
    assert act(crm, merge, "merge").json["status"] == "Merged"
    assert crm.get("contacts(no='CA')").json["contactBusinessRelation"] == "Customer"
    assert crm.get("contactBusinessRelations?$filter=no eq 'C2'").value == []
    assert act(crm, merge, "undo").json["status"] == "Undone"
    assert [row["contactNo"] for row in crm.get("contactBusinessRelations?$filter=no eq 'C2'").value] == ["CB"]


def test_parts_of_a_batch_build_on_each_other(crm: Service, customers: Json) -> None:
    parts = [
        {"id": "a", "method": "POST", "url": "vendors", "body": {"no": "V1", "name": "V1"}},
        {"id": "b", "method": "POST", "url": "vendors", "body": {"no": "V2", "name": "V2"}},
        {"id": "c", "method": "POST", "url": "$a/Microsoft.NAV.startMerge", "body": {"duplicateNo": "V2"}},
        {"id": "d", "method": "POST", "url": "$c/Microsoft.NAV.merge"},
        {"id": "e", "method": "GET", "url": "vendors(no='V2')"},
    ]
    answers = crm.post("$batch", {"requests": parts}).json["responses"]
    assert [each["status"] for each in answers] == [201, 201, 200, 200, 301]
    assert answers[3]["body"]["status"] == "Merged"
