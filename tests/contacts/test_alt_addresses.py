"""Alternative addresses, their periods, and how a contact can be reached."""

from __future__ import annotations

import datetime as dt
from typing import Any

import pytest

from tests.contacts.people import contact, country, person, post_code
from tuttava.contacts.addresses import active_address, active_addresses
from tuttava.contacts.models import Contact, ContactAltAddress, ContactAltAddressPeriod, ContactEmail
from tuttava.contacts.reaching import email_options, number_to_call, phone_options
from tuttava.foundation import records
from tuttava.foundation.context import acting
from tuttava.foundation.errors import DomainError

pytestmark = pytest.mark.usefixtures("company")
LONG_AGO = dt.datetime(2001, 1, 1, tzinfo=dt.UTC)


def address(owner: Contact, code: str = "HOME", **values: Any) -> ContactAltAddress:
    return records.create(ContactAltAddress, {"contact": owner, "code": code, **values})


def period(
    owner: Contact, where: ContactAltAddress | None, start: str, end: str | None = None
) -> ContactAltAddressPeriod:
    values = {"contact": owner, "alt_address": where, "starting_date": start, "ending_date": end}
    return records.create(ContactAltAddressPeriod, values)


def test_period_that_starts_after_its_end_is_refused_from_either_side() -> None:  # C-53
    owner = contact()
    with pytest.raises(DomainError) as refused:
        period(owner, None, "2026-02-02", "2026-02-01")
    assert refused.value.code == "alt_address.period_order"
    saved = period(owner, None, "2026-02-01", "2026-02-01")
    for values in ({"starting_date": "2026-02-02"}, {"ending_date": "2026-01-31"}):
        with pytest.raises(DomainError) as refused:
            records.change(saved, values)
        assert (refused.value.code, refused.value.field) == ("alt_address.period_order", next(iter(values)))
    records.change(saved, {"starting_date": "2026-03-01", "ending_date": "2026-03-02"})


def test_second_period_with_the_same_start_is_refused() -> None:  # C-53
    owner = contact()
    period(owner, None, "2026-02-01")
    with pytest.raises(DomainError) as refused:
        period(owner, None, "2026-02-01")
    assert refused.value.code == "alt_address.start_taken"
    period(contact(), None, "2026-02-01")


def test_period_needs_a_start_and_an_address_of_the_same_contact() -> None:  # C-53
    owner, other = contact(), contact()
    with pytest.raises(DomainError) as refused:
        records.create(ContactAltAddressPeriod, {"contact": owner})
    assert refused.value.code == "field_required"
    with pytest.raises(DomainError) as refused:
        period(owner, address(other), "2026-01-01")
    assert refused.value.code == "not_found"


@pytest.mark.parametrize(
    ("day", "code"),
    [
        ("2026-07-15", "CABIN"),
        ("2026-08-05", "HOME"),
        ("2026-07-31", "CABIN"),
        ("2027-01-01", None),
        ("2025-12-31", None),
    ],
)
def test_latest_started_period_decides(day: str, code: str | None) -> None:  # C-54
    owner = contact()
    period(owner, address(owner, "HOME"), "2026-01-01", "2026-12-31")
    period(owner, address(owner, "CABIN"), "2026-07-01", "2026-07-31")
    found = active_address(owner, dt.date.fromisoformat(day))
    assert (found.code if found else None) == code


def test_open_period_goes_on_and_one_without_address_means_the_main_address() -> None:  # C-54
    owner = contact()
    period(owner, address(owner, "HOME"), "2026-01-01")
    period(owner, None, "2026-05-01", "2026-05-31")
    with acting(work_date=dt.date(2030, 1, 1)):
        assert active_address(owner).code == "HOME"  # type: ignore[union-attr]
    assert active_address(owner, dt.date(2026, 5, 15)) is None


def test_active_addresses_of_many_contacts_cost_one_query(django_assert_num_queries: Any) -> None:  # C-54
    owners = [contact() for _number in range(3)]
    for owner in owners[:2]:
        period(owner, address(owner), "2026-01-01")
    with django_assert_num_queries(1):
        found = active_addresses([owner.pk for owner in owners], dt.date(2026, 2, 2))
    assert set(found) == {owners[0].pk, owners[1].pk}


def test_deleting_an_address_deletes_its_periods() -> None:  # C-56
    owner = contact()
    home = address(owner)
    period(owner, home, "2026-01-01")
    period(owner, None, "2026-02-01")
    records.delete(home)
    assert owner.alt_address_periods.count() == 1


def test_every_change_of_addresses_touches_the_contact_and_nothing_else() -> None:  # C-56, C-80
    owner = contact()

    def touched() -> bool:
        changed = Contact.objects.filter(pk=owner.pk, last_modified_at__gt=LONG_AGO).exists()
        Contact.objects.filter(pk=owner.pk).update(last_modified_at=LONG_AGO)
        return changed

    touched()
    version = Contact.objects.get(pk=owner.pk).version
    home = address(owner)
    assert touched()
    home = records.change(home, {"city": "Oslo"})
    assert touched()
    first = period(owner, home, "2026-01-01")
    assert touched()
    records.delete(first)
    assert touched()
    records.delete(home)
    assert touched()
    assert Contact.objects.get(pk=owner.pk).version <= version + 5


def test_touching_keeps_the_version_so_that_an_open_card_can_be_saved() -> None:  # C-80
    owner = contact()
    address(owner)
    assert records.change(owner, {"address": "Road 1"}, version=owner.version).address == "Road 1"


def test_alternative_address_follows_the_rules_of_contacts() -> None:  # C-41, C-43, C-49 to C-51
    country("SE")
    post_code("5003", "Bergen", county="Vestland")
    home = address(contact(), post_code="5003", email=" a@b.example ")
    assert (home.city, home.county, home.country_code) == ("Bergen", "Vestland", "NO")
    assert (home.email, home.search_email, home.last_date_modified) == ("a@b.example", "A@B.EXAMPLE", None)
    moved = records.change(home, {"country": "SE"})
    assert (moved.post_code, moved.city, moved.last_date_modified is not None) == ("", "", True)
    for values in ({"phone_no": "call"}, {"email": "a@b.no;c@d.no"}, {"code": ""}):
        with pytest.raises(DomainError):
            records.change(moved, values)


def test_labelled_emails_are_checked_and_numbered() -> None:  # C-42
    owner = contact()
    long = f"{'a' * 60}@{'.'.join(['b' * 60] * 3)}.example"
    lines = [
        records.create(ContactEmail, {"contact": owner, "label": "Orders", "email": address})
        for address in (" orders@firm.example ", long)
    ]
    assert [line.line_no for line in lines] == [10000, 20000]
    assert (lines[0].email, len(lines[1].email) > 190) == ("orders@firm.example", True)
    for bad in ("", "a@b.no;c@d.no", "x"):
        with pytest.raises(DomainError):
            records.create(ContactEmail, {"contact": owner, "email": bad})


def test_number_to_call_depends_on_the_device() -> None:  # C-52
    both = contact(phone_no="1", mobile_phone_no="2")
    assert (number_to_call(both), number_to_call(both, "phone")) == ("1", "2")
    assert number_to_call(contact(mobile_phone_no="2"), "desk") == "2"
    assert number_to_call(contact()) == ""


def test_reachability_names_own_alternative_and_company_numbers() -> None:  # C-60
    firm = contact(phone_no="100", name="Fjord AS")
    period(firm, address(firm, "PLANT", mobile_phone_no="101"), "2020-01-01")
    anna = person(phone_no="1", mobile_phone_no="2")
    Contact.objects.filter(pk=anna.pk).update(company=firm, company_no=firm.no)
    anna.refresh_from_db()
    address(anna, "CABIN", phone_no="3")
    period(anna, address(anna, "HOME", phone_no="4"), "2020-01-01")
    named = phone_options(anna, address_code="cabin")
    assert [(option.number, option.name) for option in named] == [
        ("1", "Anna Berg"),
        ("2", "Anna Berg"),
        ("3", "Anna Berg"),
        ("100", "Fjord AS"),
        ("101", "Fjord AS"),
    ]
    assert "(CABIN)" in named[2].description and "(PLANT)" in named[4].description
    assert [option.type for option in named] == ["person"] * 3 + ["company"] * 2
    assert [option.number for option in phone_options(anna)][2] == "4"


def test_contact_without_any_number_cannot_be_called() -> None:  # C-60
    with pytest.raises(DomainError) as refused:
        phone_options(contact())
    assert refused.value.code == "contact.no_phone_numbers"


def test_email_options_include_second_and_labelled_addresses() -> None:  # C-42, C-60
    anna = person(email="a@b.example;c@d.example", email_2="e@f.example")
    records.create(ContactEmail, {"contact": anna, "label": "Private", "email": "g@h.example"})
    assert [(option.email, option.description) for option in email_options(anna)] == [
        ("a@b.example", "E-mail"),
        ("c@d.example", "E-mail"),
        ("e@f.example", "E-mail 2"),
        ("g@h.example", "Private"),
    ]


def test_numbers_of_a_blocked_contact_are_not_told_without_the_privacy_role() -> None:  # C-60, C-72
    anna = person(phone_no="1", email="a@b.example", privacy_blocked=True)
    with acting(rights=frozenset({"api.read"})):
        assert number_to_call(anna) == "" and email_options(anna) == []
        with pytest.raises(DomainError):
            phone_options(anna)
    assert number_to_call(anna) == "1"


def test_batch_of_periods_is_checked_with_few_queries(django_assert_max_num_queries: Any) -> None:  # C-53
    owner = contact()
    home = address(owner)
    rules = records.rules_of(ContactAltAddressPeriod)
    edits = []
    for day in range(1, 21):
        row = ContactAltAddressPeriod(contact=owner, alt_address=home, starting_date=dt.date(2026, 1, day))
        edits.append(records.Edit(row, rules))
    with django_assert_max_num_queries(8):
        records.save_many(edits)
