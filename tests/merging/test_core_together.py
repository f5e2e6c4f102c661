"""Two people merging overlapping records at once, and a merge whose process dies."""

from __future__ import annotations

import threading
from functools import partial
from typing import Any

import pytest
from django.db import DatabaseError, connection, transaction

from tests.merging.parties import again, company, mailing, person, place
from tests.together import Elsewhere, waits
from tuttava.contacts.models import Contact, ContactMailingGroup
from tuttava.foundation.comments import add_comment
from tuttava.foundation.errors import DomainError
from tuttava.foundation.merge_rules import records_merged
from tuttava.merging.actions import perform, start_merge, undo_merge
from tuttava.merging.models import Merge

pytestmark = pytest.mark.usefixtures("live_company")


def attempt(merge: Merge, start: threading.Barrier) -> str:
    """Carry the merge out as soon as all are ready; the code of the refusal."""
    start.wait(timeout=30)
    try:
        return "done" if perform(merge) else "conflicts"
    except DomainError as error:
        return error.code


def at_once(elsewhere: Elsewhere, *merges: Merge) -> list[str]:
    start = threading.Barrier(len(merges))
    futures = [elsewhere(partial(attempt, merge, start)) for merge in merges]
    return sorted(future.result(timeout=60) for future in futures)


def test_one_duplicate_goes_into_one_survivor(elsewhere: Elsewhere) -> None:  # M-5, M-30
    one, two, both = company("A"), company("B"), company("C")
    row, worker = mailing(both, "NEWS"), person(company_no=both.no)
    merges = [start_merge("contact", each.no, both.no) for each in (one, two)]
    assert at_once(elsewhere, *merges) == ["done", "merge.not_found"]
    (survivor,) = Merge.objects.filter(duplicate_no=both.no, status="merged").values_list("current_id", flat=True)
    assert (again(row).contact_id, again(worker).company_id) == (survivor, survivor)
    assert Contact.objects.filter(pk__in=[one.pk, two.pk]).count() == 2


def test_two_that_are_merged_into_each_other_leave_one(elsewhere: Elsewhere) -> None:  # M-5, M-30
    one, two = company("A"), company("B")
    rows = [mailing(one, "NEWS"), mailing(two, "FAIR")]
    merges = [start_merge("contact", one.no, two.no), start_merge("contact", two.no, one.no)]
    assert at_once(elsewhere, *merges) == ["done", "merge.not_found"]
    (left,) = Contact.objects.filter(pk__in=[one.pk, two.pk])
    assert [again(row).contact_id for row in rows] == [left.pk, left.pk]


def test_a_chain_merged_at_once_ends_whole(elsewhere: Elsewhere) -> None:  # M-5, M-30
    one, two, three = company("A"), company("B"), company("C")
    row = mailing(three, "NEWS")
    merges = [start_merge("contact", one.no, two.no), start_merge("contact", two.no, three.no)]
    outcome = at_once(elsewhere, *merges)
    assert outcome in (["done", "done"], ["done", "merge.not_found"])
    owner = again(row).contact_id
    assert Contact.objects.filter(pk=owner).exists()
    assert Contact.objects.filter(pk__in=[one.pk, two.pk, three.pk]).count() == 3 - outcome.count("done")


def test_a_merge_and_the_undo_of_another_do_not_mix(elsewhere: Elsewhere) -> None:  # M-41
    one, two, three = company("A"), company("B"), company("C")
    address = place(three, "HOME")
    first = start_merge("contact", two.no, three.no)
    assert perform(first)
    second = start_merge("contact", one.no, two.no)
    start = threading.Barrier(2)

    def undo() -> str:
        start.wait(timeout=30)
        try:
            undo_merge(first)
        except DomainError as error:
            return error.code
        return "done"

    futures = [elsewhere(undo), elsewhere(partial(attempt, second, start))]
    undone, done = (future.result(timeout=60) for future in futures)
    assert (undone, done) in (("done", "done"), ("merge.undo_blocked", "done"))
    assert again(address).contact_id == (three.pk if undone == "done" else one.pk)


def test_comment_being_written_is_waited_for_and_moves(elsewhere: Elsewhere) -> None:  # M-27
    one, two = company("A"), company("B")
    merge = start_merge("contact", one.no, two.no)
    with transaction.atomic():
        line = add_comment("contact", two.pk, "Called back")
        future = elsewhere(partial(perform, merge))
        assert waits(future)
    assert future.result(timeout=60)
    assert again(line).owner_id == one.pk


def test_comment_written_while_its_contact_is_merged_goes_to_the_survivor(elsewhere: Elsewhere) -> None:  # M-27
    one, two = company("A"), company("B")
    merge = start_merge("contact", one.no, two.no)
    reached, on = threading.Event(), threading.Event()

    def pause(**_signal: Any) -> None:
        reached.set()
        on.wait(timeout=30)

    records_merged.connect(pause, dispatch_uid="test.pause")
    try:
        merging = elsewhere(partial(perform, merge))
        assert reached.wait(timeout=30)
        writing = elsewhere(partial(add_comment, "contact", two.pk, "Called back"))
        assert waits(writing)
    finally:
        on.set()
        records_merged.disconnect(dispatch_uid="test.pause")
    assert merging.result(timeout=60)
    assert again(writing.result(timeout=60)).owner_id == one.pk


def test_a_killed_merge_leaves_nothing(elsewhere: Elsewhere) -> None:  # M-30
    one, two = company("A"), company("B")
    row, worker = mailing(two, "NEWS"), person(company_no=two.no)
    merge = start_merge("contact", one.no, two.no)

    def die(**_signal: Any) -> None:
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_terminate_backend(pg_backend_pid())")

    records_merged.connect(die, dispatch_uid="test.die")
    try:
        with pytest.raises(DatabaseError):
            elsewhere(partial(perform, merge)).result(timeout=60)
    finally:
        records_merged.disconnect(dispatch_uid="test.die")
    assert (again(two).name, again(row).contact_id, again(worker).company_id) == ("B", two.pk, two.pk)
    fresh = Merge.objects.get(pk=merge.pk)
    assert (fresh.status, fresh.unit_id) == ("open", None)
    assert perform(fresh)
    assert ContactMailingGroup.objects.get(pk=row.pk).contact_id == one.pk
