"""The comment sheet of a contact: its lines are changed and moved."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from django.test import Client

from tuttava.contacts.models import Contact
from tuttava.foundation import comments
from tuttava.foundation.models import CommentLine

pytestmark = pytest.mark.usefixtures("company")

Make = Callable[..., Contact]
Card = Callable[[Contact], str]


@pytest.fixture
def firm(make: Make) -> Contact:
    found = make(name="Fjord AS")
    for text in ("One", "Two", "Three"):
        comments.add_comment("contact", found.pk, text)
    return found


def words(contact: Contact) -> list[str]:
    return [line.comment for line in comments.comments_of("contact", contact.pk)]


def line(contact: Contact, text: str) -> CommentLine:
    return CommentLine.objects.get(owner_id=contact.pk, comment=text)


def test_comment_is_changed_on_the_sheet(client: Client, card: Card, firm: Contact) -> None:  # C-96
    found = line(firm, "Two")
    address = f"{card(firm)}/comments/{found.pk}"
    answer = client.post(address, {"comment": "Second", "version": found.version}).json()
    assert words(firm) == ["One", "Second", "Three"]
    assert "Second" in answer["parts"]["comment-sheet"] and "Second" in answer["parts"]["box-timeline"]
    assert answer["close"] is False
    assert client.post(address, {"comment": " "}).json()["error"]["field"] == "comment"


def test_comment_changed_by_somebody_else_is_not_overwritten(client: Client, card: Card, firm: Contact) -> None:  # C-82
    found = line(firm, "Two")
    client.post(f"{card(firm)}/comments/{found.pk}", {"comment": "Mine", "version": found.version})
    answer = client.post(f"{card(firm)}/comments/{found.pk}", {"comment": "Yours", "version": found.version})
    assert answer.status_code == 422
    assert "Mine" in words(firm)


@pytest.mark.parametrize(
    ("text", "way", "order"),
    [
        ("Three", "up", ["One", "Three", "Two"]),
        ("Two", "up", ["Two", "One", "Three"]),
        ("One", "up", ["One", "Two", "Three"]),
        ("One", "down", ["Two", "One", "Three"]),
        ("Two", "down", ["One", "Three", "Two"]),
        ("Three", "down", ["One", "Two", "Three"]),
    ],
)
def test_comment_is_moved_past_its_neighbour(
    client: Client, card: Card, firm: Contact, text: str, way: str, order: list[str]
) -> None:  # C-94, C-96
    answer = client.post(f"{card(firm)}/comments/{line(firm, text).pk}/{way}").json()
    assert words(firm) == order
    sheet = answer["parts"]["comment-sheet"]
    assert [found for found in order if f">{found}<" in sheet] == order


def test_changing_and_moving_touches_the_contact(client: Client, card: Card, firm: Contact) -> None:  # C-96
    for address in (f"/{line(firm, 'Two').pk}", f"/{line(firm, 'Three').pk}/up"):
        Contact.objects.filter(pk=firm.pk).update(last_modified_at="2020-01-01T00:00:00Z")
        client.post(f"{card(firm)}/comments{address}", {"comment": "Other"})
        firm.refresh_from_db()
        assert firm.last_modified_at is not None and firm.last_modified_at.year > 2020


def test_removed_comment_comes_back_with_undo(client: Client, card: Card, firm: Contact) -> None:
    answer = client.post(f"{card(firm)}/comments/{line(firm, 'Two').pk}/delete").json()
    assert words(firm) == ["One", "Three"]
    client.post(answer["undo"])
    assert words(firm) == ["One", "Two", "Three"]


def test_comment_of_another_contact_is_out_of_reach(client: Client, card: Card, make: Make, firm: Contact) -> None:
    other = make(name="Other AS")
    answer = client.post(f"{card(other)}/comments/{line(firm, 'Two').pk}", {"comment": "x"})
    assert answer.status_code == 404
    assert words(firm) == ["One", "Two", "Three"]
