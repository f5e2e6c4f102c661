"""A signed-in user in the test company, and contacts to look at."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import pytest
from django.test import Client

from tuttava.contacts.models import Contact
from tuttava.foundation import records
from tuttava.foundation.context import acting
from tuttava.foundation.directory.models import Company, User

JSON = {"Accept": "application/json"}


@pytest.fixture
def client(company: Company) -> Client:
    """A browser in which an administrator has signed in."""
    user = User.objects.create(username="anna", is_superuser=True)
    browser = Client(headers=JSON)
    browser.force_login(user)
    return browser


@pytest.fixture
def base(company: Company) -> str:
    return f"/c/{company.slug}"


@pytest.fixture
def make(company: Company) -> Iterator[Callable[..., Contact]]:
    """Creates contacts the way a user does."""

    def create(kind: str = "company", **values: Any) -> Contact:
        return records.create(Contact, {"type": kind, **values})

    with acting(user_name="anna", door="browser"):
        yield create


@pytest.fixture
def card(client: Client, base: str) -> Callable[[Contact], str]:
    """The address of a contact's card."""
    return lambda contact: f"{base}/contacts/{contact.pk}"
