"""Work done while the database stores a batch."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from django.db import connection

from tuttava.foundation.bulk import insert_many
from tuttava.foundation.errors import DomainError
from tuttava.foundation.models import Territory
from tuttava.foundation.pastime import DatabaseBusy, meanwhile
from tuttava.foundation.records import Edit, rules_of, save_many

pytestmark = pytest.mark.usefixtures("company")


def _rows(count: int, start: int = 0) -> list[Territory]:
    return [Territory(code=f"P{number}", name="Place") for number in range(start, start + count)]


def test_work_is_done_while_a_batch_is_stored() -> None:
    done: list[int] = []

    def work() -> Iterator[None]:
        for number in range(1_000_000_000):
            done.append(number)
            yield

    with meanwhile(work()):
        insert_many(_rows(3000))
        first = len(done)
        insert_many(_rows(3000, start=3000))
    assert 0 < first < len(done) < 1_000_000_000
    assert done == list(range(len(done)))
    assert Territory.objects.filter(name="Place").count() == 6000


def test_work_without_the_block_is_left_alone() -> None:
    insert_many(_rows(10))
    assert Territory.objects.filter(name="Place").count() == 10


def test_work_that_asks_the_database_is_told_that_it_is_busy() -> None:
    refused: list[bool] = []

    def work() -> Iterator[None]:
        try:
            Territory.objects.count()
        except DatabaseBusy:
            refused.append(True)
        yield

    with meanwhile(work()):
        insert_many(_rows(10))
    assert refused == [True]
    assert Territory.objects.filter(name="Place").count() == 10


def test_refused_batch_stays_refused_while_work_is_done() -> None:
    insert_many(_rows(1))
    edits = [Edit(row, rules_of(Territory)) for row in _rows(2)]
    with meanwhile(iter([None] * 5)), pytest.raises(DomainError) as refused:
        save_many(edits)
    assert refused.value.code == "already_exists"
    with connection.cursor() as cursor:
        cursor.execute("SELECT count(*) FROM foundation_territory WHERE name = 'Place'")
        assert cursor.fetchone() == (1,)
