"""The services, as the tests of the API open them, and whom several tests of segments know."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests.api.conftest import crm, sign_in
from tests.mailbox.test_logging import known_numbers
from tests.segments.making import make_company, make_person
from tuttava.contacts.models import Contact
from tuttava.interactions import related

__all__ = ["crm", "sign_in"]


@pytest.fixture
def campaigns() -> Iterator[None]:
    """The room of campaigns knows two."""
    related.provides("campaign", known_numbers("CP1", "CP2"))
    yield
    related.unplug("campaign")


@pytest.fixture
def firms() -> tuple[Contact, Contact, Contact]:
    """Two companies, and somebody who works for the second."""
    berg, aas = make_company(name="Berg AS"), make_company(name="Aas AS")
    return berg, aas, make_person(name="Bo Dal", company_no=aas.no)
