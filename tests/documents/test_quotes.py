"""Quotes of contacts: whose address and name they carry, and what happens once there is a customer (B-89 to B-94)."""

from __future__ import annotations

import pytest

from tests.documents import making
from tuttava.contacts.models import Contact, ContactBusinessRelation
from tuttava.documents.converting import make_order
from tuttava.documents.models import Area, Document, DocumentType
from tuttava.documents.quotes import create_quote
from tuttava.foundation import records
from tuttava.foundation.context import acting, current
from tuttava.foundation.errors import QuestionsPending
from tuttava.partners.models import Customer, CustomerTemplate, Salesperson
from tuttava.relations.creating import create_as

pytestmark = pytest.mark.usefixtures("company")


def template(code: str, **values: object) -> CustomerTemplate:
    return records.create(CustomerTemplate, {"code": code, "contact_type": "company", **values})


def quote_for(contact: Contact, template_code: str | None = None) -> Document:
    values = {"account_contact_id": contact.pk, "customer_template_code": template_code}
    return records.create(Document, values, given={"area": Area.SALES, "document_type": DocumentType.QUOTE})


def warnings() -> list[str]:
    return [str(message.text) for message in current().messages if message.code == "quotes.other_template"]


def test_quotes_meant_for_another_template_are_listed() -> None:  # B-90
    hub = making.company()
    template("EAST", country_code="SE"), template("WEST", country_code="NL")
    same, other, none = quote_for(hub, "EAST"), quote_for(hub, "WEST"), quote_for(hub)
    with acting(messages=[]):
        create_as(hub, "customer", template_code="EAST")
        (told,) = warnings()
    assert other.no in told and none.no in told and same.no not in told
    for quote in (same, other, none):
        quote.refresh_from_db()
        assert quote.customer is not None and quote.customer_template_code is None


def test_reviewing_those_quotes_is_asked_for() -> None:  # B-90
    hub = making.company()
    template("EAST", country_code="SE")
    quote_for(hub)
    with acting(interactive=True, answers={}), pytest.raises(QuestionsPending) as asked:
        create_as(hub, "customer", template_code="EAST")
    assert [(each.code, each.default) for each in asked.value.questions] == [("q_review_quotes", "yes")]


def test_without_template_no_quote_is_listed() -> None:  # B-90
    hub = making.company()
    template("WEST", country_code="NL")
    quote_for(hub, "WEST")
    with acting(messages=[]):
        create_as(hub, "customer", use_template=False)
        assert not warnings()


def test_quotes_of_a_standalone_person_alone_are_handed_over() -> None:  # B-42, B-89
    who, other = making.person(name="Ada"), making.person(name="Bo")
    mine, theirs = quote_for(who), quote_for(other)
    buyer = create_as(who, "customer", use_template=False)
    mine.refresh_from_db(), theirs.refresh_from_db()
    assert (mine.customer_id, theirs.customer_id) == (buyer.pk, None)


def test_quote_of_a_person_carries_its_reach_and_the_address_of_the_company() -> None:  # B-91
    hub = making.company(city="Bergen", address="Bryggen 1")
    who = making.person(hub, email="kari@fjord.example", phone_no="55 00 00 01", city="Voss")
    making.customer(hub)
    made = create_quote(who, Area.SALES)
    assert (made.e_mail, made.phone_no, made.city) == ("kari@fjord.example", "55 00 00 01", "Bergen")


def test_customer_may_want_quotes_at_the_address_of_the_person() -> None:  # B-91
    hub = making.company(city="Bergen", address="Bryggen 1")
    who = making.person(hub, city="Voss", address="Vangsgata 3")
    records.change(making.customer(hub), {"copy_address_to_quote_from": "person"})
    made = create_quote(who, Area.SALES)
    assert (made.city, made.address, made.name) == ("Voss", "Vangsgata 3", "Fjord AS")


def test_salesperson_of_the_contact_is_that_of_the_quote() -> None:  # B-91, I-131
    records.create(Salesperson, {"code": "QQ", "name": "Quinn"})
    made = create_quote(making.person(making.company(salesperson_code="QQ"), salesperson_code="QQ"), Area.SALES)
    assert made.salesperson_code == "QQ"


def test_the_only_fitting_template_is_proposed() -> None:  # B-92
    hub = making.company(country_code="SE")
    template("EAST", country_code="SE"), template("WEST", country_code="NL")
    assert create_quote(hub, Area.SALES).customer_template_code == "EAST"


def test_order_of_a_quote_creates_its_customer_when_that_is_wanted() -> None:  # B-93
    hub = making.company()
    template("EAST", country_code="SE")
    quote = quote_for(hub, "EAST")
    making.line(quote)
    with acting(interactive=True, answers={}), pytest.raises(QuestionsPending) as asked:
        make_order(quote)
    assert [each.code for each in asked.value.questions] == ["q_create_customer"]
    order = make_order(quote, create_customer=True)
    assert order.customer == Customer.objects.get() and order.lines.count() == 1


def test_person_is_called_by_its_name() -> None:  # B-94
    hub = making.company()
    making.customer(hub)
    assert create_quote(making.person(hub), Area.SALES).contact_name == "Kari Nordmann"


def test_company_is_called_by_the_primary_contact_of_its_customer() -> None:  # B-94
    hub = making.company()
    who, buyer = making.person(hub), making.customer(hub)
    records.change(buyer, {"primary_contact_id": who.pk})
    assert create_quote(hub, Area.SALES).contact_name == "Kari Nordmann"


def test_company_without_customer_names_nobody() -> None:  # B-94
    assert create_quote(making.company(), Area.SALES).contact_name == ""


def test_contact_linked_several_times_is_accepted_by_one_of_its_links() -> None:  # B-94
    hub = making.company()
    who = making.person(hub)
    first, second = making.customer(hub), making.customer(making.company("Berg AS"))
    ContactBusinessRelation.objects.filter(linked_id=second.pk).update(contact=who, business_relation="PROS")
    for buyer in (first, second):
        assert making.document(customer_id=buyer.pk, account_contact_id=who.pk).customer_id == buyer.pk


def test_purchase_quotes_are_handed_over_to_the_vendor_of_their_contact() -> None:  # B-89
    hub = making.company()
    quote = create_quote(making.person(hub), Area.PURCHASE)
    seller = create_as(hub, "vendor", use_template=False)
    quote.refresh_from_db()
    assert quote.vendor_id == quote.paying_vendor_id == seller.pk
