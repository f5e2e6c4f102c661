"""Rows planned ahead, and rows of one chunk that may mean the same contact."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests.transfer.helpers import counts, messages, run
from tuttava.contacts.models import Contact, MailingGroup
from tuttava.foundation import records
from tuttava.foundation.pastime import DatabaseBusy
from tuttava.transfer import actions, running
from tuttava.transfer.ahead import Ahead
from tuttava.transfer.models import ImportRow
from tuttava.transfer.plans import Plan
from tuttava.transfer.readers import Row

pytestmark = pytest.mark.usefixtures("company", "uploads", "places")


def _rows(count: int) -> Iterator[Row]:
    return (Row(number, number, (f"row {number}",)) for number in range(1, count + 1))


def _numbers(ahead: Ahead) -> list[int]:
    return [plan.row.number for plan in ahead.take()]


def test_chunks_hold_all_rows_in_order_however_far_they_were_prepared() -> None:
    for pieces in (0, 1, 100):
        ahead = Ahead(_rows(250), lambda row: Plan(row) if row.number % 2 else None, 100)
        found: list[int] = []
        lasts = []
        while (last := ahead.last()) is not None:
            lasts.append(last)
            found += _numbers(ahead)
            for _piece, _left in zip(ahead.prepare(), range(pieces), strict=False):
                pass
        assert lasts == [100, 200, 250]
        assert found == list(range(1, 251, 2))


def test_no_more_than_one_chunk_is_prepared() -> None:
    planned: list[int] = []

    def plan(row: Row) -> Plan:
        planned.append(row.number)
        return Plan(row)

    ahead = Ahead(_rows(1000), plan, 100)
    for _piece in ahead.prepare():
        pass
    assert planned == list(range(1, 101))


def test_row_that_needs_the_database_is_planned_later() -> None:
    busy = True

    def plan(row: Row) -> Plan:
        if busy and row.number == 3:
            raise DatabaseBusy
        return Plan(row)

    ahead = Ahead(_rows(5), plan, 100)
    assert list(ahead.prepare()) == []
    busy = False
    assert ahead.last() == 5
    assert _numbers(ahead) == [1, 2, 3, 4, 5]


def test_broken_file_fails_its_own_chunk() -> None:
    def rows() -> Iterator[Row]:
        yield from _rows(3)
        raise OSError("gone")

    ahead = Ahead(rows(), Plan, 2)
    assert ahead.last() == 2
    assert _numbers(ahead) == [1, 2]
    assert list(ahead.prepare()) == []
    with pytest.raises(OSError, match="gone"):
        ahead.last()


def test_codes_are_created_once_whatever_is_planned_ahead(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(running, "CHUNK", 3)
    lines = "".join(f"Person {number},Group {number % 4}\n" for number in range(30))
    row = run(f"Name,Mailing groups\n{lines}", create_codes=True, contact_type="person")
    assert counts(row) == (30, 0, 0, 0)
    assert MailingGroup.objects.filter(description__startswith="Group").count() == 4
    assert Contact.objects.filter(contactmailinggroups__isnull=False).count() == 30


def _matched(row: object) -> list[tuple[int, str]]:
    return list(ImportRow.objects.filter(job=row).order_by("number").values_list("number", "matched_by"))


@pytest.mark.parametrize(("known", "expected"), [(0, ["", "name", ""]), (1, ["name", "", ""]), (2, ["", "", ""])])
def test_rows_with_one_name_find_each_other_as_if_imported_one_by_one(known: int, expected: list[str]) -> None:
    for _number in range(known):
        records.create(Contact, {"type": "person", "name": "Anna Berg"})
    row = run("Name\nAnna Berg\nanna berg\nAnna Berg\n", on_match="create", contact_type="person")
    assert counts(row) == (3, 0, 0, 0)
    assert [matched for _number, matched in _matched(row)] == expected


_NAMES = ("Anna Berg", "Bo Lie", "Anna Berg", "Bo Lie", "Cai Moe", "Anna Berg", "ANNA BERG", "Bo Lie")
_NAMESAKES = [
    "Name,E-mail\n" + "".join(f"{name},{number % 5}@lie.no\n" for number, name in enumerate(_NAMES)),
    # The second row takes one of the two namesakes away, so that the third means the other.
    "External ID,Name,Company\n,Cai Moe,\nX1,Anna Berg,Nordlys AS\n,Anna Berg,\n,Anna Berg,\n",
    "External ID,Name,Company\n,Anna Berg,\n,Anna Berg,\n,Anna Berg,\nX2,Anna Berg,\n,Anna Berg,Nordlys AS\n",
]


@pytest.mark.parametrize("content", _NAMESAKES)
@pytest.mark.parametrize("on_match", ["update", "create", "skip"])
def test_chunk_does_what_its_rows_do_one_by_one(content: str, on_match: str, monkeypatch: pytest.MonkeyPatch) -> None:
    records.create(Contact, {"type": "person", "name": "Anna Berg", "external_id": "X1"})
    records.create(Contact, {"type": "person", "name": "Anna Berg"})

    def outcome() -> object:
        row = run(content, contact_type="person", on_match=on_match)
        found = (counts(row), _matched(row), [messages(row, number) for number, _by in _matched(row)])
        actions.take_back(row, wait=True)
        return found

    together = outcome()
    monkeypatch.setattr(running, "CHUNK", 1)
    assert together == outcome()
