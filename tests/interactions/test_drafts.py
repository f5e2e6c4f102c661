"""Drafts: what they start with, and what follows when a field is entered."""

from __future__ import annotations

import datetime as dt
from typing import Any

import pytest

from tests.interactions.making import make_company, make_person, vocabulary
from tests.interactions.wizards import changed, pretended, speaks, template, variant, word_template
from tuttava.contacts.models import Contact, ContactAltAddress, ContactAltAddressPeriod
from tuttava.foundation import records
from tuttava.foundation.context import acting
from tuttava.foundation.directory.models import User
from tuttava.foundation.errors import DomainError
from tuttava.foundation.models import Language, UserPreference
from tuttava.interactions import drafting
from tuttava.interactions.choosing import correspondence_type
from tuttava.interactions.drafting import Source, source_of, source_of_filters, start, start_time
from tuttava.interactions.models import InteractionDraft, InteractionTemplate
from tuttava.partners.models import Salesperson

pytestmark = pytest.mark.usefixtures("company")


def refusal_of(work: Any) -> DomainError:
    with pytest.raises(DomainError) as refused:
        work()
    return refused.value


def firm_with_person(**values: Any) -> tuple[Contact, Contact]:
    firm = make_company(name="Fjordkraft AS")
    return firm, make_person(name="Kari Nordmann", company_no=firm.no, **values)


def test_a_draft_of_a_contact_has_the_contact_fixed() -> None:  # I-21
    firm, person = firm_with_person()
    draft = start(Source(contact=person))
    assert (draft.contact_id, draft.contact_company_id) == (person.pk, firm.pk)
    assert draft.context == {"contact_no": person.no, "contact_company_no": firm.no}
    assert draft.wizard_contact_name == "Kari Nordmann"
    assert draft.interaction_successful
    assert draft.evaluation == "none"
    error = refusal_of(lambda: changed(draft, contact_id=firm.pk))
    assert error.code == "contact_locked"
    assert refusal_of(lambda: changed(draft, wizard_contact_name="Somebody")).code == "contact_locked"


def test_the_log_lists_filters_are_the_context_not_its_rows() -> None:  # I-21
    firm, person = firm_with_person()
    vocabulary()
    source = source_of_filters({"contact_company_no": firm.no, "salesperson_code": "PS", "date": "2026-01-01"})
    draft = start(source)
    assert (draft.contact_id, draft.salesperson_code) == (firm.pk, "PS")
    assert draft.context == {"contact_company_no": firm.no, "salesperson_code": "PS"}
    assert start(source_of_filters({"contact_no": f"{firm.no}|{person.no}"})).context == {}
    empty = start(source_of_filters({}))
    assert (empty.contact_id, empty.salesperson_code, empty.context) == (None, None, {})


def test_blocked_contacts_are_refused() -> None:  # I-22
    firm, person = firm_with_person()
    records.change(firm, {"privacy_blocked": True})
    blocked = Contact.objects.get(pk=firm.pk)
    assert refusal_of(lambda: start(Source(contact=blocked))).code == "contact.privacy_blocked"
    assert refusal_of(lambda: start(Source(contact=person, company=blocked))).code == "contact.privacy_blocked"
    assert not InteractionDraft.objects.exists()


@pytest.mark.parametrize(
    ("now", "expected"),
    [((12, 33, 59), (12, 34)), ((12, 34, 0), (12, 35)), ((12, 33, 1), (12, 34)), ((23, 59, 30), (0, 0))],
)
def test_the_time_is_the_next_full_minute(now: tuple[int, int, int], expected: tuple[int, int]) -> None:  # I-23
    moment = dt.datetime(2026, 3, 2, *now, 500_000, tzinfo=dt.UTC)
    assert start_time(moment) == dt.time(*expected)


def test_a_draft_starts_on_the_work_date() -> None:  # I-23
    with acting(work_date=dt.date(2025, 5, 17)):
        assert start(Source()).date == dt.date(2025, 5, 17)


def test_the_salesperson_is_found_by_mail_then_preference_then_contact() -> None:  # I-24
    vocabulary()
    for code, email in (("ME", "me@example.com"), ("MINE", ""), ("THEIRS", "")):
        Salesperson.objects.create(code=code, name=code, email=email)
    firm = make_company(name="Fjordkraft AS", salesperson_code="THEIRS")
    assert start(Source(contact=firm)).salesperson_code == "THEIRS"
    with acting(user_name="anne", cache={}):
        UserPreference.objects.create(user_name="anne", salesperson_code="MINE")
        assert start(Source(contact=firm)).salesperson_code == "MINE"
        User.objects.create(username="anne", email="ME@example.com")
    with acting(user_name="anne", cache={}):
        assert start(Source(contact=firm)).salesperson_code == "ME"
        Salesperson.objects.create(code="TWIN", name="Twin", email="me@example.com")
    with acting(user_name="anne", cache={}):
        assert start(Source(contact=firm)).salesperson_code == "MINE"


def test_a_contact_brings_company_address_salesperson_and_language() -> None:  # I-25, I-31
    template()
    variant("MEET", "NB", "Hei")
    firm, person = firm_with_person(salesperson_code="PS")
    address = ContactAltAddress.objects.create(contact=person, code="SUMMER")
    ContactAltAddressPeriod.objects.create(
        contact=person, alt_address=address, starting_date=dt.date(2026, 6, 1), ending_date=dt.date(2026, 8, 31)
    )
    person = speaks(person, "NB")
    with acting(work_date=dt.date(2026, 7, 1)):
        draft = changed(start(Source()), contact_id=firm.pk, interaction_template_code="MEET")
        assert draft.interaction_language_code is None
        draft = changed(draft, salesperson_code=None)
        draft = changed(draft, contact_id=person.pk)
    assert (draft.contact_company_id, draft.contact_alt_address_id) == (firm.pk, address.pk)
    assert (draft.salesperson_code, draft.interaction_language_code) == ("PS", "NB")


def test_the_users_own_salesperson_replaces_what_was_there() -> None:  # I-25
    vocabulary()
    Salesperson.objects.create(code="MINE", name="Mine")
    firm = make_company(name="Fjordkraft AS")
    draft = changed(start(Source()), salesperson_code="PS")
    assert changed(draft, contact_id=firm.pk).salesperson_code == "PS"
    with acting(user_name="anne", cache={}):
        UserPreference.objects.create(user_name="anne", salesperson_code="MINE")
        free, fixed = start(Source()), start(Source(salesperson_code="PS"))
        assert changed(free, salesperson_code="PS", contact_id=firm.pk).salesperson_code == "PS"
        assert changed(changed(free, contact_id=None), contact_id=firm.pk).salesperson_code == "MINE"
        assert changed(fixed, contact_id=firm.pk).salesperson_code == "PS"


def test_without_contact_what_came_with_it_goes() -> None:  # I-26
    template()
    variant("MEET", "NB", "Hei")
    firm = speaks(make_company(name="Fjordkraft AS", salesperson_code="PS"), "NB")
    draft = changed(start(Source()), contact_id=firm.pk, interaction_template_code="MEET")
    assert draft.interaction_language_code == "NB"
    draft = changed(draft, contact_id=None)
    assert draft.wizard_contact_name == ""
    gone = ("contact_id", "contact_company_id", "contact_alt_address_id", "salesperson_code")
    assert {getattr(draft, name) for name in (*gone, "interaction_language_code")} == {None}


def test_a_contact_is_typed_by_name() -> None:  # I-27
    firm = make_company(name="Fjordkraft Nord AS")
    draft = changed(start(Source()), wizard_contact_name="kraft nord")
    assert (draft.contact_id, draft.wizard_contact_name) == (firm.pk, "Fjordkraft Nord AS")
    draft = changed(draft, wizard_contact_name="nobody of that name")
    assert draft.contact_id is None


def test_several_contacts_of_a_name_are_offered() -> None:  # I-27
    one, other = make_company(name="Fjordkraft Nord"), make_company(name="Fjordkraft Sør")
    error = refusal_of(lambda: changed(start(Source()), wizard_contact_name="fjordkraft"))
    assert error.code == "contact.ambiguous"
    assert {detail.code for detail in error.details} == {one.no, other.no}


def test_a_fixed_or_blocked_salesperson_cannot_be_chosen() -> None:  # I-27
    vocabulary()
    Salesperson.objects.create(code="GONE", name="Gone", blocked=True)
    fixed = start(Source(salesperson_code="PS"))
    assert refusal_of(lambda: changed(fixed, salesperson_code=None)).code == "salesperson_locked"
    assert refusal_of(lambda: changed(start(Source()), salesperson_code="GONE")).code == "contact.salesperson.blocked"


def test_a_template_needs_a_contact() -> None:  # I-28
    template()
    error = refusal_of(lambda: changed(start(Source()), interaction_template_code="MEET"))
    assert (error.code, error.field) == ("contact_required", "contact_id")


def test_a_template_replaces_what_the_one_before_said() -> None:  # I-28
    template("CALL", unit_cost_lcy=8, unit_duration_min=15, information_flow="outbound", initiated_by="us")
    template("MEET", campaign_target=True, campaign_response=True, correspondence_type_default="hard_copy")
    firm = make_company(name="Fjordkraft AS", correspondence_type="none")
    draft = changed(start(Source(contact=firm)), interaction_template_code="CALL")
    assert (draft.cost_lcy, draft.duration_min, draft.information_flow, draft.initiated_by) == (8, 15, "outbound", "us")
    assert draft.interaction_group_code == "TALKS"
    draft = changed(draft, interaction_template_code="MEET")
    assert (draft.cost_lcy, draft.duration_min, draft.information_flow, draft.initiated_by) == (0, 0, "none", "none")
    assert (draft.campaign_target, draft.campaign_response, draft.correspondence_type) == (True, True, "hard_copy")


def test_values_sent_with_the_template_stay() -> None:  # I-28
    template("CALL", unit_cost_lcy=8, unit_duration_min=15)
    draft = changed(
        start(Source(contact=make_company(name="Fjordkraft AS"))), duration_min=40, interaction_template_code="CALL"
    )
    assert (draft.cost_lcy, draft.duration_min) == (8, 40)


def test_the_description_is_the_templates_until_it_is_typed() -> None:  # I-29
    template("CALL", description="A call")
    template("MEET", description="A meeting")
    firm = make_company(name="Fjordkraft AS")
    typed = changed(start(Source(contact=firm)), description="Spring prices")
    assert changed(typed, interaction_template_code="CALL").description == "Spring prices"
    draft = changed(start(Source(contact=firm)), interaction_template_code="CALL")
    assert draft.description == "A call"
    assert changed(draft, interaction_template_code="MEET").description == "A meeting"


def test_the_campaign_comes_and_goes_with_the_template() -> None:  # I-30
    template("CALL", campaign_no="CP1")
    template("MEET")
    firm = make_company(name="Fjordkraft AS")
    with pretended("campaign", CP1="Spring", CP2="Autumn"):
        draft = changed(start(Source(contact=firm)), interaction_template_code="CALL")
        assert (draft.campaign_no, draft.campaign_description) == ("CP1", "Spring")
        assert changed(draft, interaction_template_code="MEET").campaign_no == ""
        own = changed(changed(draft, interaction_template_code="CALL"), campaign_no="CP2")
        assert changed(own, interaction_template_code="MEET").campaign_no == "CP2"
        fixed = start(Source(contact=firm, campaign_no="CP2"))
        assert changed(fixed, interaction_template_code="CALL").campaign_no == "CP2"


def test_language_file_and_word_template_come_from_the_variant() -> None:  # I-31, I-32
    template("CALL", word_template_code=word_template("OWN").code)
    nb = variant("CALL", "NB", "Hei")
    firm = speaks(make_company(name="Fjordkraft AS"), "NB")
    draft = changed(start(Source(contact=firm)), interaction_template_code="CALL")
    assert (draft.interaction_language_code, draft.attachment_id) == ("NB", nb.attachment_id)
    assert draft.word_template_code is None
    other = changed(start(Source(contact=make_company(name="Sjømat AS"))), interaction_template_code="CALL")
    assert (other.interaction_language_code, other.attachment_id, other.word_template_code) == (None, None, "OWN")


@pytest.mark.parametrize(
    ("ignores", "default", "wish", "sendable", "expected"),
    [
        (True, "none", "email", True, "none"),
        (True, "hard_copy", "email", False, "hard_copy"),
        (False, "email", "none", False, "email"),
        (False, "email", "hard_copy", False, "hard_copy"),
        (False, "none", "hard_copy", True, "hard_copy"),
        (False, "none", "hard_copy", False, "none"),
        (False, "none", "none", True, "none"),
    ],
)
def test_how_it_reaches_the_contact(
    ignores: bool, default: str, wish: str, sendable: bool, expected: str
) -> None:  # I-33
    kind = InteractionTemplate(ignore_contact_correspondence_type=ignores, correspondence_type_default=default)
    contact = Contact(correspondence_type=wish)
    assert correspondence_type(kind, contact, sendable=sendable) == expected


def test_noting_a_meeting_demands_no_letter() -> None:  # I-33
    template("MEET")
    firm = make_company(name="Fjordkraft AS", correspondence_type="hard_copy")
    draft = changed(start(Source(contact=firm)), interaction_template_code="MEET")
    assert draft.correspondence_type == "none"
    template("LETTER")
    variant("LETTER", None, "Dear")
    assert changed(draft, interaction_template_code="LETTER").correspondence_type == "hard_copy"


def test_a_language_needs_a_template_and_a_variant() -> None:  # I-34
    template()
    Language.objects.get_or_create(code="FI")
    letter = word_template()
    nb = variant("MEET", "NB", "Hei", word_template_code=letter.code)
    draft = start(Source(contact=make_company(name="Fjordkraft AS")))
    assert refusal_of(lambda: changed(draft, interaction_language_code="NB")).code == "template_required"
    draft = changed(draft, interaction_template_code="MEET")
    error = refusal_of(lambda: changed(draft, interaction_language_code="FI"))
    assert error.code == "language_variant_missing"
    draft = changed(draft, interaction_language_code="NB")
    assert (draft.attachment_id, draft.word_template_code) == (nb.attachment_id, "LETTER")
    draft = changed(draft, interaction_language_code=None)
    assert (draft.attachment_id, draft.word_template_code) == (None, None)


def test_another_date_has_its_own_address() -> None:  # I-35
    person = make_person(name="Kari Nordmann")
    summer, other = (ContactAltAddress.objects.create(contact=person, code=code) for code in ("SUMMER", "OTHER"))
    ContactAltAddressPeriod.objects.create(contact=person, alt_address=summer, starting_date=dt.date(2026, 6, 1))
    with acting(work_date=dt.date(2026, 1, 15)):
        draft = start(Source(contact=person))
    assert draft.contact_alt_address_id is None
    assert changed(draft, date=dt.date(2026, 7, 1)).contact_alt_address_id == summer.pk
    by_hand = changed(draft, contact_alt_address_id=other.pk)
    assert changed(by_hand, date=dt.date(2026, 7, 2)).contact_alt_address_id == other.pk


def test_cost_and_duration_are_free_but_never_negative() -> None:  # I-36
    draft = start(Source())
    draft = changed(draft, cost_lcy=12, duration_min=90)
    assert (draft.cost_lcy, draft.duration_min) == (12, 90)
    refusal_of(lambda: changed(draft, cost_lcy=-1))
    refusal_of(lambda: changed(draft, duration_min=-1))


def test_opportunities_are_those_of_the_company_and_salesperson() -> None:  # I-37
    firm, person = firm_with_person()
    vocabulary()
    draft = start(Source(contact=person, salesperson_code="PS"))
    assert drafting.opportunities(draft) == []
    with pretended("opportunity", OP1="New roof") as room:
        assert list(drafting.opportunities(draft)) == [("OP1", "New roof")]
        assert room.asked == (firm.pk, "PS")


def test_what_a_wizard_is_opened_for_exists() -> None:  # I-21
    for name in ("contact_no", "salesperson_code", "opportunity_no"):
        assert refusal_of(lambda name=name: source_of({name: "NONE"})).code in ("contact_not_found", "not_found")


def test_a_wizard_left_open_is_found_again_by_its_user() -> None:  # I-21
    firm, person = firm_with_person()
    with acting(user_name="anne", cache={}):
        draft = start(Source(contact=person))
        assert drafting.open_draft(Source(contact=person)) == draft
        assert drafting.open_draft(Source(contact=firm)) is None
    with acting(user_name="bo", cache={}):
        assert drafting.open_draft(Source(contact=person)) is None
        assert refusal_of(lambda: drafting.enter(draft, {"description": "Mine"})).code == "record_gone"
