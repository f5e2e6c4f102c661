"""The setup of search strings in the browser (D.5, D-7)."""

from __future__ import annotations

import pytest
from django.test import Client

from tests.duplicates.parties import compare
from tests.relations.pages import administrator
from tuttava.duplicates.classic.outdated import mark_outdated
from tuttava.foundation.directory.models import Company

pytestmark = pytest.mark.usefixtures("company")


@pytest.fixture
def client(company: Company) -> Client:
    return administrator(company)


@pytest.fixture
def base(company: Company) -> str:
    return f"/c/{company.slug}"


def test_the_setup_is_reached_and_says_when_the_strings_are_outdated(client: Client, base: str) -> None:  # D.5, D-7
    compare(("phone_no", "last", 4), maintain_dupl_search_strings=False)
    overview = client.get(f"{base}/setup/").content.decode()
    assert f"{base}/setup/duplicate-search-strings/" in overview
    page = client.get(f"{base}/setup/duplicate-search-strings/").content.decode()
    assert ">phone<" in page and "Last" in page and "not what this setup says" not in page
    mark_outdated()
    page = client.get(f"{base}/setup/duplicate-search-strings/").content.decode()
    assert "not what this setup says any more" in page and f"{base}/duplicates/generate" in page
