"""The timeline and the history of a contact: what stands in them, in whose words, once each."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone

from tuttava.contacts.models import Contact
from tuttava.foundation import comments, records
from tuttava.foundation.journal import unit_of_work
from tuttava.foundation.models import CommentLine
from tuttava.ui.cards import card as card_called
from tuttava.ui.cards.timeline import Stream, timeline

pytestmark = pytest.mark.usefixtures("company")

Make = Callable[..., Contact]
Card = Callable[[Contact], str]


def page(client: Client, address: str) -> str:
    return client.get(address, headers={"Accept": "text/html"}).content.decode()


def stream(contact: Contact, **asked: Any) -> Stream:
    return timeline(card_called("contact"), contact, **asked)


def told(contact: Contact, **asked: Any) -> list[tuple[str, str]]:
    """Who it happened with and what, newest first."""
    return [(one.whom, one.title) for one, _source in stream(contact, **asked).happenings]


def test_comment_shows_the_time_on_the_writers_clock(client: Client, make: Make, card: Card) -> None:  # C-95
    firm = make(name="Fjord AS")
    with timezone.override("Europe/Oslo"):
        line = comments.add_comment("contact", firm.pk, "Called")
        CommentLine.objects.filter(pk=line.pk).update(date=dt.date(2026, 1, 21), time=dt.time(2, 45))
        found = next(one for one, _source in stream(firm).happenings if one.kind == "comment")
        assert timezone.localtime(found.at).strftime("%Y-%m-%d %H:%M") == "2026-01-21 02:45"


def test_comment_stands_once_in_the_whole_timeline(make: Make) -> None:
    firm = make(name="Fjord AS")
    line = comments.add_comment("contact", firm.pk, "Called")
    assert [title for _whom, title in told(firm)].count("Called") == 1
    assert not any("Comment" in title for _whom, title in told(firm))
    assert ("", "Added: Comment") in told(firm, kind="change")
    records.delete(line)
    assert ("", "Deleted: Comment") in told(firm)


def test_history_shows_no_bookkeeping(client: Client, make: Make, card: Card) -> None:
    firm = make(name="Fjord AS")
    client.post(f"{card(firm)}/comments", {"comment": "Called"})
    client.post(f"{card(firm)}/lists/emails/new", {"label": "Invoices", "email": "bill@fjord.example"})
    html = page(client, f"{card(firm)}/history")
    assert "Called" in html and "bill@fjord.example" in html
    for words in ("Owner kind", "Sub no", "Line number", "10,000", "10000"):
        assert words not in html
        assert words not in page(client, f"{card(firm)}/timeline")


def test_company_timeline_includes_its_people_by_name(client: Client, make: Make, card: Card) -> None:
    firm = make(name="Fjord AS")
    person = make("person", name="Anna Berg", company_no=firm.no)
    stranger = make("person", name="Bo Dahl")
    comments.add_comment("contact", person.pk, "Likes tea")
    comments.add_comment("contact", stranger.pk, "Likes coffee")
    records.change(person, {"job_title": "Buyer"})
    assert ("Anna Berg", "Likes tea") in told(firm, kind="comment")
    assert ("Anna Berg", "Changed") in told(firm, kind="change")
    assert not any(title == "Likes coffee" for _whom, title in told(firm))
    html = page(client, f"{card(firm)}/timeline")
    assert f'<a href="{card(person)}">Anna Berg</a>' in html
    assert all(whom == "" for whom, _title in told(person))


def test_change_that_people_follow_is_told_once(make: Make) -> None:
    firm = make(name="Fjord AS", address="Kai 1")
    make("person", name="Anna Berg", company_no=firm.no)
    with unit_of_work("move"):
        records.change(firm, {"address": "Kai 2"})
    newest, _source = stream(firm, kind="change").happenings[0]
    assert newest.whom == ""
    assert list(newest.lines) == ["Address: Kai 1 → Kai 2", "Anna Berg · Address: Kai 1 → Kai 2"]


def test_blocked_person_is_not_named_in_the_companys_timeline(client: Client, make: Make) -> None:  # C-72
    from tuttava.foundation.context import acting

    firm = make(name="Fjord AS")
    person = make("person", name="Anna Berg", company_no=firm.no)
    comments.add_comment("contact", person.pk, "Likes tea")
    records.change(person, {"privacy_blocked": True})
    with acting(user_name="bo", rights=frozenset({"api.read"})):
        found = stream(firm, limit=50).happenings
    assert found
    assert not any("Anna Berg" in " ".join([one.title, one.whom, *one.lines]) for one, _source in found)


def test_large_company_needs_no_more_queries_than_a_small_one(make: Make, django_assert_max_num_queries: Any) -> None:
    firm = make(name="Fjord AS")
    for number in range(30):
        person = make("person", name=f"Person {number}", company_no=firm.no)
        comments.add_comment("contact", person.pk, f"Comment {number}")
    firm.refresh_from_db()
    with django_assert_max_num_queries(8):
        assert len(stream(firm).happenings) == 25


def test_timeline_goes_on_behind_an_action_of_many_rows(make: Make) -> None:
    firm = make(name="Fjord AS")
    for number in range(3):
        records.change(firm, {"address": f"Kai {number}"})
    with unit_of_work("import"):
        for number in range(150):
            comments.add_comment("contact", firm.pk, f"Note {number}")
    found = told(firm, kind="change")
    assert len(found) == 5
    assert stream(firm, kind="change", limit=2).before is not None
