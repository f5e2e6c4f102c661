"""Company or person, and changing between them (C-5, C-8 to C-14, C-81)."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import pytest

from tests.contacts.register import change, firm, fresh, person, setup
from tests.contacts.test_company import code_of, in_the_way
from tuttava.contacts.actions import change_type
from tuttava.contacts.blockers import Situation
from tuttava.contacts.models import (
    BusinessRelation,
    Contact,
    ContactBusinessRelation,
    ContactIndustryGroup,
    ContactJobResponsibility,
    ContactWebSource,
    IndustryGroup,
    JobResponsibility,
    OrganizationalLevel,
    Salutation,
    WebSource,
)
from tuttava.contacts.rules.types import type_change_blockers
from tuttava.contacts.signals import company_checked, company_unchecked
from tuttava.foundation.errors import DomainError
from tuttava.foundation.models import Currency

pytestmark = pytest.mark.usefixtures("company")


@contextmanager
def heard_checks() -> Iterator[list[tuple[str, str]]]:
    heard: list[tuple[str, str]] = []

    def checked(companies: list[Contact], **_signal: Any) -> None:
        heard.extend(("checked", company.no) for company in companies)

    def unchecked(contacts: list[Contact], **_signal: Any) -> None:
        heard.extend(("unchecked", contact.no) for contact in contacts)

    company_checked.connect(checked)
    company_unchecked.connect(unchecked)
    try:
        yield heard
    finally:
        company_checked.disconnect(checked)
        company_unchecked.disconnect(unchecked)


def test_new_company_is_its_own_company() -> None:  # C-8
    company = firm(initials="A", job_title="Boss")
    assert (company.company_id, company.company_no, company.company_name) == (company.pk, company.no, "Fjord AS")
    assert (company.lookup_contact_no, company.salutation_code) == ("", "COMPANY")
    assert (company.initials, company.job_title) == ("", "")


def test_typed_salutation_of_a_company_stays() -> None:  # C-8
    assert firm(salutation_code="F-JOB").salutation_code == "F-JOB"


def test_new_person_has_its_own_look_up_number() -> None:  # C-9
    anna = person()
    assert (anna.lookup_contact_no, anna.company_no, anna.salutation_code) == (anna.no, "", "UNISEX")


def test_company_becomes_a_person_with_split_name() -> None:  # C-9, C-10
    anna = change_type(firm(name="Anna Maria Berg"), "person")
    assert (anna.first_name, anna.middle_name, anna.surname, anna.name) == ("Anna", "Maria", "Berg", "Anna Maria Berg")
    assert (anna.company_id, anna.company_no, anna.company_name) == (None, "", "")
    assert (anna.lookup_contact_no, anna.salutation_code) == (anna.no, "UNISEX")


def test_person_becomes_a_company_without_personal_data() -> None:  # C-8, C-10
    anna = person(firm(), initials="AB", job_title="Boss")
    company = change_type(anna, "company")
    assert not any((company.first_name, company.surname, company.initials, company.job_title))
    assert (company.company_id, company.company_no, company.company_name) == (company.pk, company.no, "Anna Berg")
    assert (company.lookup_contact_no, company.salutation_code) == ("", "COMPANY")


def test_salutation_somebody_chose_survives_becoming_a_company() -> None:  # C-8
    assert change_type(person(salutation_code="F-JOB"), "company").salutation_code == "F-JOB"


def test_there_and_back_leaves_no_company_default_on_a_person() -> None:  # C-10
    anna = change_type(change_type(person(), "company"), "person")
    assert (anna.salutation_code, anna.surname) == ("UNISEX", "Berg")


def test_type_and_company_can_change_in_one_request() -> None:  # C-10
    company = firm()
    anna = change(firm(name="Anna Berg"), type="person", company_no=company.no)
    assert (anna.company_id, anna.surname) == (company.pk, "Berg")


@pytest.mark.parametrize("kind", ["interactions", "tasks", "opportunities"])
def test_history_keeps_the_type(kind: str) -> None:  # C-11
    anna = person()
    with in_the_way(Situation.CHANGE_TYPE, f"contact.type.has_{kind}", anna.pk):
        assert code_of(lambda: change_type(anna, "company")) == f"contact.type.has_{kind}"
    assert change_type(anna, "company").type == "company"


def test_personal_codes_keep_a_person() -> None:  # C-12
    anna = person(organizational_level=OrganizationalLevel.objects.all()[0])
    ContactJobResponsibility.objects.create(contact=anna, job_responsibility=JobResponsibility.objects.all()[0])
    assert [blocker.code for blocker in type_change_blockers(anna)] == [
        "contact.type.has_org_level",
        "contact.type.has_job_responsibilities",
    ]
    assert code_of(lambda: change_type(anna, "company")) == "contact.type.has_org_level"


def test_everything_that_keeps_a_company_is_reported_at_once_in_order() -> None:  # C-11, C-13
    Currency.objects.get_or_create(code="EUR")
    company = firm(currency="EUR", vat_registration_no="NO123456785MVA", registration_number="123")
    person(company)
    ContactBusinessRelation.objects.create(contact=company, business_relation=BusinessRelation.objects.all()[0])
    ContactIndustryGroup.objects.create(contact=company, industry_group=IndustryGroup.objects.all()[0])
    ContactWebSource.objects.create(contact=company, web_source=WebSource.objects.all()[0])
    with (
        in_the_way(Situation.CHANGE_TYPE, "contact.type.has_tasks", company.pk),
        pytest.raises(DomainError) as refused,
    ):
        change_type(company, "person")
    kinds = ["tasks", "people", "business_relations", "industry_groups", "currency", "vat_no"]
    kinds += ["registration_no", "web_sources"]
    assert [detail.code for detail in refused.value.details] == [f"contact.type.has_{kind}" for kind in kinds]
    assert refused.value.code == "contact.type.has_tasks"
    assert company.no in str(refused.value)
    assert fresh(company).type == "company"


def test_company_itself_does_not_count_among_its_people() -> None:  # C-13
    assert type_change_blockers(firm()) == []


def test_company_data_can_be_cleared_in_the_same_step() -> None:  # C-13
    company = firm(name="Anna Berg", registration_number="123")
    ContactWebSource.objects.create(contact=company, web_source=WebSource.objects.all()[0])
    anna = change_type(company, "person", clear=True, version=company.version)
    assert (anna.type, anna.registration_number, anna.contactwebsources.count()) == ("person", "", 0)


def test_refused_change_clears_nothing() -> None:  # C-13
    company = firm(registration_number="123")
    person(company)
    assert code_of(lambda: change_type(company, "person", clear=True)) == "contact.type.has_people"
    assert fresh(company).registration_number == "123"


def test_duplicates_are_checked_for_companies_and_never_for_people() -> None:  # C-10, C-81
    with heard_checks() as heard:
        company = firm()
        anna = person(company)
        change(company, fax_no="1")
        change(company, phone_no="55 10 20 30")
        change(anna, phone_no="1")
    assert heard == [("checked", company.no), ("checked", company.no)]


def test_change_of_type_enters_and_leaves_the_duplicate_index() -> None:  # C-10
    company = firm(name="Anna Berg")
    with heard_checks() as heard:
        change_type(change_type(company, "person"), "company")
    assert heard == [("unchecked", company.no), ("checked", company.no)]


def test_new_person_never_gets_the_company_salutation_of_the_setup() -> None:  # C-9, C-37
    Salutation.objects.get_or_create(code="BOTH")
    setup(default_company_salutation_code="BOTH", default_person_salutation_code=None)
    assert person().salutation_code is None
