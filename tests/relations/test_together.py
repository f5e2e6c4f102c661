"""Two people at once on the two sides of a relation, on connections of their own."""

from __future__ import annotations

import threading
from functools import partial
from typing import Any, cast

import pytest
from django.db import transaction

from tests.pictures import image
from tests.relations.parties import again, change, customer_of, firm, fresh, links, person, vendor_of
from tests.together import Elsewhere, waits
from tuttava.api.declare import STANDARD
from tuttava.api.paths import Place
from tuttava.api.writing import locked
from tuttava.contacts.models import Contact
from tuttava.foundation import records
from tuttava.foundation.errors import ChangedMeanwhile, DomainError
from tuttava.foundation.models import Picture
from tuttava.foundation.pictures import delete_picture, set_picture
from tuttava.partners.models import Customer, Vendor
from tuttava.relations.actions import create_as, link

pytestmark = pytest.mark.usefixtures("live_company")


def test_both_sides_edited_at_once_end_alike_and_never_wait_for_each_other(elsewhere: Elsewhere) -> None:  # B-55 B-61
    contact = firm()
    customer, vendor = customer_of(contact), vendor_of(contact)
    start = threading.Barrier(3)

    def edit(record: Contact | Customer, name: str) -> None:
        start.wait()
        for number in range(8):
            change(record, **{name: str(number)})

    sides = ((contact, "fax_no"), (customer, "telex_no"), (vendor, "name_2"))
    for future in [elsewhere(partial(edit, record, name)) for record, name in sides]:
        future.result(timeout=60)
    for record in (fresh(contact), again(customer), again(vendor)):
        assert (record.fax_no, record.telex_no, record.name_2) == ("7", "7", "7")


def test_pictures_set_on_all_sides_at_once_end_alike(elsewhere: Elsewhere) -> None:  # B.3
    contact = firm()
    sides: list[Contact | Customer | Vendor] = [contact, customer_of(contact), vendor_of(contact)]
    start = threading.Barrier(3)

    def draw(record: Contact | Customer | Vendor, width: int) -> None:
        start.wait()
        for number in range(1, 4):
            set_picture(record, image(size=(width, number)))
        if width == 30:
            delete_picture(record)

    for future in [elsewhere(partial(draw, record, width)) for record, width in zip(sides, (10, 20, 30), strict=True)]:
        future.result(timeout=60)
    ids = [side.pk for side in sides]
    found = {bytes(row.content) for row in Picture.objects.filter(parent_id__in=ids)}
    assert len(found) <= 1 and Picture.objects.filter(parent_id__in=ids).count() in (0, 3)


def test_second_writer_is_told_what_came_from_the_other_side() -> None:  # C-82
    contact = firm(phone_no="111")
    customer = again(customer_of(contact))
    change(contact, phone_no="222")
    with pytest.raises(ChangedMeanwhile) as refused:
        records.change(customer, {"phone_no": "333"}, version=customer.version)
    assert refused.value.theirs == {"phone_no": "222"}
    assert (fresh(contact).phone_no, again(customer).phone_no) == ("222", "222")


def test_of_many_who_create_the_customer_one_does(elsewhere: Elsewhere) -> None:  # B-22
    company = firm()
    people = [person(company) for _number in range(4)]
    before = Customer.objects.count()
    start = threading.Barrier(4)

    def create(contact: Contact) -> str:
        start.wait()
        try:
            return create_as(contact, "customer", use_template=False).no
        except DomainError as error:
            return error.code

    outcomes = [future.result(timeout=60) for future in [elsewhere(partial(create, each)) for each in people]]
    assert sorted(outcomes)[1:] == ["relation.exists"] * 3
    assert Customer.objects.count() == before + 1
    assert links(company) == [("CUST", "customer", next(each for each in outcomes if "." not in each))]


def test_of_two_contacts_linked_with_one_record_one_is(elsewhere: Elsewhere) -> None:  # B-7
    customer = customer_of(firm())
    for row in customer_relations(customer):
        records.delete(row)
    start = threading.Barrier(2)

    def connect(contact: Contact) -> str:
        start.wait()
        try:
            return link(contact, "customer", customer.no).linked_no
        except DomainError as error:
            return error.code

    outcomes = [future.result(timeout=60) for future in [elsewhere(partial(connect, firm())) for _n in range(2)]]
    assert sorted(outcomes) == sorted([customer.no, "relation.entity_taken"])


def customer_relations(customer: Customer) -> list[records.Record]:
    from tuttava.contacts.models import ContactBusinessRelation

    return list(ContactBusinessRelation.objects.filter(linked_id=customer.pk))


def test_other_side_deleted_meanwhile_is_no_obstacle(elsewhere: Elsewhere) -> None:  # B-60 B-84
    contact = firm()
    customer = customer_of(contact)
    with transaction.atomic():
        records.delete(again(customer))
        waiting = elsewhere(partial(change, contact, phone_no="444"))
        assert waits(waiting)
    assert waiting.result(timeout=60).phone_no == "444"
    assert (links(contact), fresh(contact).contact_business_relation) == ([], "none")


def test_programs_on_both_sides_never_wait_for_each_other(elsewhere: Elsewhere) -> None:  # B-55 B-61
    contact = firm()
    customer = customer_of(contact)
    start = threading.Barrier(2)
    rows = Customer.objects.filter(pk=customer.pk)
    place = Place(cast("Any", None), STANDARD.sets["customers"], rows, "customers", single=True)

    def through_the_service() -> None:
        start.wait()
        for number in range(8):
            with transaction.atomic():
                found = locked(place)
                records.change(found, {"telex_no": str(number)})

    def on_the_card() -> None:
        start.wait()
        for number in range(8):
            change(contact, fax_no=str(number))

    for future in [elsewhere(through_the_service), elsewhere(on_the_card)]:
        future.result(timeout=60)
    assert (again(customer).fax_no, fresh(contact).telex_no) == ("7", "7")
