"""Taking back a unit of work."""

from __future__ import annotations

import uuid
from typing import Any

import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from tuttava.foundation import records
from tuttava.foundation.comments import add_comment
from tuttava.foundation.context import acting
from tuttava.foundation.errors import DomainError, PermissionDenied
from tuttava.foundation.journal import unit_of_work
from tuttava.foundation.models import (
    Country,
    DocumentAttachment,
    Language,
    NumberSeries,
    NumberSeriesLine,
    Picture,
    PostCode,
    Territory,
    UnitOfWork,
    VatFormat,
)
from tuttava.foundation.undo import UndoResult, restore_rows, undo_unit
from tuttava.foundation.undo_plan import Part

pytestmark = pytest.mark.usefixtures("company")


def counts(result: UndoResult) -> tuple[int, int, int, int]:
    return (result.restored, result.removed, result.reinserted, result.conflict_count)


def state(*models: type[records.Record]) -> dict[str, list[dict[str, Any]]]:
    """All rows without their versions."""
    return {
        model.__name__: [
            {name: value for name, value in row.items() if name != "version"}
            for row in model._default_manager.order_by("pk").values()
        ]
        for model in models
    }


def test_insert_change_and_delete_are_taken_back_and_the_undo_too() -> None:
    changed = records.create(Territory, {"code": "CH", "name": "before"})
    deleted = records.create(Territory, {"code": "DE", "name": "gone", "closed": True})
    before = state(Territory)
    with unit_of_work("many things") as unit:
        records.create(Territory, {"code": "IN"})
        records.change(changed, {"name": "between"})
        records.change(changed, {"name": "after"})
        records.change(deleted, {"name": "last words"})
        records.delete(deleted)
        records.delete(records.create(Territory, {"code": "TMP"}))
    after = state(Territory)
    result = undo_unit(unit)
    assert counts(result) == (1, 1, 1, 0)
    assert state(Territory) == before
    assert UnitOfWork.objects.get(pk=result.unit_id).undoes_id == unit
    assert result.unit_id is not None
    assert counts(undo_unit(result.unit_id)) == (1, 1, 1, 0)
    assert state(Territory) == after


def test_strict_undo_is_refused_when_somebody_changed_a_row_since() -> None:
    with unit_of_work("first") as unit:
        one = records.create(Territory, {"code": "ONE", "name": "a"})
        records.create(Territory, {"code": "TWO"})
    records.change(one, {"name": "b"})
    before = state(Territory)
    with pytest.raises(DomainError) as refused:
        undo_unit(unit)
    assert refused.value.code == "undo.changed_since"
    assert [(detail.code, detail.target) for detail in refused.value.details] == [("undo.changed", str(one.pk))]
    assert state(Territory) == before


def test_lenient_undo_takes_back_the_columns_that_nobody_changed() -> None:
    row = records.create(NumberSeries, {"code": "S", "description": "old", "date_order": False})
    with unit_of_work("edit") as unit:
        row = records.change(row, {"description": "new", "date_order": True})
    records.change(row, {"description": "newer"})
    result = undo_unit(unit, strict=False)
    assert counts(result) == (1, 0, 0, 1)
    assert (result.conflicts[0].reason, result.conflicts[0].columns) == ("changed", ("description",))
    row.refresh_from_db()
    assert (row.description, row.date_order) == ("newer", False)


def test_value_changed_and_changed_back_does_not_stand_in_the_way() -> None:
    row = records.create(Territory, {"code": "T", "name": "old"})
    with unit_of_work("edit") as unit:
        row = records.change(row, {"name": "new"})
    row = records.change(row, {"name": "other"})
    records.change(row, {"name": "new"})
    assert counts(undo_unit(unit)) == (1, 0, 0, 0)
    row.refresh_from_db()
    assert row.name == "old"


def test_row_that_others_refer_to_now_stays_with_everything_it_needs() -> None:
    with unit_of_work("import") as unit:
        records.create(Country, {"code": "XX"})
        records.create(Country, {"code": "YY"})
        kept = records.create(PostCode, {"code": "1", "city": "A", "country_code": "YY"})
    records.create(VatFormat, {"country_code": "XX", "line_no": 1, "format": "#"})
    records.change(kept, {"county": "typed since"})
    result = undo_unit(unit, strict=False)
    assert counts(result) == (0, 0, 0, 3)
    reasons = {conflict.record_type + conflict.reason for conflict in result.conflicts}
    assert reasons == {"foundation.countryin_use", "foundation.postcodechanged"}


def test_row_with_something_hanging_on_it_stays() -> None:
    def made() -> tuple[Territory, uuid.UUID]:
        with unit_of_work("create") as unit:
            row = records.create(Territory, {"code": f"T{Territory.objects.count()}"})
            add_comment("task", row.pk, "said at once")
        return row, unit

    def commented(row: Territory) -> None:
        add_comment("task", row.pk, "said since")

    def pictured(row: Territory) -> None:
        Picture.objects.create(parent_kind="item", parent_id=row.pk, width=1, height=1, content=b"", thumbnail=b"")

    def filed(row: Territory) -> None:
        DocumentAttachment.objects.create(parent_kind="item", parent_id=row.pk)

    for hang in (commented, pictured, filed):
        row, unit = made()
        hang(row)
        with pytest.raises(DomainError) as refused:
            undo_unit(unit)
        assert [detail.code for detail in refused.value.details] == ["undo.in_use"]
    row, unit = made()
    assert counts(undo_unit(unit)) == (0, 2, 0, 0)


def test_deleted_row_whose_key_is_taken_is_not_put_back_nor_what_refers_to_it() -> None:
    country = records.create(Country, {"code": "XX"})
    line = records.create(VatFormat, {"country_code": "XX", "line_no": 1, "format": "#"})
    other = records.create(Territory, {"code": "OK"})
    with unit_of_work("clean up") as unit:
        for row in (line, country, other):
            records.delete(row)
    taken = records.create(Country, {"code": "XX", "name": "new"})
    result = undo_unit(unit, strict=False)
    # the format fits the new country of the same code; the old country itself cannot come back
    assert counts(result) == (0, 0, 2, 1)
    assert [conflict.reason for conflict in result.conflicts] == ["taken"]
    taken.refresh_from_db()
    assert taken.name == "new"


def test_old_reference_to_a_row_that_is_gone_stays_away() -> None:
    records.create(Country, {"code": "XX"})
    place = records.create(PostCode, {"code": "1", "city": "A", "country_code": "XX"})
    with unit_of_work("move") as unit:
        place = records.change(place, {"country_code": "", "county": "C"})
    records.delete(Country.objects.get(code="XX"))
    result = undo_unit(unit, strict=False)
    assert counts(result) == (1, 0, 0, 1)
    place.refresh_from_db()
    assert (place.country_code, place.county) == (None, "")


def test_old_key_that_is_taken_stays_away_and_the_rest_of_the_batch_comes_back() -> None:
    rows = [records.create(Territory, {"code": f"T{n}"}) for n in range(5)]
    with unit_of_work("rename") as unit:
        for n, row in enumerate(rows):
            records.change(row, {"code": f"N{n}"})
    records.create(Territory, {"code": "T3"})
    result = undo_unit(unit, strict=False)
    assert counts(result) == (4, 0, 0, 1)
    assert result.conflicts[0].record_id == rows[3].pk and result.conflicts[0].reason == "taken"


def test_restored_row_refuses_a_page_opened_before_it_was_deleted() -> None:
    row = records.create(Territory, {"code": "T"})
    with unit_of_work("delete") as unit:
        records.delete(row)
    undo_unit(unit)
    with pytest.raises(DomainError) as refused:
        records.change(row, {"name": "late"}, version=row.version)
    assert refused.value.code == "changed_meanwhile"


def test_rows_of_some_owners_can_be_put_back_alone() -> None:  # C-87
    rows = [records.create(Territory, {"code": f"T{n}"}) for n in range(3)]
    with unit_of_work("delete") as unit:
        for row in rows:
            records.delete(row)
        records.create(Territory, {"code": "NEW"})
    result = restore_rows(unit, Part([rows[0].pk, rows[1].pk]), skip=[rows[1].pk])
    assert counts(result) == (0, 0, 1, 0)
    assert set(Territory.objects.filter(code__in=["T0", "T1", "T2", "NEW"]).values_list("code", flat=True)) == {
        "T0",
        "NEW",
    }


def test_row_whose_code_is_gone_comes_back_without_it() -> None:
    country = records.create(Country, {"code": "XX", "name": "Nowhere"})
    row = records.create(PostCode, {"code": "1", "city": "By", "country_code": "XX"})
    with unit_of_work("delete") as unit:
        records.delete(row)
    records.delete(country)
    with pytest.raises(DomainError) as refused:
        undo_unit(unit)
    assert [detail.code for detail in refused.value.details] == ["undo.missing"]
    result = undo_unit(unit, strict=False)
    assert counts(result) == (0, 0, 1, 1)
    assert (result.conflicts[0].reason, result.conflicts[0].lost) == ("missing", (("country_code", "XX"),))
    assert PostCode.objects.get(pk=row.pk).country_code is None


def test_undo_needs_the_write_right_of_the_sets_touched() -> None:
    with unit_of_work("import") as unit:
        records.create(NumberSeries, {"code": "S"})
    with acting(rights=frozenset({"api.write:territories"})), pytest.raises(PermissionDenied):
        undo_unit(unit)
    with acting(rights=frozenset({"api.admin:numberSeries"})):
        assert counts(undo_unit(unit)) == (0, 1, 0, 0)


def test_unknown_unit_is_refused() -> None:
    with pytest.raises(DomainError) as refused:
        undo_unit(uuid.uuid4())
    assert refused.value.code == "not_found"


def test_last_number_of_a_line_brought_back_is_not_given_twice() -> None:  # C-108
    from tuttava.foundation import series

    main = records.create(NumberSeries, {"code": "S"})
    records.create(NumberSeriesLine, {"series_code": "S", "starting_no": "1", "mode": "sequence"})
    series.draw_many("S", 3)
    with unit_of_work("delete") as unit:
        records.delete(main)
    undo_unit(unit)
    assert series.draw("S") == "4"


CODES = st.sampled_from([f"X{n}" for n in range(6)])
NAMES = st.sampled_from(["", "a", "b"])
STEPS = st.lists(
    st.one_of(
        st.tuples(st.just("country"), CODES, NAMES),
        st.tuples(st.just("format"), CODES, st.integers(1, 3), NAMES),
        st.tuples(st.just("place"), CODES, NAMES, st.one_of(st.none(), CODES)),
        st.tuples(st.just("drop_country"), CODES),
        st.tuples(st.just("drop_place"), CODES, NAMES),
        st.tuples(st.just("language"), CODES, NAMES, st.booleans()),
        st.tuples(st.just("bulk"), NAMES),
    ),
    max_size=14,
)


def carry_out(steps: list[tuple[Any, ...]]) -> None:
    for kind, *values in steps:
        if kind == "country":
            Country.objects.update_or_create(code=values[0], defaults={"name": values[1]})
        elif kind == "format" and Country.objects.filter(code=values[0]).exists():
            VatFormat.objects.update_or_create(
                country_code=values[0], line_no=values[1], defaults={"format": values[2]}
            )
        elif kind == "place":
            country = values[2] if Country.objects.filter(code=values[2]).exists() else None
            PostCode.objects.update_or_create(
                code=values[0], city=values[1], defaults={"country_code": country, "search_city": values[1]}
            )
        elif kind == "drop_country":
            VatFormat.objects.filter(country_code=values[0]).delete()
            PostCode.objects.filter(country_code=values[0]).update(country_code=None)
            Country.objects.filter(code=values[0]).delete()
        elif kind == "drop_place":
            PostCode.objects.filter(code=values[0], city=values[1]).delete()
        elif kind == "language":
            Language.objects.update_or_create(code=values[0], defaults={"name": values[1], "closed": values[2]})
        elif kind == "bulk":
            Country.objects.filter(code__startswith="X").update(county_name=values[0])


@given(STEPS, STEPS, STEPS)
@example(
    [("country", "X0", ""), ("place", "X2", "a", "X0")],
    [("drop_country", "X0"), ("country", "X0", ""), ("place", "X2", "a", "X0")],
    [],
)
@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_undo_returns_exactly_the_state_before(
    earlier: list[tuple[Any, ...]], steps: list[tuple[Any, ...]], later: list[tuple[Any, ...]]
) -> None:
    from django.db import transaction

    models = (Country, VatFormat, PostCode, Language)
    with transaction.atomic():
        carry_out(earlier)
        before = state(*models)
        with unit_of_work("steps") as unit:
            carry_out(steps)
        after = state(*models)
        undone = undo_unit(unit)
        assert state(*models) == before
        assert undone.unit_id is not None
        redone = undo_unit(undone.unit_id)
        assert state(*models) == after
        assert redone.conflict_count == 0
        with unit_of_work("later"):
            carry_out(later)
        undo_unit(unit, strict=False)  # whatever was changed since: no broken reference, no error
        records.check_constraints()
        transaction.set_rollback(True)
