"""The log of a demo company."""

from __future__ import annotations

import json
from importlib.resources import files

import pytest

from tests.demo_company import demo_company  # noqa: F401
from tuttava.contacts.models import Contact
from tuttava.foundation.context import current
from tuttava.interactions.demo import create_demo_interactions, demo_texts
from tuttava.interactions.models import InteractionLogEntry
from tuttava.partners.models import Salesperson

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("demo_company")]


def test_a_demo_company_has_something_to_tell() -> None:
    number = create_demo_interactions()
    assert number == InteractionLogEntry.objects.count()
    logged = InteractionLogEntry.objects.filter(postponed=False)
    assert 200 < logged.count() < 500
    assert not logged.filter(date__gt=current().today).exists()
    assert not logged.filter(date__week_day__in=(1, 7)).exists()
    assert not logged.filter(contact__privacy_blocked=True).exists()
    assert len(set(logged.values_list("evaluation", flat=True))) > 4
    assert logged.filter(canceled=True).exists() and InteractionLogEntry.objects.filter(postponed=True).exists()
    assert logged.filter(comments__isnull=False).exists() and logged.exclude(attachment=None).exists()


def test_every_word_of_the_demo_is_shipped_in_every_language() -> None:
    data = json.loads((files("tuttava.interactions") / "data" / "demo.json").read_text(encoding="utf-8"))
    told = {words for story in data["stories"] for step in story for words in (step[1], step[3]) if words}
    texts = demo_texts()
    assert set(texts) == told | {*data["postponed"], data["mail"]}
    assert all(words.strip() for row in texts.values() for words in row.values())
    assert all(row.keys() == {"en", "nb", "nl", "fi"} for row in texts.values())
    assert max(len(words) for text in told for words in texts[text].values()) <= 100


def test_stories_are_told_in_the_language_of_the_contact() -> None:
    create_demo_interactions("fi")
    texts = demo_texts()
    for code, language in (("NB", "nb"), ("NL", "nl"), ("DE", "fi")):
        said = InteractionLogEntry.objects.filter(contact__language_code=code)
        assert set(said.values_list("description", flat=True)) <= {row[language] for row in texts.values()}
        assert said.exists()


def test_without_people_nothing_is_told() -> None:
    Contact.objects.filter(type="person").update(privacy_blocked=True)
    assert Salesperson.objects.exists()
    assert create_demo_interactions() == 0
