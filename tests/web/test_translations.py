"""Every visible string is translated, with the same placeholders."""

from __future__ import annotations

import pytest
from tools import messages


@pytest.mark.parametrize("locale", messages.LOCALES)
def test_catalogue_is_complete(locale: str) -> None:
    assert messages.missing(locale) == []


@pytest.mark.parametrize("locale", messages.LOCALES)
def test_placeholders_are_those_of_the_source(locale: str) -> None:
    assert messages.broken(locale) == []
