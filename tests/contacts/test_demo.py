"""The register of a demo company."""

from __future__ import annotations

import phonenumbers
import pytest

from tuttava.contacts import demo
from tuttava.contacts.models import (
    Contact,
    ContactAltAddress,
    ContactBusinessRelation,
    ContactIndustryGroup,
    ContactJobResponsibility,
    ContactMailingGroup,
)
from tuttava.contacts.salutations import salutation
from tuttava.foundation.models import CommentLine, JournalChange
from tuttava.partners import defaults as partners

pytestmark = pytest.mark.usefixtures("company")


@pytest.fixture(autouse=True)
def _demo(company: object) -> None:
    partners.fill_new_company(setup_data="demo", language="en", country="NO")
    demo.create_demo_contacts()


def test_demo_is_a_believable_register() -> None:  # section 8
    companies = Contact.objects.filter(type="company")
    people = Contact.objects.filter(type="person")
    assert companies.count() == 120 and 350 <= people.count() <= 450
    assert people.filter(company=None).count() >= 15
    assert not people.exclude(company=None).filter(company_name="").exists()
    for link in (ContactIndustryGroup, ContactBusinessRelation, ContactJobResponsibility, ContactMailingGroup):
        assert link._default_manager.count() > 50, link
    assert ContactAltAddress.objects.count() == 19 and CommentLine.objects.count() == 40
    assert people.filter(minor=True, privacy_blocked=True).exists()


def test_demo_went_through_the_rules() -> None:  # section 8
    contacts = list(Contact.objects.all())
    assert all(contact.no.startswith("CT") and contact.last_modified_at for contact in contacts)
    assert all(contact.search_text for contact in contacts)
    assert {contact.contact_business_relation for contact in contacts} == {"none", "other"}
    employee = next(contact for contact in contacts if contact.is_person and contact.company_id)
    assert employee.company is not None and employee.address == employee.company.address
    assert employee.first_name and employee.surname and salutation(employee)
    assert JournalChange.objects.filter(record_id=employee.pk, operation="I").exists()


def test_demo_reaches_nobody_real() -> None:  # section 8
    for contact in Contact.objects.all():
        assert contact.email.endswith(".example") and (not contact.home_page or contact.home_page.endswith(".example"))
        for number in (contact.phone_no_normalised, contact.mobile_phone_no_normalised):
            assert not number or phonenumbers.is_possible_number(phonenumbers.parse(number))
    names = Contact.objects.values_list("name", flat=True)
    assert len(set(names)) == len(names)


def test_demo_is_the_same_every_time() -> None:  # section 8
    first = list(Contact.objects.order_by("no").values_list("name", "city", "phone_no"))
    count = len(first)
    demo.create_demo_contacts()
    again = list(Contact.objects.order_by("no").values_list("name", "city", "phone_no"))[count:]
    assert again == first
