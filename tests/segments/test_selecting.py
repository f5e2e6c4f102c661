"""Who is selected: filters over contacts and what hangs on them, expansions, exclusions, and mistakes in filters."""

from __future__ import annotations

import datetime as dt
import uuid
from typing import Any

import pytest

from tests.interactions.making import logged, said
from tests.segments.making import make_company, make_person, make_segment, on
from tuttava.contacts.models import (
    BusinessRelation,
    Contact,
    ContactBusinessRelation,
    ContactIndustryGroup,
    ContactJobResponsibility,
    ContactMailingGroup,
    IndustryGroup,
    JobResponsibility,
    MailingGroup,
)
from tuttava.foundation import records
from tuttava.foundation.context import acting
from tuttava.foundation.errors import DomainError
from tuttava.interactions.logging_core import log_interactions
from tuttava.interactions.models import InteractionLogEntry
from tuttava.partners.models import Customer
from tuttava.segments import steps
from tuttava.segments.criteria_log import Options
from tuttava.segments.selecting import selected
from tuttava.trade.models import PostedDocument, ValueEntry

pytestmark = pytest.mark.usefixtures("company")


@pytest.fixture
def aas() -> Contact:
    return make_company(name="Aas AS", city="Oslo")


@pytest.fixture
def kari(aas: Contact) -> Contact:
    return make_person(name="Kari Li", company_no=aas.no, city="Bergen")


@pytest.fixture
def berg() -> Contact:
    return make_company(name="Berg AS", city="Oslo")


def _found(filters: dict[str, Any]) -> list[str]:
    return sorted(selected(filters).values_list("name", flat=True))


def _in_group(contact: Contact, code: str) -> None:
    MailingGroup.objects.get_or_create(code=code)
    ContactMailingGroup.objects.create(contact=contact, mailing_group_code=code)


def _related(contact: Contact, code: str, **values: Any) -> None:
    BusinessRelation.objects.get_or_create(code=code)
    ContactBusinessRelation.objects.create(contact=contact, business_relation_code=code, **values)


def _customer(contact: Contact) -> Customer:
    """The customer that a company is."""
    made = Customer.objects.create(no=f"C{contact.no}", name=contact.name)
    _related(contact, "CUST", link_to_table="customer", linked_id=made.pk, linked_no=made.no)
    return made


def _sold(buyer: Customer, item: str, document: str, to: Contact | None = None) -> None:
    """An item sold on an invoice, which names somebody."""
    number = ValueEntry.objects.count() + 1
    values = {"customer": buyer, "posting_date": dt.date(2026, 3, 2)}
    ValueEntry.objects.create(entry_no=number, source_type="customer", item_no=item, document_no=document, **values)
    PostedDocument.objects.create(kind="sales_invoice", no=document, billing_contact=to, **values)


def test_all_filters_must_be_met_and_one_row_of_each_is_enough(
    aas: Contact, kari: Contact, berg: Contact
) -> None:  # S-40
    for contact, code in ((aas, "NEWS"), (aas, "FAIR"), (kari, "NEWS"), (berg, "FAIR")):
        _in_group(contact, code)
    news = {"mailingGroup": {"mailingGroupCode": "NEWS"}}
    assert _found(news) == ["Aas AS", "Kari Li"]
    assert _found({**news, "contact": {"city": "Oslo"}}) == ["Aas AS"]
    assert _found({"mailingGroup": {"mailingGroupCode": "NEWS|FAIR"}}) == ["Aas AS", "Berg AS", "Kari Li"]
    assert _found({"contact": {"city": "Oslo", "name": "B*"}}) == ["Berg AS"]
    assert _found({**news, "jobResponsibility": {}}) == ["Aas AS", "Kari Li"]


@pytest.mark.parametrize(
    ("text", "names"),
    [
        ("Aas AS", ["Aas AS"]),
        ("<>Aas AS", ["Berg AS", "Kari Li"]),
        ("@*as*", ["Aas AS", "Berg AS"]),
        ("*Li|B*", ["Berg AS", "Kari Li"]),
        ("A*&*AS", ["Aas AS"]),
        ("B..Z", ["Berg AS", "Kari Li"]),
        ("..B", ["Aas AS"]),
        ("''", []),
        ("????? AS", []),
    ],
)
def test_expressions_say_what_is_wanted(  # S-40
    aas: Contact, kari: Contact, berg: Contact, text: str, names: list[str]
) -> None:
    assert _found({"contact": {"name": text}}) == names


def test_what_belongs_to_the_contact_itself_and_what_to_its_company(  # S-41
    aas: Contact, kari: Contact, berg: Contact
) -> None:
    JobResponsibility.objects.get_or_create(code="SIGNS")
    ContactJobResponsibility.objects.create(contact=kari, job_responsibility_code="SIGNS")
    assert _found({"jobResponsibility": {"jobResponsibilityCode": "SIGNS"}}) == ["Kari Li"]
    _in_group(aas, "NEWS")
    assert _found({"mailingGroup": {"mailingGroupCode": "NEWS"}}) == ["Aas AS"]
    IndustryGroup.objects.get_or_create(code="FISH")
    ContactIndustryGroup.objects.create(contact=aas, industry_group_code="FISH")
    assert _found({"industryGroup": {"industryGroupCode": "FISH"}}) == ["Aas AS", "Kari Li"]
    _related(aas, "BANK")
    assert _found({"businessRelation": {"businessRelationCode": "BANK"}}) == ["Aas AS", "Kari Li"]


def test_interactions_select_exactly_whom_they_were_with(aas: Contact, kari: Contact) -> None:  # S-41
    logged(kari, description="Fair")
    assert _found({"interactionLogEntry": {"description": "Fair"}}) == ["Kari Li"]
    logged(aas, description="Fair")
    assert _found({"interactionLogEntry": {"description": "Fair"}}) == ["Aas AS", "Kari Li"]


def test_canceled_and_postponed_interactions_count_only_where_they_are_named(
    aas: Contact, berg: Contact
) -> None:  # S-41
    InteractionLogEntry.objects.filter(pk=logged(aas).pk).update(canceled=True)
    log_interactions([said(berg)], postponed=True)
    talks = {"interactionGroupCode": "TALKS"}
    assert _found({"interactionLogEntry": talks}) == []
    assert _found({"interactionLogEntry": {**talks, "canceled": "true"}}) == ["Aas AS"]


def test_value_entries_select_companies_and_the_people_their_documents_name(  # S-42
    aas: Contact, kari: Contact, berg: Contact
) -> None:
    bo = make_person(name="Bo Dal", company_no=aas.no)
    ours, theirs = _customer(aas), _customer(berg)
    _sold(ours, "FISH", "F1", kari)
    _sold(ours, "CHIPS", "F2", bo)
    assert _found({"valueEntry": {"itemNo": "FISH"}}) == ["Aas AS", "Kari Li"]
    assert _found({"valueEntry": {"itemNo": "CHIPS"}}) == ["Aas AS", "Bo Dal"]
    # A document of another company names nobody here.
    _sold(theirs, "CAKE", "F3", bo)
    _sold(ours, "CAKE", "F4", kari)
    assert _found({"valueEntry": {"itemNo": "CAKE"}}) == ["Aas AS", "Berg AS", "Kari Li"]


def test_value_entries_look_at_the_relations_that_are_asked_for(aas: Contact, berg: Contact) -> None:  # S-42
    _sold(_customer(aas), "FISH", "F1")
    fish = {"valueEntry": {"itemNo": "FISH"}}
    assert _found({**fish, "businessRelation": {"businessRelationCode": "CUST"}}) == ["Aas AS"]
    _related(aas, "BANK")
    assert _found({**fish, "businessRelation": {"businessRelationCode": "BANK"}}) == []


def test_relations_to_other_things_never_lead_to_value_entries(aas: Contact, berg: Contact) -> None:  # S-42
    _sold(_customer(aas), "FISH", "F1")
    _related(berg, "BANK", link_to_table="bank_account", linked_id=uuid.uuid4())
    assert _found({"valueEntry": {"itemNo": "FISH"}}) == ["Aas AS"]


def test_companies_and_their_people_come_along(aas: Contact, kari: Contact, berg: Contact) -> None:  # S-43
    make_person(name="Bo Dal", company_no=aas.no)
    alone = make_person(name="Ole Moen")
    chosen = {"contact": {"name": "Kari*|Ole*"}}
    for options, names in (
        (Options(), ["Ole Moen", "Kari Li"]),
        (Options(expand_companies=True), ["Ole Moen", "Aas AS", "Bo Dal", "Kari Li"]),
        (Options(allow_related_companies=True), ["Ole Moen", "Aas AS", "Kari Li"]),
        (Options(expand_companies=True, allow_related_companies=True), ["Ole Moen", "Aas AS", "Bo Dal", "Kari Li"]),
    ):
        segment = make_segment()
        steps.add_contacts(segment, chosen, options)
        assert on(segment) == names
    assert alone.company_id is None


def test_the_excluded_are_dropped_after_the_expansions_one_by_one(aas: Contact, kari: Contact) -> None:  # S-44
    records.change(aas, {"exclude_from_segment": True})
    chosen = {"contact": {"name": "Aas*"}}
    segment = make_segment()
    counts = steps.add_contacts(segment, chosen, Options(expand_companies=True))
    assert on(segment) == ["Kari Li"]
    assert (counts.selected, counts.added, counts.skipped_excluded, counts.skipped_blocked) == (2, 1, 1, 0)
    other = make_segment()
    steps.add_contacts(other, chosen, Options(ignore_exclusion=True))
    assert on(other) == ["Aas AS"]


def test_the_blocked_and_minors_without_consent_never_come(aas: Contact, kari: Contact, berg: Contact) -> None:  # S-44
    child, allowed = make_person(name="Mia"), make_person(name="Nora")
    Contact.objects.filter(pk__in=[child.pk, allowed.pk]).update(minor=True)
    Contact.objects.filter(pk=allowed.pk).update(parental_consent_received=True)
    Contact.objects.filter(pk=kari.pk).update(privacy_blocked=True)
    segment = make_segment()
    counts = steps.add_contacts(segment, {"contact": {"name": "*"}}, Options(ignore_exclusion=True))
    assert on(segment) == ["Nora", "Aas AS", "Berg AS"]
    assert (counts.selected, counts.skipped_excluded, counts.skipped_blocked) == (5, 2, 2)


@pytest.mark.parametrize(
    ("filters", "field", "place"),
    [
        ({"contact": {"nmae": "x"}}, "nmae", 1),
        ({"contact": {"name": "a..b..c"}}, "name", 5),
        ({"contact": {"name": "Aas|'Berg"}}, "name", 5),
        ({"contact": {"type": "Robot"}}, "type", 1),
        ({"weather": {"sun": "yes"}}, "weather", 1),
        ({"interactionLogEntry": {"date": "tomorrow-ish"}}, "interactionLogEntries.date", 1),
        ({"mailingGroup": {"mailingGroupCode": "|NEWS"}}, "contactMailingGroups.mailingGroupCode", 1),
    ],
)
def test_a_bad_filter_names_its_field_and_place(filters: dict[str, Any], field: str, place: int) -> None:  # S-40
    for work in (steps.add_contacts, steps.reduce_contacts, steps.refine_contacts):
        with pytest.raises(DomainError) as refused:
            work(make_segment(), filters)
        assert (refused.value.code, refused.value.field) == ("bad_filter", field)
        assert f"(position {place})" in str(refused.value.message)


def test_relative_dates_count_from_when_the_step_is_gone_through(aas: Contact, berg: Contact) -> None:  # S-40
    logged(aas, date=dt.date(2026, 3, 20))
    logged(berg, date=dt.date(2026, 6, 20))
    lately = {"interactionLogEntry": {"date": "workdate-1M.."}}
    for day, names in ((dt.date(2026, 4, 1), ["Aas AS", "Berg AS"]), (dt.date(2026, 7, 1), ["Berg AS"])):
        with acting(work_date=day):
            assert _found(lately) == names
    with acting(work_date=dt.date(2026, 9, 1)):
        assert _found(lately) == []
