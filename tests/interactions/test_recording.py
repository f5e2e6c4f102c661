"""Documents that are recorded by themselves."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import pytest

from tests.interactions.making import make_company, make_person, vocabulary
from tuttava.contacts.models import Contact
from tuttava.foundation import records
from tuttava.foundation.context import acting, current
from tuttava.foundation.errors import DomainError
from tuttava.interactions.models import (
    InteractionDocumentType,
    InteractionLogEntry,
    InteractionTemplate,
    InteractionTemplateLanguage,
)
from tuttava.interactions.recording import Account, event_of, record_document
from tuttava.interactions.template_setup import EVENTS, template_setup
from tuttava.mailbox.models import EmailLoggingActivity
from tuttava.partners.models import Customer

pytestmark = pytest.mark.usefixtures("company")


@pytest.fixture(autouse=True)
def _quotes(company: object) -> None:
    vocabulary()
    values = {"interaction_group_code": "TALKS", "description": "Quote", "unit_cost_lcy": 8, "unit_duration_min": 1}
    records.create(InteractionTemplate, {"code": "QUOTED", **values, "information_flow": "outbound"})
    records.change(template_setup(), {"sales_quotes": "QUOTED"})


def quote(account: Account, no: str, **more: Any) -> InteractionLogEntry | None:
    number = record_document("sales_quote", "Q1", account, no, **more)
    return InteractionLogEntry.objects.get(entry_no=number) if number else None


def test_recording_answers_the_number_or_nothing() -> None:  # I-114
    firm = make_company()
    number = record_document(
        "sales_quote",
        "Q7",
        Account.CONTACT,
        firm.no,
        occurrence=1,
        version=3,
        salesperson_code="PS",
        description="Quote Q7",
    )
    entry = InteractionLogEntry.objects.get(entry_no=number)
    assert (entry.document_no, entry.doc_no_occurrence, entry.version_no) == ("Q7", 1, 3)
    assert (entry.salesperson_code, entry.description, entry.delivery_status) == ("PS", "Quote Q7", "none")
    assert record_document("sales_quote", "Q7", Account.CONTACT, "NOBODY") == 0


@pytest.mark.parametrize("whose", ["own", "company"])
def test_documents_of_blocked_contacts_are_skipped_and_noted(whose: str) -> None:  # I-22
    firm = make_company()
    person = make_person(company_no=firm.no)
    records.change(person if whose == "own" else firm, {"privacy_blocked": True})
    with acting() as context:
        assert quote(Account.CONTACT, person.no) is None
    assert not context.messages and not InteractionLogEntry.objects.exists()
    line = EmailLoggingActivity.objects.get()
    assert person.no in line.message and "Q1" in line.message and line.level == "info"


def test_every_document_type_has_its_event() -> None:  # I-122
    documented = [each for each in InteractionDocumentType if each != InteractionDocumentType.NONE]
    assert {event_of(each) for each in documented} <= set(EVENTS)


def test_a_contact_gets_the_entry_with_the_templates_values() -> None:  # I-115, I-116
    firm = make_company()
    person = make_person(company_no=firm.no, salesperson="PS")
    entry = quote(Account.CONTACT, person.no, version=2, occurrence=1)
    assert entry is not None
    assert (entry.contact_id, entry.contact_company_id, entry.salesperson_code) == (person.pk, firm.pk, "PS")
    assert (entry.description, entry.cost_lcy, entry.duration_min) == ("Quote", Decimal(8), Decimal(1))
    assert (entry.document_type, entry.document_no, entry.doc_no_occurrence, entry.version_no) == (
        "sales_quote",
        "Q1",
        1,
        2,
    )
    assert entry.date == current().today and entry.information_flow == "outbound"


def test_a_customer_is_its_contact() -> None:  # I-115
    customer = records.create(Customer, {"no": "K1", "name": "Fjord AS"})
    entry = quote(Account.CUSTOMER, customer.no, description="Spring offer")
    assert entry is not None and entry.contact is not None
    assert entry.contact.is_company and entry.description == "Spring offer"
    assert entry.salesperson_code is None


def test_nobody_there_is_nothing_logged() -> None:  # I-115
    assert quote(Account.CUSTOMER, "NOBODY") is None
    assert quote(Account.CONTACT, "NOBODY") is None


def test_no_template_is_nothing_logged() -> None:  # I-17
    records.change(template_setup(), {"sales_quotes": ""})
    assert quote(Account.CONTACT, make_company().no) is None


def test_who_may_not_read_the_setup_records_nothing() -> None:  # I-17, I-162
    firm = make_company()
    with acting(rights=frozenset({"api.read:contacts"})):
        assert quote(Account.CONTACT, firm.no) is None


def test_who_may_not_edit_the_log_records_all_the_same() -> None:  # I-66
    firm = make_company()
    with acting(rights=frozenset({"api.read"})):
        assert quote(Account.CONTACT, firm.no) is not None


def test_templates_with_languages_do_not_record_documents() -> None:  # I-18
    InteractionTemplateLanguage.objects.create(interaction_template_code="QUOTED")
    with pytest.raises(DomainError) as refused:
        quote(Account.CONTACT, make_company().no)
    assert refused.value.code == "document_template_has_languages"


def test_email_without_an_address_is_no_correspondence() -> None:  # I-117
    InteractionTemplate.objects.filter(code="QUOTED").update(correspondence_type_default="email")
    firm = make_company()
    entry = quote(Account.CONTACT, Contact.objects.get(pk=firm.pk).no)
    assert entry is not None and entry.correspondence_type == "none"
