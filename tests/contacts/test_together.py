"""Several people at once, on connections of their own (C-82)."""

from __future__ import annotations

import threading
from functools import partial

import pytest
from django.db import transaction

from tests.contacts.register import change, firm, fresh, person
from tests.together import Elsewhere, waits
from tuttava.contacts.models import Contact
from tuttava.foundation import records
from tuttava.foundation.errors import ChangedMeanwhile, DomainError

pytestmark = pytest.mark.usefixtures("live_company")


def test_of_many_writers_of_one_version_exactly_one_wins(elsewhere: Elsewhere) -> None:  # C-82
    anna = person()
    start = threading.Barrier(6)

    def write(number: int) -> int | ChangedMeanwhile:
        start.wait()
        try:
            records.change(anna, {"fax_no": str(number)}, version=anna.version)
        except ChangedMeanwhile as refused:
            return refused
        return number

    outcomes = [future.result() for future in [elsewhere(partial(write, n)) for n in range(6)]]
    winners = [outcome for outcome in outcomes if isinstance(outcome, int)]
    refusals = [outcome for outcome in outcomes if isinstance(outcome, ChangedMeanwhile)]
    assert len(winners) == 1 and fresh(anna).fax_no == str(winners[0])
    assert {refusal.code for refusal in refusals} == {"contact.changed_meanwhile"}
    assert all(refusal.theirs == {"fax_no": str(winners[0])} for refusal in refusals)


def test_company_change_passes_people_whose_card_is_open(elsewhere: Elsewhere) -> None:  # C-82
    company = firm(address="Kaigaten 1")
    open_card = person(company)
    elsewhere(lambda: change(company, address="Nygaten 5")).result()
    assert fresh(open_card).address == "Nygaten 5"
    with pytest.raises(ChangedMeanwhile) as refused:
        records.change(open_card, {"fax_no": "1"}, version=open_card.version)
    assert refused.value.theirs == {"address": "Nygaten 5"}


def test_company_change_reads_each_person_fresh(elsewhere: Elsewhere) -> None:  # C-82
    company = firm(address="Kaigaten 1", phone_no="55 10 20 30")
    anna = person(company)
    with transaction.atomic():
        change(anna, phone_no="99")
        passing_on = elsewhere(lambda: change(company, address="Nygaten 5", phone_no="55 99 99 99"))
        assert waits(passing_on)
    passing_on.result()
    assert (fresh(anna).address, fresh(anna).phone_no) == ("Nygaten 5", "99")


def test_person_created_while_the_company_changes_has_the_new_data(elsewhere: Elsewhere) -> None:  # C-82
    company = firm(name="Strand AS", address="Kaigaten 1", city="Bø")
    with transaction.atomic():
        change(company, address="Nygaten 5", name="Fjell AS")
        creating = elsewhere(lambda: person(company, phone_no="99"))
        assert waits(creating)
    anna = fresh(creating.result())
    assert (anna.address, anna.city, anna.company_name, anna.phone_no) == ("Nygaten 5", "Bø", "Fjell AS", "99")


def test_company_changed_while_a_person_is_created_reaches_that_person(elsewhere: Elsewhere) -> None:  # C-82
    company = firm(address="Kaigaten 1")
    with transaction.atomic():
        anna = person(company)
        changing = elsewhere(lambda: change(company, address="Nygaten 5"))
        assert waits(changing)
    changing.result()
    assert fresh(anna).address == "Nygaten 5"


def test_two_changes_of_one_company_leave_its_people_alike(elsewhere: Elsewhere) -> None:  # C-82
    company = firm(address="Kaigaten 1")
    people = [person(company) for _ in range(10)]
    changes = [elsewhere(partial(change, company, address=f"Gate {n}")) for n in range(4)]
    for each in changes:
        each.result()
    assert {fresh(anna).address for anna in people} == {fresh(company).address}


def test_person_is_not_left_behind_by_a_company_being_deleted(elsewhere: Elsewhere) -> None:  # C-84
    company = firm()
    with transaction.atomic():
        records.delete(company)
        creating = elsewhere(lambda: person(company))
        assert waits(creating)
    with pytest.raises(DomainError) as refused:
        creating.result()
    assert refused.value.code == "not_found"
    assert not Contact.objects.filter(company_id=company.pk).exists()
