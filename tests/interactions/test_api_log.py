"""The log in the CRM service: entries, comments, contacts' navigations and figures."""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection, Mapping, Sequence
from decimal import Decimal
from typing import Any

import pytest

from tests.api.conftest import CRM, Service, SignIn
from tests.contacts.people import change
from tests.interactions.making import logged, make_company, make_person, said, vocabulary
from tuttava.foundation import jobs, records
from tuttava.foundation.context import current
from tuttava.foundation.models import Job
from tuttava.interactions import clearing, related
from tuttava.interactions.logging_core import NewInteraction, log_interactions
from tuttava.interactions.models import InteractionComment, InteractionLogEntry
from tuttava.interactions.replying import subject_of_reply
from tuttava.interactions.storing import NewContent
from tuttava.interactions.template_setup import template_setup
from tuttava.partners.models import Customer
from tuttava.relations.queries import hub_of

pytestmark = pytest.mark.usefixtures("company")


class Rooms:
    """A room that takes whatever it is given."""

    def __init__(self) -> None:
        self.made: list[Mapping[str, Any]] = []

    def descriptions(self, numbers: Collection[str]) -> Mapping[str, str]:
        return dict.fromkeys(numbers, "")

    def logged(self, entries: Sequence[InteractionLogEntry]) -> None:
        """Nothing follows."""

    def choices(self, company_id: object, salesperson_code: str) -> Sequence[tuple[str, str]]:
        return []

    def create(self, values: Mapping[str, Any]) -> str:
        self.made.append(values)
        return "T1"


def test_pages_in_the_order_of_a_joined_column_go_on_where_they_ended(crm: Service) -> None:
    for name in ("Berg AS", "Aas AS", "Dal AS", "Aas AS"):
        logged(make_company(name=name))
    logged(make_company(name="Elv AS"), description="left out")
    wanted = "interactionLogEntries?$filter=description ne 'left out'&$orderby=contactName desc&$select=contactName"
    first = crm.get(wanted, prefer="odata.maxpagesize=3").json
    second = crm.get(first["@odata.nextLink"].replace("http://testserver", ""), prefer="odata.maxpagesize=3").json
    assert [row["contactName"] for row in first["value"]] == ["Dal AS", "Berg AS", "Aas AS"]
    assert [row["contactName"] for row in second["value"]] == ["Aas AS"]
    assert "@odata.nextLink" not in second
    assert [row["contactName"] for row in crm.get(f"{wanted}&$skip=1&$top=1").value] == ["Berg AS"]


def test_an_entry_by_its_number(crm: Service) -> None:
    firm = make_company(name="Fjord AS")
    person = make_person(company_no=firm.no)
    entry = logged(person, cost_lcy=Decimal("12.5"))
    found = crm.get(f"interactionLogEntries(entryNo={entry.entry_no})").json
    assert found["contactNo"] == person.no and found["contactCompanyNo"] == firm.no
    assert (found["contactName"], found["contactCompanyName"]) == (person.name, "Fjord AS")
    assert (found["costLcy"], found["salespersonCode"], found["evaluation"]) == (12.5, "PS", "None")
    assert found["hasComment"] is False and found["postponed"] is False


@pytest.mark.parametrize(
    ("flow", "title"),
    [("none", "Meeting"), ("outbound", "Meeting - by Pia Solberg"), ("inbound", "Meeting - from Anna Berg")],
)
def test_the_title_tells_the_direction(crm: Service, flow: str, title: str) -> None:  # I-79
    logged(make_person(), information_flow=flow)
    assert crm.get("interactionLogEntries").value[0]["title"] == title


def test_lists_leave_postponed_ones_out_unless_asked(crm: Service) -> None:  # I-68
    vocabulary()
    firm = make_company()
    done = logged(firm)
    waiting = log_interactions([said(firm)], postponed=True)[0]
    assert [row["entryNo"] for row in crm.get("interactionLogEntries").value] == [done.entry_no]
    found = crm.get("interactionLogEntries?$filter=postponed eq true").value
    assert [row["entryNo"] for row in found] == [waiting.entry_no]
    assert crm.get("interactionLogEntries/$count").content == b"1"
    assert crm.get(f"interactionLogEntries({waiting.pk})").status == 200


def test_entries_cannot_be_changed(crm: Service) -> None:  # I-67
    entry = logged(make_company())
    for body in ({"description": "Other"}, {}, {"evaluation": "Positive"}):
        answer = crm.patch(f"interactionLogEntries({entry.pk})", body)
        assert answer.status == 400
        assert "log_entry_read_only" in (answer.code, answer.domain_code)


def test_a_company_leads_to_its_peoples_interactions(crm: Service) -> None:  # I-64
    firm = make_company()
    person = make_person(company_no=firm.no)
    vocabulary()
    mine, theirs = logged(firm), logged(person)
    waiting = log_interactions([said(person)], postponed=True)[0]
    of_firm = crm.get(f"contacts({firm.pk})/interactions").value
    assert [row["entryNo"] for row in of_firm] == [mine.entry_no, theirs.entry_no]
    of_person = crm.get(f"contacts({person.pk})/postponedInteractions").value
    assert [row["entryNo"] for row in of_person] == [waiting.entry_no]
    both = crm.get("contacts?$expand=interactions($count=true;$select=entryNo)&$select=no").value
    counts = {row["no"]: (row["interactions@odata.count"], len(row["interactions"])) for row in both}
    assert (counts[firm.no], counts[person.no]) == ((2, 2), (1, 1))
    spoke = crm.get("contacts?$filter=interactions/any(i: i/salespersonCode eq 'PS')&$select=no").value
    assert {row["no"] for row in spoke} == {firm.no, person.no}


def test_figures_of_contacts(crm: Service) -> None:  # C-75 to C-77
    firm = make_company()
    person, alone = make_person(company_no=firm.no), make_person()
    logged(firm, cost_lcy=Decimal("12.50"), duration_min=30, initiated_by="us")
    logged(person, cost_lcy=1, duration_min=5, date=dt.date(2026, 5, 1))
    logged(alone)
    found = {row["no"]: row for row in crm.get("contacts").value}
    assert [found[each.no]["noOfInteractions"] for each in (firm, person, alone)] == [2, 1, 1]
    assert (found[firm.no]["cost"], found[firm.no]["durationMinutes"]) == (13.5, 35)
    assert found[firm.no]["dateOfLastInteraction"] == "2026-05-01"
    assert found[firm.no]["lastDateAttempted"] == "2026-03-02"
    assert found[person.no]["lastDateAttempted"] == "0001-01-01"


def test_figures_within_calculation_filters(crm: Service) -> None:  # A-50, C-76
    firm = make_company()
    person = make_person(company_no=firm.no)
    logged(person, date=dt.date(2026, 1, 10), cost_lcy=5, duration_min=10)
    logged(firm, date=dt.date(2026, 2, 10), cost_lcy=7)
    found = {row["no"]: row for row in crm.get("contacts?dateFilter=2026-01-01..2026-01-31").value}
    for contact in (firm, person):
        row = found[contact.no]
        assert (row["noOfInteractions"], row["cost"], row["durationMinutes"]) == (1, 5, 10)
    assert found[firm.no]["dateOfLastInteraction"] == "2026-02-10"
    none = crm.get(f"contacts({firm.pk})?salespersonFilter=XX").json
    assert none["noOfInteractions"] == 0


def test_figures_of_customers(crm: Service) -> None:  # I-113
    vocabulary()
    year = current().date.year
    customer = records.create(Customer, {"no": "K1", "name": "Fjord AS"})
    firm = hub_of(customer)
    assert firm is not None
    for month, group in ((1, "TALKS"), (2, "TALKS"), (3, "LETTERS")):
        logged(firm, date=dt.date(year, month, 1), interaction_group_code=group)
    logged(firm, date=dt.date(year - 1, 1, 1))
    found = crm.get(f"customers({customer.pk})").json
    assert found["interactionsThisYear"] == 3
    assert found["lastInteractionDate"] == f"{year}-03-01"
    assert found["lastInteractionGroupCode"] == "LETTERS"
    assert found["mostFrequentInteractionGroupCode"] == "TALKS"


def test_actions_on_several_entries(crm: Service) -> None:  # I-69, I-73, I-159
    firm = make_company()
    ids = [str(logged(firm).pk) for _ in range(2)]
    path = "interactionLogEntries/Microsoft.NAV"
    found = crm.post(f"{path}.evaluate", {"ids": ids, "evaluation": "VeryPositive"})
    assert [row["evaluation"] for row in found.value] == ["VeryPositive"] * 2
    assert crm.post(f"{path}.toggleCanceled", {"ids": ids}).value[0]["canceled"] is True
    answer = crm.post(f"{path}.deleteCanceled", {"filter": {"contactNo": "NOBODY"}})
    assert answer.json == {"deleted": 0}
    assert crm.post(f"{path}.deleteCanceled", {"filter": {"contactNo": firm.no}}).json == {"deleted": 2}
    assert not InteractionLogEntry.objects.exists()


def test_canceled_ones_are_counted_before_they_are_deleted(crm: Service) -> None:  # I-159
    firm = make_company()
    ids = [str(logged(firm).pk), str(logged(firm).pk)]
    path = "interactionLogEntries/Microsoft.NAV"
    crm.post(f"{path}.toggleCanceled", {"ids": ids})
    logged(firm)
    filters = {"contactNo": firm.no, "interactionTemplateCode": "MEET*"}
    dry = crm.post(f"{path}.deleteCanceled", {"filter": filters, "dryRun": True})
    assert dry.json == {"deleted": 0, "matching": 2}
    assert InteractionLogEntry.objects.count() == 3
    assert crm.post(f"{path}.deleteCanceled", {"filter": {"colour": "red"}}).domain_code == "bad_filter"


def test_canceled_ones_are_deleted_as_a_job_with_progress(crm: Service) -> None:  # I-159, A-67
    firm = make_company()
    ids = [str(logged(firm).pk) for _each in range(3)]
    path = "interactionLogEntries/Microsoft.NAV"
    crm.post(f"{path}.toggleCanceled", {"ids": ids})
    kept = logged(firm)
    sent = {"filter": {"contactNo": firm.no}}
    answer = crm.post(f"{path}.deleteCanceled", sent, prefer="respond-async")
    assert answer.status == 202 and "jobs(" in answer.headers["Location"]
    queued = Job.objects.get(kind=clearing.KIND)
    done = jobs.run_now(clearing.KIND, queued.title, queued.arguments)
    assert (done.result, done.done, done.total) == ({"deleted": 3}, 3, 3)
    assert list(InteractionLogEntry.objects.values_list("pk", flat=True)) == [kept.pk]


def test_what_has_no_room_yet_is_known_and_not_supported(crm: Service) -> None:  # I-74, I-75, A-62
    person = make_person()
    entry = logged(person)
    path = f"interactionLogEntries({entry.pk})/Microsoft.NAV"
    for name, sent in (("createTask", {"description": "Call back", "teamTask": False}), ("createOpportunity", {})):
        answer = crm.post(f"{path}.{name}", sent)
        assert (answer.status, answer.json["error"]["code"]) == (501, "BadRequest_MethodNotImplemented")
    assert crm.post(f"{path}.createTask", {"colour": "red"}).status == 400
    change(person, privacy_blocked=True)
    assert crm.post(f"{path}.createTask", {"description": "x"}).domain_code == "contact.privacy_blocked"


def test_a_task_takes_over_what_was_not_given(crm: Service) -> None:  # I-75
    entry = logged(make_person())
    room = Rooms()
    related.provides("task", room)
    try:
        answer = crm.post(
            f"interactionLogEntries({entry.pk})/Microsoft.NAV.createTask",
            {"description": "Call back", "date": "2026-03-09"},
        )
    finally:
        related.unplug("task")
    assert answer.json == {"value": [{"no": "T1"}]}
    made = room.made[0]
    assert (made["contact_id"], made["salesperson_code"]) == (entry.contact_id, "PS")
    assert (made["description"], made["date"]) == ("Call back", dt.date(2026, 3, 9))


def test_an_interaction_is_answered_in_a_wizard(crm: Service) -> None:  # 17.3
    entry = logged(make_person(email="anna@example.com"), subject="Offer", information_flow="inbound")
    path = f"interactionLogEntries({entry.pk})/Microsoft.NAV.toDraftReply"
    records.change(template_setup(), {"emails_code": None})
    assert crm.post(path).domain_code == "emails_template_required"
    records.change(template_setup(), {"emails_code": "MEET"})
    draft = crm.post(path).json
    assert (draft["contactNo"], draft["description"], draft["correspondenceType"]) == (
        entry.contact.no if entry.contact else "",
        "Re: Offer",
        "Email",
    )
    assert subject_of_reply("RE: Offer") == "RE: Offer"


def test_rows_are_deleted_once_they_are_canceled(crm: Service) -> None:  # I-72
    entry = logged(make_company())
    assert crm.delete(f"interactionLogEntries({entry.pk})").domain_code == "only_canceled_or_postponed"
    crm.post("interactionLogEntries/Microsoft.NAV.toggleCanceled", {"ids": [str(entry.pk)]})
    assert crm.delete(f"interactionLogEntries({entry.pk})").status == 204


def test_comments_of_an_entry(crm: Service) -> None:  # 2.8
    entry = logged(make_company())
    made = crm.made(f"interactionLogEntries({entry.pk})/comments", {"comment": "Wants a quote"})
    assert (made["entryNo"], made["lineNo"]) == (entry.entry_no, 10000)
    path = f"interactionComments(entryNo={entry.entry_no},lineNo=10000)"
    assert crm.patch(path, {"comment": "Wants two"}).json["comment"] == "Wants two"
    assert InteractionComment.objects.get().last_date_modified is not None
    assert crm.get("interactionLogEntries").value[0]["hasComment"] is True


def test_the_file_of_an_entry(crm: Service) -> None:  # I-80
    vocabulary()
    content = NewContent(data=b"minutes", file_name="minutes.txt", extension="txt")
    entry = log_interactions([NewInteraction(said(make_company()).values, content=content)])[0]
    answer = crm.post(f"interactionLogEntries({entry.pk})/Microsoft.NAV.showDocument")
    assert answer.content == b"minutes"
    bare = logged(make_company(), document_type="cover_sheet")
    refused = crm.post(f"interactionLogEntries({bare.pk})/Microsoft.NAV.showDocument")
    assert refused.domain_code == "document_not_kept"


def test_rights(sign_in: SignIn) -> None:  # I-162
    entry = logged(make_company())
    reader = sign_in("CRM-READ", service=CRM)
    assert reader.get("interactionLogEntries").status == 200
    refused = reader.post("interactionLogEntries/Microsoft.NAV.toggleCanceled", {"ids": [str(entry.pk)]})
    assert refused.status == 403


def test_names_of_blocked_contacts_are_masked(sign_in: SignIn) -> None:  # C-72
    person = make_person()
    logged(person, information_flow="inbound", contact_via="91000000")
    change(person, privacy_blocked=True)
    found = sign_in("CRM-EDIT", service=CRM).get("interactionLogEntries").value[0]
    assert person.name not in str(found) and "91000000" not in str(found)


def test_a_page_of_entries_costs_the_same_however_long(crm: Service, django_assert_max_num_queries) -> None:  # type: ignore[no-untyped-def]
    for _ in range(20):
        logged(make_person(), information_flow="inbound")
    with django_assert_max_num_queries(25):
        assert len(crm.get("interactionLogEntries").value) == 20
