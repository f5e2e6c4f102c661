"""Names and addresses of blocked contacts on documents are masked for whoever may not see them (C-72)."""

from __future__ import annotations

import pytest
from django.test import Client

from tests.api.conftest import CRM, STANDARD, SignIn
from tests.documents import making
from tests.relations.pages import visitor
from tuttava.contacts.models import Contact, PersonalDataAccess
from tuttava.contacts.privacy import MASK
from tuttava.documents.archiving import archive
from tuttava.documents.models import Area, Document, DocumentArchive, DocumentType
from tuttava.documents.posting import post
from tuttava.foundation.directory.models import Company
from tuttava.trade.models import PostedDocument, PostedKind

pytestmark = pytest.mark.usefixtures("company")
LIVES = {"address": "Storgata 1", "city": "Voss", "email": "kari@nordmann.example", "phone_no": "91000000"}
TOLD = ("Kari", "Storgata", "nordmann.example", "91000000")


def blocked(*contacts: Contact) -> None:
    Contact.objects.filter(pk__in=[each.pk for each in contacts]).update(privacy_blocked=True)


def quote_for_somebody() -> Document:
    """A quote for a person who is no customer, with a version."""
    who = making.person(None, "Kari Nordmann", **LIVES)
    quote = making.document(DocumentType.QUOTE, account_contact_id=who.pk, lines=1)
    archive(quote)
    blocked(who)
    return quote


def order_with_person(area: Area = Area.SALES) -> Document:
    """An order of a company, with one of its people as the one to turn to."""
    hub = making.company("Fjord AS")
    party = {"vendor_id": making.vendor(hub).pk} if area == Area.PURCHASE else {"customer_id": making.customer(hub).pk}
    who = making.person(hub, "Kari Nordmann", **LIVES)
    return making.document(area=area, lines=1, account_contact_id=who.pk, paying_contact_id=who.pk, **party)


def test_quotes_and_versions_hide_who_they_are_for(sign_in: SignIn) -> None:  # C-72
    quote = quote_for_somebody()
    service = sign_in("CRM-EDIT", service=CRM)
    for path in (f"salesDocuments({quote.pk})", "salesDocuments", "documents", "documentArchives"):
        answer = service.get(path)
        assert answer.status == 200 and not any(each in str(answer.json) for each in TOLD), path
    found = service.get(f"salesDocuments({quote.pk})").json
    assert (found["name"], found["contactName"], found["address"]) == (MASK, MASK, MASK)
    assert (found["billToName"], found["shipToCity"], found["name2"], found["no"]) == (MASK, MASK, "", quote.no)
    assert service.get("salesDocuments?$select=city").value[0]["city"] == MASK


def test_who_has_the_right_sees_them_and_leaves_a_note(sign_in: SignIn) -> None:  # C-72
    quote = quote_for_somebody()
    service = sign_in("CRM-EDIT PRIVACY", service=CRM)
    assert service.get(f"salesDocuments({quote.pk})").json["name"] == "Kari Nordmann"
    assert PersonalDataAccess.objects.filter(contact_id=quote.account_contact_id, action="look").count() == 1


@pytest.mark.parametrize("area", [Area.SALES, Area.PURCHASE, Area.SERVICE])
def test_what_is_the_companys_stays(sign_in: SignIn, area: Area) -> None:  # C-72
    order = order_with_person(area)
    blocked(Contact.objects.get(pk=order.account_contact_id))
    found = sign_in("CRM-EDIT", service=CRM).get(f"{area}Documents({order.pk})").json
    assert (found["name"], found["contactName"], found["eMail"]) == ("Fjord AS", MASK, MASK)
    assert not any(each in str(found) for each in TOLD)


def test_posted_documents_hide_them_in_both_services(sign_in: SignIn) -> None:  # C-72
    order = order_with_person()
    post(order)
    blocked(*Contact.objects.all())
    invoice = PostedDocument.objects.get(kind=PostedKind.SALES_INVOICE)
    crm, standard = sign_in("CRM-EDIT", service=CRM), sign_in("CRM-EDIT", service=STANDARD, name="other")
    found = crm.get(f"postedDocuments({invoice.pk})").json
    assert (found["contactName"], found["billToContactName"], found["name"]) == (MASK, MASK, "Fjord AS")
    told = [standard.get(path) for path in (f"salesInvoices({invoice.pk})", "salesShipments")]
    for answer in told:
        assert answer.status == 200 and not any(each in str(answer.json) for each in TOLD)
    assert told[0].json["email"] == MASK


def test_quotes_of_the_standard_service_hide_them(sign_in: SignIn) -> None:  # C-72
    hub = making.company("Fjord AS", city="Voss")
    making.document(DocumentType.QUOTE, customer_id=making.customer(hub).pk, lines=1)
    blocked(hub)
    found = sign_in("CRM-EDIT", service=STANDARD).get("salesQuotes").value[0]
    assert (found["customerName"], found["sellToCity"], found["billToName"]) == (MASK, MASK, MASK)


def test_pages_hide_them(company: Company) -> None:  # C-72
    quote, order = quote_for_somebody(), order_with_person()
    post(order)
    blocked(*Contact.objects.all())
    version, invoice = (
        DocumentArchive.objects.get(source_id=quote.pk),
        PostedDocument.objects.get(kind=PostedKind.SALES_INVOICE),
    )
    onlooker: Client = visitor(company)
    for path in (
        *("sales-quotes/", "versions/", f"{quote.pk}", f"{quote.pk}/edit/shipping"),
        *(f"versions/{version.pk}", f"posted/{invoice.pk}"),
    ):
        answer = onlooker.get(f"/c/{company.slug}/documents/{path}", follow=True)
        assert answer.status_code == 200, path
        words = answer.content.decode()
        assert not [words[max(0, words.find(each) - 200) : words.find(each) + 50] for each in TOLD if each in words], (
            path
        )
    assert MASK in onlooker.get(f"/c/{company.slug}/documents/sales-quotes/").content.decode()
