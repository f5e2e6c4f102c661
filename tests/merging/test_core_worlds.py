"""Random bases, as many as ``TUTTAVA_WORLDS`` says: a merge and its undo leave every row as it was (M-41)."""

from __future__ import annotations

import json
import os
import random
from typing import Any

import pytest
from django.db import transaction

from tests.merging import worlds
from tests.merging.worlds import Builder, Snapshot, Store, World, snapshot
from tuttava.contacts.models import ContactAltAddress
from tuttava.foundation import records
from tuttava.foundation.models import JournalChange
from tuttava.merging.actions import (
    KEEP_BOTH,
    KEEP_CURRENT,
    find_conflicts,
    perform,
    propose,
    resolve_all,
    start_merge,
    undo_merge,
)
from tuttava.merging.fields import differing, locked_fields, tied_to
from tuttava.merging.models import Merge
from tuttava.merging.preparing import store as store_merge
from tuttava.partners.models import ShipToAddress

pytestmark = [pytest.mark.smart_search, pytest.mark.usefixtures("company")]

#: Worlds in all, made this many together, shared out to this many tests.
WORLDS, TOGETHER, PARTS = int(os.environ.get("TUTTAVA_WORLDS", "40")), 5, 1


def merge_of(world: World, chance: random.Random) -> Merge:
    """A merge of the world's two records with random overrides, its conflicts settled one way or the other."""
    merge = start_merge(world.table, world.current.no, world.duplicate.no)
    if chance.random() < 0.2:
        propose(merge)
    else:
        names = [field.attname for field in differing(world.current, world.duplicate)]
        free = [name for name in names if name not in locked_fields(world.current)]
        chosen = {each for name in chance.sample(free, min(len(free), 2)) for each in tied_to(world.current, name)}
        merge.overrides = sorted(chosen)
        store_merge(merge)
    if find_conflicts(merge) and resolve_all(merge, chance.choice([KEEP_CURRENT, KEEP_BOTH])):
        resolve_all(merge, KEEP_CURRENT)
    merge.refresh_from_db()
    assert perform(merge)
    return merge


def differences(before: Snapshot, after: Snapshot) -> list[tuple[str, Any, str]]:
    """Table, row and column of all that is not what it was."""
    found = []
    for key in before.keys() | after.keys():
        old, new = before.get(key, "{}"), after.get(key, "{}")
        if old != new:
            left, right = json.loads(old), json.loads(new)
            names = {name for name in left.keys() | right.keys() if left.get(name) != right.get(name)}
            found += [(*key, name) for name in names]
    return found


def edit_something(world: World, chance: random.Random) -> None:
    """What users do after a merge: change the survivor, people, addresses and records, remove rows, add others."""
    survivor = type(world.current).objects.get(pk=world.current.pk)
    if chance.random() < 0.6:
        name, value = chance.choice([("name", "Ny"), ("home_page", "ny.example"), ("phone_no", "12"), ("phone_no", "")])
        records.change(survivor, {name: value})
    for model in (ContactAltAddress, ShipToAddress):
        rows = list(model.objects.order_by("pk")[:6])
        for row in chance.sample(rows, min(len(rows), 2)):
            if chance.random() < 0.3:
                records.delete(row)
            else:
                records.change(row, {"address": "New road 1"})
    for contact in chance.sample(world.contacts, 2):
        fresh = type(contact).objects.filter(pk=contact.pk).first()
        if fresh is not None:
            records.change(fresh, {"home_page": "later.example"})
    party = type(world.vendors[0]).objects.filter(pk=world.vendors[2].pk).get()
    records.change(party, {"phone_no": "77"})


def touched(since: int) -> set[tuple[str, Any, str]]:
    """Table, row and column of what was written after a journal entry."""
    found = set()
    for change in JournalChange.objects.filter(id__gt=since):
        names = {**(change.old or {}), **(change.new or {})}
        found |= {(change.record_type, change.record_id, name) for name in names}
    return found


def last_change() -> int:
    return JournalChange.objects.order_by("-id").values_list("id", flat=True).first() or 0


@pytest.mark.parametrize("part", range(PARTS))
def test_after_merge_and_undo_everything_is_as_it_was(part: int) -> None:  # M-24 to M-28, M-36, M-39, M-41
    worlds.codes()
    for first in range(part * TOGETHER, WORLDS, PARTS * TOGETHER):
        with transaction.atomic():
            store = Store()
            made = {seed: Builder(seed, store).build() for seed in range(first, first + TOGETHER)}
            store.flush()
            before = snapshot()
            for seed, world in made.items():
                with transaction.atomic():
                    _merged_and_undone(seed, world, before)
                    transaction.set_rollback(True)
            transaction.set_rollback(True)


def _merged_and_undone(seed: int, world: World, before: Snapshot) -> None:
    chance = random.Random(seed)
    merge = merge_of(world, chance)
    assert not type(world.duplicate).objects.filter(pk=world.duplicate.pk).exists()
    if seed % 4:
        done = undo_merge(merge)
        assert done.exceptions == [], seed
        assert differences(before, snapshot()) == [], seed
    else:
        _undone_after_edits(seed, world, before, merge, chance)


def _undone_after_edits(seed: int, world: World, before: Snapshot, merge: Merge, chance: random.Random) -> None:
    mark = last_change()
    edit_something(world, chance)
    edited = touched(mark)
    done = undo_merge(merge)
    rows = {row for _table, row, _name in edited}
    stayed = {each.record_id for each in done.exceptions}
    unexpected = [
        each for each in differences(before, snapshot()) if each not in edited and each[1] not in stayed | _new(rows)
    ]
    assert unexpected == [], (seed, done.exceptions)
    assert {each.reason for each in done.exceptions} <= {"changed", "gone", "taken", "in_use"}, seed


def _new(rows: set[Any]) -> set[Any]:
    """Rows of the later edits that the edits made themselves."""
    made = JournalChange.objects.filter(record_id__in=rows, operation="I")
    return set(made.values_list("record_id", flat=True))
