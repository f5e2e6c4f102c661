"""What the search has learnt: answers, leaving them out, forgetting them, switching off."""

from __future__ import annotations

import pytest
from django.test import Client

from tests.duplicates.pairs import firm, pair
from tests.relations.pages import administrator, visitor
from tuttava.duplicates import smart
from tuttava.duplicates.actions import set_separate
from tuttava.duplicates.models import DuplicateAnswer
from tuttava.duplicates.smart import learning
from tuttava.foundation.directory.models import Company

pytestmark = [pytest.mark.smart_search, pytest.mark.usefixtures("company")]


@pytest.fixture
def client(company: Company) -> Client:
    return administrator(company)


@pytest.fixture
def address(company: Company) -> str:
    return f"/c/{company.slug}/setup/duplicate-answers"


@pytest.fixture
def given() -> DuplicateAnswer:
    set_separate(pair(firm("Nordlys AS", city="Oslo"), firm("Nordlys", city="Bergen"), classic=True), True)
    return DuplicateAnswer.objects.get()


def test_answers_and_what_they_taught_are_shown(client: Client, address: str, given: DuplicateAnswer) -> None:  # D-26
    shown = client.get(address).content.decode()
    assert "Nordlys AS" in shown
    assert "Not the same" in shown
    assert "1 counts" in shown


def test_answer_is_left_out_counted_again_and_forgotten(
    client: Client, address: str, given: DuplicateAnswer
) -> None:  # D-26
    client.post(f"{address}/{given.pk}", {"do": "ignore"})
    given.refresh_from_db()
    assert given.ignored
    assert "Left out" in client.get(address).content.decode()
    client.post(f"{address}/{given.pk}", {"do": "ignore"})
    given.refresh_from_db()
    assert not given.ignored
    client.post(f"{address}/{given.pk}", {"do": "forget"})
    assert not DuplicateAnswer.objects.exists()
    assert "No answers yet" in client.get(address).content.decode()


def test_what_was_learnt_is_switched_off_and_on(client: Client, address: str, given: DuplicateAnswer) -> None:  # D-26
    client.post(f"{address}/learn", {"do": "off"})
    assert not smart.learnt().used
    assert "Switched off" in client.get(address).content.decode()
    client.post(f"{address}/learn", {"do": "on"})
    assert smart.learnt().used
    client.post(f"{address}/learn", {"do": "again"})
    assert smart.learnt().answers == 1


def test_only_who_merges_takes_answers_back(company: Company, address: str, given: DuplicateAnswer) -> None:  # D-26
    onlooker = visitor(company, sets="CRM-EDIT")
    assert "Forget" not in onlooker.get(address).content.decode()
    assert onlooker.post(f"{address}/{given.pk}", {"do": "forget"}).status_code == 403
    assert DuplicateAnswer.objects.exists()


def test_answer_given_before_anything_can_be_compared_holds_but_teaches_nothing(
    client: Client, address: str, monkeypatch: pytest.MonkeyPatch
) -> None:  # D-26
    monkeypatch.setattr(learning, "is_cold", lambda: True)
    found = pair(firm("Nordlys AS", city="Oslo"), firm("Nordlys", city="Bergen"), classic=True)
    set_separate(found, True)
    assert DuplicateAnswer.objects.get().features == {}
    assert smart.learnt().learned_at is None
    assert "Nordlys AS" in client.get(address).content.decode()
