"""Phone calls, outgoing and incoming, and the quick log."""

from __future__ import annotations

import datetime as dt
from typing import Any

import pytest
from django.utils import timezone

from tests.interactions.making import make_company, make_person, vocabulary
from tests.interactions.wizards import changed, outgoing, pretended, template
from tuttava.contacts.models import Contact, ContactAltAddress
from tuttava.foundation import records
from tuttava.foundation.context import acting
from tuttava.foundation.errors import DomainError
from tuttava.interactions import calling, wizard
from tuttava.interactions.calling import start_call, start_incoming
from tuttava.interactions.drafting import Source
from tuttava.interactions.models import InteractionDraft, InteractionLogEntry
from tuttava.interactions.quick import log_at_once, quick_log, split_text
from tuttava.partners.models import Customer

pytestmark = pytest.mark.usefixtures("company")


def refusal_of(work: Any) -> DomainError:
    with pytest.raises(DomainError) as refused:
        work()
    return refused.value


def callee(**values: Any) -> Contact:
    template("OUT", information_flow="outbound", initiated_by="us", unit_cost_lcy=1, unit_duration_min=15)
    outgoing("OUT")
    return make_company(name="Fjordkraft AS", salesperson_code="PS", **{"phone_no": "+47 22 00 00 01", **values})


def test_a_call_starts_with_template_number_and_now() -> None:  # I-53
    firm = callee(mobile_phone_no="+47 900 00 001")
    with acting(work_date=dt.date(2020, 1, 1)):
        draft = start_call(Source(contact=firm))
    assert (draft.interaction_template_code, draft.initiated_by, draft.duration_min) == ("OUT", "us", 15)
    assert draft.date == timezone.localdate()
    assert (draft.dial_contact, draft.interaction_successful) == (True, True)
    assert draft.contact_via == firm.phone_no
    assert start_call(Source(contact=firm), device="phone").contact_via == firm.mobile_phone_no
    assert start_call(Source(contact=firm), number="123").contact_via == "123"


def test_a_call_needs_the_template_of_outgoing_calls() -> None:  # I-19
    firm = callee()
    outgoing(None)
    assert refusal_of(lambda: start_call(Source(contact=firm))).code == "outgoing_calls_template_required"


def test_a_contact_without_number_cannot_be_called() -> None:  # I-54
    firm = callee(phone_no="")
    assert refusal_of(lambda: start_call(Source(contact=firm))).code == "contact.no_phone_numbers"
    assert not InteractionDraft.objects.exists()


def test_blocked_contacts_are_not_called() -> None:  # I-22
    firm = records.change(callee(), {"privacy_blocked": True})
    assert refusal_of(lambda: start_call(Source(contact=firm))).code == "contact.privacy_blocked"


def test_numbers_are_the_contacts_its_addresses_then_the_companys() -> None:  # I-54
    firm = callee()
    person = make_person(name="Kari Nordmann", company_no=firm.no, phone_no="", mobile_phone_no="+47 900 00 002")
    ContactAltAddress.objects.create(contact=person, code="SUMMER", phone_no="+47 33 00 00 03")
    draft = start_call(Source(contact=person), alt_address_code="summer")
    assert draft.contact_via == "+47 33 00 00 03"
    assert [option.number for option in calling.numbers_of(draft)] == [
        person.mobile_phone_no,
        "+47 33 00 00 03",
        firm.phone_no,
    ]


def test_who_is_called_about_an_account_is_the_contact_behind_it() -> None:  # I-52
    customer = Customer.objects.create(no="C1", name="Fjordkraft AS")
    assert refusal_of(lambda: calling.contact_behind(customer)).code == "contact_not_found"
    assert refusal_of(lambda: start_call(Source())).code in ("outgoing_calls_template_required", "contact_required")


def test_dialling_checks_number_date_description_and_salesperson() -> None:  # I-56
    draft = start_call(Source(contact=callee()))
    empty = changed(draft, contact_via="", date=None, description="", salesperson_code=None)

    def refused() -> tuple[str, str]:
        return tuple(refusal_of(lambda work=work: work(empty)).code for work in (wizard.next_step, wizard.finish))

    assert refused() == ("phone_number_required",) * 2
    empty = changed(empty, dial_contact=False)
    assert refused() == ("date_required",) * 2
    empty = changed(empty, date=dt.date(2026, 3, 2))
    assert refused() == ("description_required",) * 2
    empty = changed(empty, description="Prices")
    assert refused() == ("salesperson_required",) * 2
    assert wizard.next_step(changed(empty, salesperson_code="PS")).step == calling.RESULT


@pytest.mark.parametrize(
    ("number", "address"), [("+47 22 00 00 01", "tel:+4722000001"), ("*21#", "tel:*21#"), ("+", ""), ("", "")]
)
def test_dialling_opens_a_link(number: str, address: str) -> None:  # I-56
    assert calling.dial_address(number) == address


def test_a_call_goes_through_who_result_and_relations_and_back() -> None:  # I-55
    draft = start_call(Source(contact=callee()))
    draft = wizard.next_step(wizard.next_step(draft))
    assert draft.step == calling.RELATED
    assert wizard.next_step(draft).step == calling.RELATED
    assert wizard.back(draft).step == calling.RESULT


def test_the_fixed_campaign_locks_target_and_response() -> None:  # I-55
    firm = callee()
    with pretended("campaign", CP1="Spring"):
        draft = start_call(Source(contact=firm, campaign_no="CP1"))
        for name in ("campaign_target", "campaign_response"):
            assert refusal_of(lambda name=name: changed(draft, **{name: True})).code == "campaign_locked"
        assert changed(start_call(Source(contact=firm)), campaign_target=True).campaign_target


def test_a_finished_call_is_logged_with_the_number_and_not_delivered(monkeypatch: pytest.MonkeyPatch) -> None:  # I-57
    monkeypatch.setattr(wizard, "deliver_entries", lambda entries: pytest.fail("delivered"))
    draft = changed(
        start_call(Source(contact=callee(email="post@example.com"))),
        interaction_successful=False,
        correspondence_type="email",
    )
    with pretended("opportunity") as room:
        entry = wizard.finish(draft, create_opportunity=True).entry
        assert (entry.opportunity_no, len(room.created)) == ("OP0009", 1)
    assert (entry.attempt_failed, entry.contact_via, entry.delivery_status) == (True, "+47 22 00 00 01", "none")
    assert entry.interaction_template_code == "OUT"


def test_a_declined_opportunity_leaves_it_blank() -> None:  # I-57
    with pretended("opportunity"), acting(answers={"I-57": "no"}, interactive=True):
        assert wizard.finish(start_call(Source(contact=callee()))).entry.opportunity_no == ""


def test_an_incoming_call_proposes_its_duration() -> None:  # I-58
    firm = callee()
    template("IN", information_flow="inbound", initiated_by="them", unit_duration_min=15)
    assert refusal_of(lambda: start_incoming(Source(contact=firm), "")).code == "template_required"
    draft = start_incoming(Source(contact=firm), "in")
    assert (draft.information_flow, draft.dial_contact) == ("inbound", False)
    began = draft.time_of_interaction
    InteractionDraft.objects.filter(pk=draft.pk).update(started_at=timezone.now() - dt.timedelta(minutes=6, seconds=5))
    draft = wizard.next_step(InteractionDraft.objects.get(pk=draft.pk))
    assert draft.duration_min == 7
    assert wizard.finish(draft).entry.time_of_interaction == began


def test_a_typed_duration_stays() -> None:  # I-58
    template("IN", unit_duration_min=15)
    draft = changed(start_incoming(Source(contact=callee()), "IN"), duration_min=3)
    assert wizard.next_step(draft).duration_min == 3


# --- quick log -------------------------------------------------------------------------------------------------------


def test_three_values_make_an_entry() -> None:  # I-47
    template("MEET", unit_cost_lcy=4, information_flow="inbound")
    firm = make_company(name="Fjordkraft AS", salesperson_code="PS", correspondence_type="none")
    entry = quick_log(firm, template_code="MEET", text="Wants an offer on Friday")
    assert (entry.description, entry.subject) == ("Wants an offer on Friday",) * 2
    assert (entry.salesperson_code, entry.cost_lcy, entry.information_flow) == ("PS", 4, "inbound")
    assert (entry.contact_id, entry.postponed) == (firm.pk, False)
    assert not entry.comments.exists()
    assert not InteractionDraft.objects.exists()


def test_a_quick_log_is_as_complete_as_any() -> None:  # I-46
    template("MEET")
    firm = make_company(name="Fjordkraft AS")
    for contact, code, expected in (
        (None, "", "contact_required"),
        (None, "MEET", "contact_required"),
        (firm, "", "template_required"),
        (firm, "MEET", "salesperson_required"),
    ):
        work = lambda contact=contact, code=code: quick_log(contact, template_code=code, text="x")  # noqa: E731
        assert refusal_of(work).code == expected
    assert not InteractionLogEntry.objects.exists()


def test_a_long_text_is_kept_whole() -> None:  # I-45
    template("MEET")
    firm = make_company(name="Fjordkraft AS", salesperson_code="PS")
    text = "Met at the fair.\n" + "Liked the blue one. " * 150
    entry = quick_log(firm, template_code="MEET", text=text)
    assert entry.description == "Met at the fair."
    assert "".join(entry.comments.values_list("comment", flat=True)) == text.strip()
    assert entry.comments.count() == 2


@pytest.mark.parametrize("text", ["word " * 60, "x" * 300])
def test_a_long_line_is_cut_for_the_description(text: str) -> None:
    description, comments = split_text(text)
    assert 0 < len(description) <= 100
    assert comments[0].comment == text.strip()


def test_without_text_the_templates_description_stands() -> None:  # I-29
    template("MEET", description="A meeting")
    firm = make_company(name="Fjordkraft AS", salesperson_code="PS")
    assert quick_log(firm, template_code="MEET", text="  ").description == "A meeting"


def test_further_values_go_with_it() -> None:  # I-28
    template("MEET", unit_duration_min=15)
    vocabulary()
    firm = make_company(name="Fjordkraft AS")
    more = {"salesperson_code": "PS", "duration_min": 40, "date": dt.date(2026, 2, 1), "evaluation": "positive"}
    entry = quick_log(firm, template_code="MEET", text="x", values=more)
    assert (entry.salesperson_code, entry.duration_min, entry.evaluation) == ("PS", 40, "positive")
    assert entry.date == dt.date(2026, 2, 1)


def test_a_quick_log_costs_few_statements(django_assert_max_num_queries: Any) -> None:
    template("MEET")
    firm = make_company(name="Fjordkraft AS", salesperson_code="PS")
    quick_log(firm, template_code="MEET", text="once")
    with django_assert_max_num_queries(34):
        quick_log(firm, template_code="MEET", text="twice")


def test_an_interaction_logged_at_once_delivers_unless_told(monkeypatch: pytest.MonkeyPatch) -> None:  # I-47
    delivered: list[int] = []
    monkeypatch.setattr(wizard, "deliver_entries", lambda entries: delivered.extend(each.entry_no for each in entries))
    template("LETTER")
    firm = make_company(name="Fjordkraft AS", salesperson_code="PS")
    values = {"interaction_template_code": "LETTER", "correspondence_type": "hard_copy"}
    first = log_at_once(Source(contact=firm), values).entry
    log_at_once(Source(contact=firm), values, deliver=False)
    assert delivered == [first.entry_no]
