"""Quotes from a contact, and documents on the cards of customers and contacts."""

from __future__ import annotations

import pytest
from django.test import Client

from tests.documents import making
from tests.relations.pages import JSON, administrator
from tuttava.documents.lifecycle import release
from tuttava.documents.models import Area, Document, DocumentType
from tuttava.documents.quotes import create_quote
from tuttava.foundation import records
from tuttava.foundation.context import acting
from tuttava.foundation.directory.models import Company
from tuttava.foundation.errors import DomainError
from tuttava.partners.models import CustomerTemplate
from tuttava.relations.creating import create_as

pytestmark = pytest.mark.usefixtures("company")


@pytest.fixture
def client(company: Company) -> Client:
    return administrator(company)


@pytest.fixture
def base(company: Company) -> str:
    return f"/c/{company.slug}"


def test_contact_card_makes_a_quote_and_opens_it(client: Client, base: str) -> None:  # B-91
    hub = making.company()
    making.customer(hub)
    who = making.person(hub)
    done = client.post(f"{base}/contacts/{who.pk}/sales-quote", headers=JSON).json()
    quote = Document.objects.get()
    assert (quote.document_type, quote.account_contact_id, quote.name) == (DocumentType.QUOTE, who.pk, "Fjord AS")
    assert done["redirect"].endswith(str(quote.pk))


def test_contact_of_nobody_is_asked_for_a_template(client: Client, base: str) -> None:  # B-92
    hub = making.company()
    records.create(CustomerTemplate, {"code": "EAST", "contact_type": "company", "country_code": "SE"})
    asked = client.post(f"{base}/contacts/{hub.pk}/sales-quote", headers=JSON)
    assert asked.status_code == 409 and "template" in asked.json()["ask"]
    client.post(f"{base}/contacts/{hub.pk}/sales-quote", {"answer:q_choose_template": "no"}, headers=JSON)
    assert Document.objects.get().customer_id is None


def test_privacy_blocked_contact_gets_no_quote() -> None:  # B-91
    hub = making.company()
    records.change(hub, {"privacy_blocked": True})
    hub.refresh_from_db()
    with pytest.raises(DomainError) as refused:
        create_quote(hub, Area.SALES)
    assert refused.value.code == "contact.privacy_blocked"


def test_quote_is_handed_over_once_its_contact_is_a_customer() -> None:  # B-89
    hub = making.company()
    quote = create_quote(making.person(hub), Area.SALES)
    customer = create_as(hub, "customer", use_template=False)
    quote.refresh_from_db()
    assert quote.customer_id == quote.paying_customer_id == customer.pk and not quote.customer_template_code


def test_quotes_of_other_companies_stay_as_they_are() -> None:  # B-89
    other = create_quote(making.company("Berg AS"), Area.SALES)
    create_as(making.company(), "customer", use_template=False)
    other.refresh_from_db()
    assert other.customer_id is None


def test_releasing_unattended_creates_no_customer() -> None:  # B-93
    quote = create_quote(making.company(), Area.SALES)
    making.line(quote)
    with acting(interactive=False), pytest.raises(DomainError) as refused:
        release(quote)
    assert refused.value.code == "account_required"


def test_documents_stand_on_the_cards_of_customer_and_contact(client: Client, base: str) -> None:
    hub = making.company()
    buyer = making.customer(hub)
    order = making.document(customer_id=buyer.pk)
    assert order.no in client.get(f"{base}/customers/{buyer.pk}").content.decode()
    assert order.no in client.get(f"{base}/contacts/{hub.pk}").content.decode()


def test_setup_page_says_what_is_archived(client: Client, base: str) -> None:  # I-138
    shown = client.get(f"{base}/setup/documents").content.decode()
    assert "Archive sales quotes" in shown and "S-ORD" in shown
