"""Nobody waits for the compiler: what cannot be compared at once is compared soon afterwards."""

from __future__ import annotations

import threading
from pathlib import Path

import pytest

from tests.contacts.register import change, firm
from tests.duplicates.test_smart_doors import AGAIN, LITWARE, NORDVIK, found, keys_of
from tuttava.duplicates import smart
from tuttava.duplicates.smart import warming
from tuttava.foundation.context import acting

pytestmark = [pytest.mark.smart_search, pytest.mark.usefixtures("company")]


@pytest.fixture
def cold(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """A process of an installation in which nothing has been compiled."""
    monkeypatch.setattr(warming, "_mark", lambda: tmp_path / "none.complete")
    monkeypatch.setattr(warming, "_seen", False)


def test_contact_saved_while_cold_is_compared_afterwards(monkeypatch: pytest.MonkeyPatch) -> None:  # D-28
    old = firm(**LITWARE)
    other = firm(**NORDVIK)
    with monkeypatch.context() as before:
        before.setattr(warming, "is_cold", lambda: True)
        new = firm(**AGAIN)
        change(other, name="Nordvik Laks AS")
        assert found(old, new) is None and not keys_of(new) and not keys_of(other) and keys_of(old)
    assert warming.compare_uncompared() == 2
    assert found(old, new) and keys_of(new) and keys_of(other)
    assert warming.compare_uncompared() == 0


@pytest.mark.usefixtures("cold")
def test_cold_process_suggests_and_explains_nothing() -> None:
    assert warming.is_cold()
    assert smart.check({**LITWARE, "type": "company"}) == []
    assert smart.explain_pairs([]) == {}


@pytest.mark.usefixtures("cold")
def test_import_waits_for_the_compiler(monkeypatch: pytest.MonkeyPatch) -> None:
    compiled = threading.Event()
    monkeypatch.setattr(warming, "compile_once", compiled.set)
    with acting(door="import"):
        assert not warming.is_cold()
    assert compiled.is_set()


def test_process_that_is_loading_is_cold_until_it_has_loaded(monkeypatch: pytest.MonkeyPatch) -> None:
    seen: list[bool] = []
    monkeypatch.setattr(warming, "compile_once", lambda: seen.append(warming.is_cold()))
    warming.warm()
    assert seen == [True] and not warming.is_cold()
