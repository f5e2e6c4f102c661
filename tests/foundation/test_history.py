"""The history of a record in words."""

from __future__ import annotations

import datetime as dt
import uuid
from typing import Any

import pytest

from tuttava.foundation import records
from tuttava.foundation.context import acting
from tuttava.foundation.history import history_of
from tuttava.foundation.journal import unit_of_work
from tuttava.foundation.models import CommentLine, Country, JournalChange, NumberSeriesLine, PostCode, Territory
from tuttava.foundation.undo import undo_unit

pytestmark = pytest.mark.usefixtures("company")


def make_line() -> NumberSeriesLine:
    from tuttava.foundation.models import NumberSeries

    records.create(NumberSeries, {"code": "S"})
    return records.create(NumberSeriesLine, {"series_code": "S", "starting_no": "1", "ending_no": "99"})


def test_entry_tells_who_did_what_with_labels_choices_and_dates() -> None:
    line = make_line()
    with acting(user_name="anna", door="browser"), unit_of_work("edit", "New year"):
        records.change(line, {"mode": "sequence", "starting_date": dt.date(2025, 3, 14)})
    newest, created = history_of(line.pk)
    assert (newest.user_name, newest.door, newest.summary, newest.operation) == ("anna", "browser", "New year", "U")
    changes = {change.label: (change.old, change.new) for change in newest.changes}
    assert changes["mode"] == ("Without gaps", "Fast, gaps possible")
    assert changes["starting date"][0] == "" and "2025" in changes["starting date"][1]
    assert created.operation == "I"
    assert ("ending number", "", "99") in [(c.label, c.old, c.new) for c in created.changes]


def test_codes_are_shown_with_their_description_and_technical_fields_are_not() -> None:
    records.create(Country, {"code": "XX", "name": "Xanadu"})
    place = records.create(PostCode, {"code": "1", "city": "Town", "country_code": "XX"})
    (created,) = history_of(place.pk)
    changes = {change.name: change.new for change in created.changes}
    assert changes["country_code"] == "XX Xanadu"
    assert not {"search_city", "version", "id"} & changes.keys()


def test_what_hangs_on_the_record_is_in_its_history_by_name() -> None:
    owner = uuid.uuid4()
    comment = records.create(
        CommentLine, {"owner_kind": "contact", "owner_id": owner, "line_no": 10000, "comment": "Called"}
    )
    records.change(comment, {"comment": "Called twice"})
    newest, _created = history_of(owner)
    (change,) = newest.changes
    assert (change.record, change.old, change.new) == ("Comment", "Called", "Called twice")


def test_undone_action_is_marked() -> None:
    with unit_of_work("create") as unit:
        row = records.create(Territory, {"code": "T"})
    undone = undo_unit(unit)
    newest, created = history_of(row.pk)
    assert (newest.undoes, newest.operation, newest.unit_id) == (unit, "D", undone.unit_id)
    assert created.undone and not newest.undone
    assert undone.unit_id is not None
    undo_unit(undone.unit_id)
    assert [entry.undone for entry in history_of(row.pk)] == [False, True, False]


def test_pages_follow_each_other_without_gap_or_double() -> None:
    row = records.create(Territory, {"code": "T", "name": "0"})
    for number in range(1, 10):
        row = records.change(row, {"name": str(number)})
    seen: list[str] = []
    before = None
    while page := history_of(row.pk, before, limit=4):
        seen += [change.new for entry in page for change in entry.changes if change.name == "name"]
        before = page[-1].before_id
    assert seen == [str(number) for number in range(9, -1, -1)]


def test_queries_do_not_grow_with_the_history(django_assert_num_queries: Any) -> None:
    records.create(Country, {"code": "XX", "name": "Xanadu"})
    place = records.create(PostCode, {"code": "1", "city": "Town", "country_code": "XX"})
    for number in range(10):
        place = records.change(place, {"country_code": "" if number % 2 else "XX", "county": str(number)})
    with django_assert_num_queries(4):
        assert len(history_of(place.pk)) == 11


def test_entry_of_a_table_the_product_no_longer_has_is_shown_without_fields() -> None:
    owner = uuid.uuid4()
    JournalChange.objects.create(
        txid=1,
        at=dt.datetime.now(dt.UTC),
        record_type="foundation.gone",
        record_id=owner,
        owner_id=owner,
        operation="D",
    )
    (entry,) = history_of(owner)
    assert entry.changes == [] and entry.operation == "D"
