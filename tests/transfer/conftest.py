"""Uploads of these tests go to a folder of their own."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from django.test import override_settings

from tuttava.foundation.models import Country, Language


@pytest.fixture
def uploads(tmp_path: Path) -> Iterator[None]:
    with override_settings(MEDIA_ROOT=tmp_path):
        yield


@pytest.fixture
def places(company: object) -> None:
    """The countries and languages that the files name."""
    for code in ("NO", "SE", "US", "NL"):
        Country.objects.get_or_create(code=code, defaults={"iso_code": code})
    Language.objects.get_or_create(code="FI")
