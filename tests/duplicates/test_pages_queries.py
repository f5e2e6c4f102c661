"""Which pairs a list shows, and in which order they are asked."""

from __future__ import annotations

import pytest
from django.utils import timezone

from tests.duplicates.pairs import firm, pair, person
from tuttava.contacts.setup import marketing_setup
from tuttava.duplicates.models import ContactDuplicate
from tuttava.duplicates.queries import listed_pairs, pairs_of, queue_pairs
from tuttava.foundation import records

pytestmark = [pytest.mark.smart_search, pytest.mark.usefixtures("company")]


def test_list_shows_pairs_of_likeness_only_where_the_setup_says_so() -> None:  # D-24
    strings = pair(firm("Alfa"), firm("Alfa AS"), None, classic=True, smart=False)
    companies = pair(firm("Beta"), firm("Beta AS"))
    people = pair(person("Kari Berg"), person("Karin Berg"))
    assert set(listed_pairs()) == {strings}
    records.change(marketing_setup(), {"tolerant_duplicate_search": True})
    assert set(listed_pairs()) == {strings, companies}
    records.change(marketing_setup(), {"search_duplicate_persons": True})
    assert set(listed_pairs()) == {strings, companies, people}


def test_queue_asks_the_surest_first_and_what_was_put_off_last() -> None:  # D-26
    late = pair(firm("Alfa"), firm("Alfa AS"), 99, put_off_at=timezone.now())
    unscored = pair(firm("Beta"), firm("Beta AS"), None)
    sure, unsure = pair(firm("Ceta"), firm("Ceta AS"), 97), pair(firm("Delta"), firm("Delta AS"), 55)
    pair(firm("Eta"), firm("Eta AS"), 98, separate_contacts=True)
    assert list(queue_pairs()) == [sure, unsure, unscored, late]


def test_pairs_of_a_contact_are_found_on_both_sides() -> None:  # D-20, D-21
    alfa = firm("Alfa")
    left, right = pair(alfa, firm("Alfa AS"), 70), firm("Alfa Norge")
    mirrored = ContactDuplicate.objects.create(contact=right, duplicate=alfa, score=80, smart=True)
    assert list(pairs_of([alfa.pk])) == [mirrored, left]
