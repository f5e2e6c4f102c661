"""Pictures travel between contacts and the records linked to them (the row "image" of B.3)."""

from __future__ import annotations

import itertools
from collections.abc import Callable

import pytest

from tests.contacts.people import contact, person
from tests.pictures import image
from tests.relations.parties import change, customer_of, employee_of, vendor_of
from tuttava.contacts.models import Contact
from tuttava.contacts.personal_data import erase_personal_data
from tuttava.contacts.relations import insert_relation
from tuttava.contacts.setup import marketing_setup
from tuttava.foundation import records
from tuttava.foundation.context import Context, acting
from tuttava.foundation.errors import PermissionDenied, QuestionsPending
from tuttava.foundation.journal import unit_of_work
from tuttava.foundation.models import JournalChange, Picture
from tuttava.foundation.pictures import delete_picture, kind_of, picture_file, pictures_of, set_picture
from tuttava.foundation.records import Record
from tuttava.foundation.undo import undo_unit
from tuttava.partners.models import BankAccount, Customer, Employee, RegisterEntry, Vendor
from tuttava.relations.actions import create_contact, differences, link
from tuttava.relations.images import take_picture

pytestmark = pytest.mark.usefixtures("company")

_numbers = itertools.count(1)


Size = tuple[int, int] | None


def linked(hub: Contact, *models: type[RegisterEntry]) -> list[RegisterEntry]:
    """New records of these registers, linked to the contact; nothing else has happened to them."""
    made = [model._default_manager.create(no=f"R{next(_numbers)}") for model in models]
    for record in made:
        insert_relation(hub, record)
    return made


def size_of(record: Record) -> Size:
    """The size by which a test tells pictures apart."""
    return pictures_of(kind_of(type(record)), [record.pk]).values_list("width", "height").first()


def two_way_employees() -> None:
    records.change(marketing_setup(), {"two_way_employees": True})


def test_picture_of_a_contact_reaches_its_records() -> None:  # B.3
    hub = contact()
    sides = linked(hub, Customer, Vendor, Employee)
    set_picture(hub, image(size=(30, 10)))
    assert [size_of(each) for each in sides] == [(30, 10)] * 3
    set_picture(hub, image(size=(10, 30)))
    assert [size_of(each) for each in sides] == [(10, 30)] * 3


@pytest.mark.parametrize("place", [0, 1])
def test_picture_of_a_record_reaches_the_contact_and_its_other_records(place: int) -> None:  # B.3
    hub = contact()
    sides = linked(hub, Customer, Vendor, Employee)
    set_picture(sides[place], image(size=(30, 10)))
    assert [size_of(each) for each in (hub, *sides)] == [(30, 10)] * 4


def test_picture_of_an_employee_reaches_its_contact_only_if_the_setup_says_so() -> None:  # B-65
    hub = person()
    (employee,) = linked(hub, Employee)
    set_picture(employee, image(size=(30, 10)))
    assert size_of(hub) is None
    two_way_employees()
    set_picture(employee, image(size=(10, 30)))
    assert size_of(hub) == (10, 30)


def test_deletion_travels_too() -> None:  # B.3
    hub = contact()
    sides = linked(hub, Customer, Vendor, Employee)
    set_picture(hub, image())
    delete_picture(sides[1])
    assert not Picture.objects.exists()
    assert [size_of(each) for each in (hub, *sides)] == [None] * 4


def test_deleted_record_leaves_the_picture_of_its_contact() -> None:  # B-83, B-84
    hub = contact()
    customer, vendor = linked(hub, Customer, Vendor)
    set_picture(hub, image())
    records.delete(customer)
    assert size_of(hub) == size_of(vendor) == (40, 20) and Picture.objects.count() == 2
    records.delete(hub)
    assert size_of(vendor) == (40, 20) and Picture.objects.count() == 1


def test_all_sides_come_back_with_one_undo() -> None:  # B.3
    hub = contact()
    sides = linked(hub, Customer, Vendor)
    set_picture(hub, image(size=(30, 10)))
    with unit_of_work("replace") as unit:
        set_picture(sides[0], image(size=(10, 30)))
    undo_unit(unit)
    assert [size_of(each) for each in (hub, *sides)] == [(30, 10)] * 3


def test_picture_does_not_reach_people_nor_unlinked_records() -> None:  # B.3
    firm = contact()
    anna = person(company_no=firm.no)
    other = Customer.objects.create(no="OTHER")
    (customer,) = linked(firm, Customer)
    set_picture(customer, image())
    assert (size_of(firm), size_of(anna), size_of(other)) == ((40, 20), None, None)


def test_record_whose_contact_is_gone_keeps_its_picture() -> None:  # B-62
    customer = Customer.objects.create(no="LONE")
    set_picture(customer, image())
    assert size_of(customer) == (40, 20)


@pytest.mark.parametrize(
    ("first", "second", "master", "fields", "expected"),
    [
        ((30, 10), (10, 30), "contact", {}, (30, 10)),
        ((30, 10), (10, 30), "record", {}, (10, 30)),
        ((30, 10), (10, 30), "contact", {"picture": "record"}, (10, 30)),
        ((30, 10), (10, 30), "record", {"picture": "contact"}, (30, 10)),
        (None, (10, 30), "contact", {}, (10, 30)),
        ((30, 10), None, "record", {}, (30, 10)),
        (None, None, "record", {}, None),
    ],
)
def test_new_link_takes_the_picture_of_the_master_or_the_one_there_is(
    first: Size, second: Size, master: str, fields: dict[str, str], expected: Size
) -> None:  # B-39, B-43
    hub, record = contact(), Customer.objects.create(no="C1", name="Fjord AS")
    for side, size in ((hub, first), (record, second)):
        if size:
            set_picture(side, image(size=size))
    link(hub, "customer", "C1", master=master, fields=fields)
    assert size_of(hub) == size_of(record) == expected


def test_linked_employee_takes_the_picture_of_its_contact_alone() -> None:  # B-41, B-65
    hub, employee = person(), Employee.objects.create(no="E1")
    set_picture(employee, image())
    link(hub, "employee", "E1")
    assert size_of(hub) is None
    other, taker = person(), Employee.objects.create(no="E2")
    set_picture(other, image(size=(30, 10)))
    link(other, "employee", "E2", master="record")
    assert size_of(taker) == (30, 10)


def test_comparison_shows_pictures_by_their_size() -> None:  # B-43
    hub, record = contact(), Customer.objects.create(no="C1")

    def shown() -> list[tuple[str, str]]:
        return [(d.contact_value, d.record_value) for d in differences(hub, record) if d.name == "picture"]

    assert shown() == []
    set_picture(hub, image(size=(30, 10)))
    assert shown() == [("30 × 10", "")]
    set_picture(record, image(size=(30, 10)))
    assert shown() == []
    set_picture(record, image(size=(10, 30)))
    assert shown() == [("30 × 10", "10 × 30")]


def test_bank_accounts_have_no_picture() -> None:  # B.3
    hub, bank = contact(), BankAccount.objects.create(no="B1", name="Bank")
    set_picture(hub, image())
    link(hub, "bank_account", "B1")
    assert not [d for d in differences(hub, bank) if d.name == "picture"] and Picture.objects.count() == 1


@pytest.mark.parametrize("make", [customer_of, vendor_of])
def test_created_record_takes_the_picture_of_its_contact(make: Callable[[Contact], RegisterEntry]) -> None:  # B-26
    hub = contact()
    set_picture(hub, image())
    assert size_of(make(hub)) == (40, 20)


def test_created_employee_takes_the_picture_of_its_contact() -> None:  # B-35
    hub = person()
    set_picture(hub, image())
    assert size_of(employee_of(hub)) == (40, 20)


def test_contact_created_from_a_record_takes_its_picture() -> None:  # B-46
    records.change(marketing_setup(), {"create_contacts_for_employees": True})
    for record in (Vendor.objects.create(no="V1", name="Fjell AS"), Employee.objects.create(no="E1", first_name="Ada")):
        set_picture(record, image())
        assert size_of(create_contact(record)) == (40, 20)


def test_company_entered_as_primary_contact_brings_its_picture() -> None:  # B-75
    firm = contact()
    (customer,) = linked(firm, Customer)
    set_picture(firm, image(size=(30, 10)))
    pictures_of("customer", [customer.pk]).delete()
    change(customer, primary_contact_id=firm.pk)
    assert size_of(customer) == (30, 10)
    change(customer, primary_contact_id=None)
    assert size_of(customer) == (30, 10)  # B-76


def test_primary_contact_brings_its_picture_and_replaces_one_only_when_told() -> None:  # B-75
    firm, customer = contact(), Customer.objects.create(no="C")
    assert not take_picture(firm, customer) and size_of(customer) is None
    set_picture(firm, image(size=(30, 10)))
    assert take_picture(firm, customer) and size_of(customer) == (30, 10)
    set_picture(customer, image(size=(10, 30)))
    assert not take_picture(firm, customer) and size_of(customer) == (10, 30)
    with acting(Context(interactive=True)):
        with pytest.raises(QuestionsPending) as asked:
            take_picture(firm, customer)
        assert [(each.code, each.default) for each in asked.value.questions] == [("q_replace_image", "no")]
    with acting(Context(interactive=True, answers={"q_replace_image": "yes"})):
        assert take_picture(firm, customer) and size_of(customer) == (30, 10)
        assert not take_picture(firm, customer)


def test_picture_of_a_locked_record_is_for_the_privacy_role() -> None:  # C-72
    customer = Customer.objects.create(no="C", name="Ada")
    set_picture(customer, image())
    assert picture_file(customer, thumbnail=True)
    customer.privacy_blocked = True
    with acting(Context(rights=frozenset({"api.read"}))), pytest.raises(PermissionDenied):
        picture_file(customer)
    found = picture_file(customer)
    assert found is not None and found.name == "C Ada.png"


def test_picture_is_erased_wherever_it_went() -> None:  # C-74
    hub = person()
    sides = linked(hub, Customer, Employee)
    set_picture(hub, image())
    set_picture(hub, image("JPEG"))
    erase_personal_data(hub, "asked to")
    assert not Picture.objects.exists()
    owners = [hub.pk, *(each.pk for each in sides)]
    rows = JournalChange.objects.filter(owner_id__in=owners, record_type="foundation.picture")
    assert all(row.unit_id is None and set(row.old or {}) <= {"id", "contact_id", "parent_id"} for row in rows)
    assert rows.exclude(operation="D").count() == 0


def test_changed_picture_stamps_every_side() -> None:  # C-80
    hub = contact()
    (customer,) = linked(hub, Customer)
    for each in (hub, customer):
        type(each)._default_manager.filter(pk=each.pk).update(last_modified_at="2020-01-01T00:00:00Z")
    set_picture(change(hub, name_2="x"), image())
    customer.refresh_from_db()
    assert customer.last_modified_at.year > 2020
