"""Numbers drawn by many at once, with committed transactions of their own."""

from __future__ import annotations

import os
import subprocess
import sys
import textwrap
import threading
from collections.abc import Callable
from typing import Any

import pytest
from django.db import connection, transaction

from tuttava.foundation import records, series
from tuttava.foundation.directory.models import Company
from tuttava.foundation.journal import unit_of_work
from tuttava.foundation.models import NumberSeries, NumberSeriesLine
from tuttava.foundation.schemas import in_schema

THREADS, DRAWS = 8, 200


def make(code: str, **line: Any) -> None:
    NumberSeriesLine.objects.filter(series__code=code).delete()
    NumberSeries.objects.filter(code=code).delete()
    records.create(NumberSeries, {"code": code})
    records.create(NumberSeriesLine, {"series_code": code, "starting_no": "1", **line})


def together(schema: str, work: Callable[[int], None]) -> None:
    """Run ``work(place)`` in threads with connections of their own; raise what any of them raised."""
    errors: list[BaseException] = []

    def run(place: int) -> None:
        try:
            with in_schema(schema):
                work(place)
        except BaseException as error:
            errors.append(error)
        finally:
            connection.close()

    threads = [threading.Thread(target=run, args=[place]) for place in range(THREADS)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(timeout=120)
    assert errors == []


@pytest.mark.parametrize("mode", ["normal", "sequence"])
def test_no_number_is_given_twice(live_company: Company, mode: str) -> None:  # C-108
    make("LIVE", mode=mode)
    drawn: list[str] = []

    def work(place: int) -> None:
        for _ in range(DRAWS):
            with transaction.atomic():
                number = series.draw("LIVE")
            drawn.append(number)

    together(live_company.schema, work)
    assert sorted(map(int, drawn)) == list(range(1, THREADS * DRAWS + 1))
    line = NumberSeriesLine.objects.filter(series__code="LIVE")
    assert list(series.last_numbers(line).values()) == [str(THREADS * DRAWS)]


def test_gapless_series_has_no_gap_when_transactions_roll_back(live_company: Company) -> None:  # C-108
    make("LIVE")
    kept: list[str] = []

    def work(place: int) -> None:
        for turn in range(50):
            with transaction.atomic():
                numbers = series.draw_many("LIVE", 2)
                if turn % 3 == place % 3:
                    transaction.set_rollback(True)
                    continue
            kept.extend(numbers)

    together(live_company.schema, work)
    assert sorted(map(int, kept)) == list(range(1, len(kept) + 1))


def test_lines_of_a_fast_series_run_out_without_doubles(live_company: Company) -> None:  # C-103, C-108
    make("LIVE", ending_no="97", mode="sequence")
    records.create(NumberSeriesLine, {"series_code": "LIVE", "starting_no": "B001", "mode": "sequence"})
    numbers: list[str] = []

    def work(place: int) -> None:
        for _ in range(20):
            numbers.extend(series.draw_many("LIVE", 3))

    together(live_company.schema, work)
    assert len(set(numbers)) == len(numbers) == THREADS * 60
    assert {f"{n}" for n in range(1, 98)} <= set(numbers)


def test_fast_draw_does_not_wait_for_an_open_transaction(live_company: Company) -> None:  # C-108
    make("LIVE", mode="sequence")
    series.draw("LIVE")
    drawn: list[str] = []

    def other() -> None:
        with in_schema(live_company.schema), transaction.atomic():
            drawn.append(series.draw("LIVE"))
        connection.close()

    with transaction.atomic():
        assert series.draw("LIVE") == "2"
        thread = threading.Thread(target=other)
        thread.start()
        thread.join(timeout=30)
        assert drawn == ["3"]


def test_edit_of_a_fast_line_waits_for_drawers_and_loses_no_number(live_company: Company) -> None:  # C-108
    make("LIVE", mode="sequence")
    drawn: list[str] = []

    def work(place: int) -> None:
        for turn in range(40):
            if place == 0:
                line = NumberSeriesLine.objects.get(series__code="LIVE")
                records.change(line, {"mode": "normal" if turn % 2 else "sequence"})
            else:
                drawn.append(series.draw("LIVE"))

    together(live_company.schema, work)
    assert len(set(drawn)) == len(drawn)


KILLED = """
    import os, signal, sys
    os.environ["DJANGO_SETTINGS_MODULE"] = "tuttava.config.settings"
    import django
    django.setup()
    from tuttava.foundation import series
    from tuttava.foundation.journal import unit_of_work
    from tuttava.foundation.schemas import use_schema
    use_schema(sys.argv[1])
    with unit_of_work("interrupted"):
        print(series.draw("LIVE"), flush=True)
        os.kill(os.getpid(), signal.SIGKILL)
"""


def test_killed_process_leaves_no_gap(live_company: Company) -> None:  # C-108
    make("LIVE")
    settings = connection.settings_dict
    url = f"postgresql://{settings['USER']}:{settings['PASSWORD']}@/{settings['NAME']}?host={settings['HOST']}"
    with unit_of_work("first"):
        assert series.draw("LIVE") == "1"
    killed = subprocess.run(
        [sys.executable, "-c", textwrap.dedent(KILLED), live_company.schema],
        capture_output=True,
        text=True,
        env={**os.environ, "DATABASE_URL": url},
        check=False,
    )
    assert (killed.stdout.strip(), killed.returncode) == ("2", -9), killed.stderr
    assert series.draw("LIVE") == "2"
