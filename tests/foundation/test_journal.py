"""Every write is in the journal, whatever door or statement made it."""

from __future__ import annotations

import pytest

from tuttava.foundation import records
from tuttava.foundation.context import acting
from tuttava.foundation.errors import ChangedMeanwhile, DomainError, PermissionDenied
from tuttava.foundation.models import JournalChange, Territory, UnitOfWork
from tuttava.partners.models import Employee

pytestmark = pytest.mark.usefixtures("company")


def test_create_change_and_delete_are_journaled_field_by_field_with_user_and_door() -> None:
    with acting(user_name="anna", door="browser"):
        territory = records.create(Territory, {"code": "x1", "name": "Far"})
        territory = records.change(territory, {"name": "Farther"}, version=1)
        records.delete(territory)
    inserted, updated, deleted = JournalChange.objects.filter(record_id=territory.pk).order_by("id")
    assert inserted.new["code"] == "X1" and "closed" not in inserted.new
    assert (updated.old, updated.new) == ({"name": "Far"}, {"name": "Farther"})
    assert deleted.old["name"] == "Farther"
    unit = UnitOfWork.objects.get(pk=updated.unit_id)
    assert (unit.user_name, unit.door, unit.action) == ("anna", "browser", "change territory")


def test_bulk_update_is_journaled_and_raises_versions() -> None:
    for number in range(3):
        records.create(Territory, {"code": f"B{number}", "name": "old"})
    Territory.objects.filter(code__startswith="B").update(name="new")
    changes = JournalChange.objects.filter(operation="U", record_type="foundation.territory")
    assert [change.new for change in changes] == [{"name": "new"}] * 3
    assert set(Territory.objects.filter(name="new").values_list("version", flat=True)) == {2}


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ({"closed": False, "name": "A"}, {"closed": True, "name": ""}),
        ({"birth_date": None}, {"birth_date": "2000-01-31"}),
        ({"birth_date": "2000-01-31"}, {"birth_date": None}),
        ({"birth_date": None, "city": "Oslo"}, {"birth_date": "2000-01-31", "city": "Bergen"}),
        ({"birth_date": "2000-01-31", "employment_date": None}, {"birth_date": None, "employment_date": "2020-02-01"}),
    ],
)
def test_update_tells_both_values_of_each_changed_column(before: dict[str, object], after: dict[str, object]) -> None:
    model = Territory if "closed" in before else Employee
    key = {"code": "T"} if "closed" in before else {"no": "E"}
    row = model._default_manager.create(**key, **before)
    model._default_manager.filter(pk=row.pk).update(**after)
    change = JournalChange.objects.get(record_id=row.pk, operation="U")
    assert (change.old, change.new) == (before, after)
    model._default_manager.filter(pk=row.pk).update(**after)
    assert JournalChange.objects.filter(record_id=row.pk, operation="U").count() == 1


def test_second_writer_is_told_what_changed() -> None:
    mine = records.create(Territory, {"code": "T", "name": "one"})
    records.change(mine, {"name": "two"}, version=1)
    with pytest.raises(ChangedMeanwhile) as refused:
        records.change(mine, {"name": "three"}, version=1)
    assert refused.value.theirs == {"name": "two"}


def test_write_without_right_is_refused_in_the_action() -> None:
    with acting(rights=frozenset({"api.read"})), pytest.raises(PermissionDenied):
        records.create(Territory, {"code": "T"})


@pytest.mark.parametrize(
    ("values", "code"),
    [
        ({"code": "TOOLONGCODE"}, "value_too_long"),
        ({"code": "A", "name": "x" * 51}, "value_too_long"),
        ({"code": "A", "name": "bell\a"}, "value_invalid"),
        ({"code": "A", "nonsense": 1}, "field_unknown"),
    ],
)
def test_bad_values_are_refused_at_the_field(values: dict[str, object], code: str) -> None:
    with pytest.raises(DomainError) as refused:
        records.create(Territory, values)
    assert refused.value.code == code


def test_taken_code_is_refused_and_leaves_the_transaction_usable() -> None:
    records.create(Territory, {"code": "DUP"})
    with pytest.raises(DomainError) as refused:
        records.create(Territory, {"code": "DUP"})
    assert refused.value.code == "already_exists"
    assert Territory.objects.filter(code="DUP").count() == 1
