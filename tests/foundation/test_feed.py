"""What changed since a position: nothing committed is missed, whatever was open when the position was taken."""

from __future__ import annotations

import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import pytest
from django.db import connection, transaction
from django.test.utils import CaptureQueriesContext

from tuttava.contacts.models import Contact, ContactAffiliation
from tuttava.foundation import feed, records
from tuttava.foundation.directory.models import Company
from tuttava.foundation.feed import Feed, PositionLost, Window
from tuttava.foundation.journal import JournalChange, unit_of_work
from tuttava.foundation.models import CommentLine, Territory
from tuttava.foundation.schemas import in_schema

TERRITORIES = Feed(Territory)
COMMENTED = Feed(Territory, ((CommentLine, "owner_id"),))
AFFILIATED = Feed(Contact, ((ContactAffiliation, "company_id"),))


@contextmanager
def another_connection(schema: str) -> Iterator[Any]:
    """A second connection to the company, with a transaction of its own."""
    other: Any = connection.copy()
    other.set_schema(schema)
    try:
        other.set_autocommit(False)
        yield other
    finally:
        other.rollback()
        other.close()


def insert(other: Any, code: str) -> uuid.UUID:
    """Insert a territory by plain SQL."""
    made = uuid.uuid4()
    with other.cursor() as cursor:
        cursor.execute(
            "INSERT INTO foundation_territory (id, version, code, name, closed) VALUES (%s, 1, %s, '', false)",
            [made, code],
        )
    return made


def ids_since(since: str, what: Feed = TERRITORIES) -> list[uuid.UUID]:
    return [change.id for change in what.all(Window(since, feed.position()))]


def code() -> str:
    return uuid.uuid4().hex[:10].upper()


def hang(owner: uuid.UUID) -> CommentLine:
    return CommentLine.objects.create(owner_kind="contact", owner_id=owner, line_no=10000, comment="Hello")


@pytest.fixture(autouse=True)
def _live(live_company: Company) -> None:
    """All tests look at committed changes."""


class TestNothingIsMissed:
    def test_change_committed_after_the_position_by_an_earlier_transaction(self, live_company: Company) -> None:
        with another_connection(live_company.schema) as other:
            made = insert(other, code())
            since = feed.position()
            later = Territory.objects.create(code=code()).pk  # a higher transaction number, committed first
            assert ids_since(since) == [later]
            between = feed.position()
            other.commit()
        assert ids_since(since) == [made, later]
        assert ids_since(between) == [made]

    def test_rolled_back_change_never_shows(self, live_company: Company) -> None:
        since = feed.position()
        with another_connection(live_company.schema) as other:
            insert(other, code())
        assert ids_since(since) == []

    def test_savepoints_belong_to_their_transaction(self) -> None:
        since = feed.position()
        with transaction.atomic():
            kept = Territory.objects.create(code=code()).pk
            with pytest.raises(ZeroDivisionError), transaction.atomic():
                Territory.objects.create(code=code())
                raise ZeroDivisionError
            with transaction.atomic():
                inner = Territory.objects.create(code=code()).pk
        assert ids_since(since) == [kept, inner]

    def test_transaction_open_over_several_positions_shows_once(self, live_company: Company) -> None:
        seen: list[uuid.UUID] = []
        at = feed.position()
        with another_connection(live_company.schema) as other:
            for round_ in range(5):
                if round_ == 1:
                    slow = insert(other, code())
                if round_ == 3:
                    other.commit()
                quick = Territory.objects.create(code=code()).pk
                now = feed.position()
                seen += [change.id for change in TERRITORIES.all(Window(at, now))]
                at = now
                assert quick in seen
        assert len(seen) == 6 and seen.count(slow) == 1

    def test_bulk_and_raw_writes_count(self) -> None:
        rows = [Territory(code=code(), name="old") for _ in range(50)]
        since = feed.position()
        Territory.objects.bulk_create(rows)
        before_update = feed.position()
        with connection.cursor() as cursor:
            cursor.execute("UPDATE foundation_territory SET name = 'new' WHERE id = ANY(%s)", [[r.pk for r in rows]])
        assert set(ids_since(since)) == set(ids_since(before_update)) == {row.pk for row in rows}


class TestWhatHappened:
    def test_created_changed_deleted(self) -> None:
        kept, gone = Territory.objects.create(code=code()), Territory.objects.create(code=code())
        since = feed.position()
        new, passing = Territory.objects.create(code=code()), Territory.objects.create(code=code())
        gone_id, passing_id = gone.pk, passing.pk
        records.change(kept, {"name": "Named"})
        gone.delete()
        passing.delete()
        told = {c.id: (c.existed, c.exists, c.columns) for c in TERRITORIES.all(Window(since, feed.position()))}
        assert told == {
            kept.pk: (True, True, frozenset({"name"})),
            new.pk: (False, True, frozenset()),
            gone_id: (True, False, frozenset()),
            passing_id: (False, False, frozenset()),
        }

    def test_deleted_and_restored_record_is_a_changed_one(self) -> None:
        territory = Territory.objects.create(code=code())
        since, key = feed.position(), territory.pk
        territory.delete()
        Territory.objects.create(id=key, code=code())
        (change,) = TERRITORIES.all(Window(since, feed.position()))
        assert (change.id, change.existed, change.exists) == (key, True, True)
        assert {"code", "name"} <= change.columns

    def test_times_tell_first_and_last_write_and_when_the_action_began(self) -> None:
        since = feed.position()
        with unit_of_work("test"):
            territory = Territory.objects.create(code=code())
        records.change(territory, {"name": "Later"})
        (change,) = TERRITORIES.all(Window(since, feed.position()))
        assert change.began_at < change.first_at < change.last_at

    def test_other_tables_do_not_show(self) -> None:
        since = feed.position()
        hang(uuid.uuid4())
        assert ids_since(since) == []


class TestWhatHangsOnIt:
    def test_changed_child_is_a_change_of_its_parent_once(self) -> None:
        parent = Territory.objects.create(code=code())
        since = feed.position()
        comment = hang(parent.pk)
        records.change(comment, {"comment": "Changed"})
        (change,) = COMMENTED.all(Window(since, feed.position()))
        assert (change.id, change.existed, change.exists, change.columns) == (parent.pk, True, True, frozenset())
        between = feed.position()
        comment.delete()
        assert ids_since(between, COMMENTED) == [parent.pk]

    def test_child_that_moved_touches_both_parents(self) -> None:
        left, entered = Territory.objects.create(code=code()), Territory.objects.create(code=code())
        comments = [hang(left.pk)]
        since = feed.position()
        CommentLine.objects.filter(pk=comments[0].pk).update(owner_id=entered.pk)
        assert sorted(ids_since(since, COMMENTED)) == sorted([left.pk, entered.pk])

    def test_child_touches_what_it_names_beside_its_owner(self) -> None:
        person, firm = (Contact.objects.create(no=code(), type=kind) for kind in ("person", "company"))
        since = feed.position()
        link = ContactAffiliation.objects.create(contact=person, company=firm)
        assert ids_since(since, AFFILIATED) == [firm.pk]
        between = feed.position()
        records.change(link, {"role": "Board"})
        assert ids_since(between, AFFILIATED) == [firm.pk]
        between = feed.position()
        link.delete()
        assert ids_since(between, AFFILIATED) == [firm.pk]


class TestPages:
    def test_thousands_come_in_pages_each_once(self) -> None:
        since = feed.position()
        rows = [Territory(code=f"P{number}") for number in range(5000)]
        Territory.objects.filter(code__startswith="P").delete()
        Territory.objects.bulk_create(rows)
        Territory.objects.filter(pk__in=[row.pk for row in rows[::2]]).update(name="Twice")
        parents = [row.pk for row in rows[:700]]
        CommentLine.objects.bulk_create(
            CommentLine(owner_kind="contact", owner_id=parent, line_no=line)
            for parent in parents
            for line in (10000, 20000)
        )
        moved = CommentLine.objects.filter(owner_id__in=parents[:9], line_no=20000)
        for sub_no, key in enumerate(moved.values_list("pk", flat=True)):
            CommentLine.objects.filter(pk=key).update(owner_id=rows[-1].pk, sub_no=sub_no)
        until, after, seen, pages = feed.position(), "", [], 0
        while True:
            changes, after = COMMENTED.page(Window(since, until), after, 300)
            seen += [change.id for change in changes]
            pages += 1
            Territory.objects.filter(pk=seen[0]).update(name=f"Meanwhile {pages}")
            if not after:
                break
        assert len(seen) == len(set(seen)) and set(seen) >= {row.pk for row in rows}
        assert pages == -(-len(seen) // 300)

    def test_parents_left_by_children_come_once_over_pages(self) -> None:
        left = sorted(uuid.uuid4() for _ in range(25))
        lines = CommentLine.objects.bulk_create(
            CommentLine(owner_kind="contact", owner_id=owner, line_no=line) for owner in left for line in (1, 2, 3)
        )
        since, entered = feed.position(), uuid.uuid4()
        for sub_no, line in enumerate(lines):
            CommentLine.objects.filter(pk=line.pk).update(owner_id=entered, sub_no=sub_no + 1)
        seen, after, window = [], "", Window(since, feed.position())
        while True:
            changes, after = COMMENTED.page(window, after, 4)
            seen += [change.id for change in changes]
            if not after:
                break
        assert seen == [entered, *left]

    def test_page_reads_an_index_not_the_journal(self) -> None:
        since = feed.position()
        Territory.objects.create(code=code())
        window = Window(since, feed.position())
        with transaction.atomic(), connection.cursor() as cursor:
            with CaptureQueriesContext(connection) as asked:
                COMMENTED.page(window)
            cursor.execute("SET LOCAL enable_seqscan = off")  # whatever the number of rows, only what can be is
            for each in asked.captured_queries:
                cursor.execute(f"EXPLAIN {each['sql']}")
                plan = "\n".join(row[0] for row in cursor.fetchall())
                assert "Seq Scan on foundation_journalchange" not in plan, plan
        assert len(asked) == 3


class TestDeletedOnes:
    def test_last_state_tells_whether_a_deleted_record_was_one_of_them(self) -> None:
        wanted, other = (Territory.objects.create(code=code(), name=name) for name in ("100% north", "South"))
        ids, since = [wanted.pk, other.pk], feed.position()
        Territory.objects.filter(pk__in=ids).delete()
        window = Window(since, feed.position())
        rows = Territory.objects.filter(name__contains="100% n")
        assert feed.deleted_matching(rows, window, ids) == {wanted.pk}
        assert feed.deleted_matching(rows.none(), window, ids) == set()

    def test_columns_that_decide_are_known_unless_other_tables_decide(self) -> None:
        plain = Contact.objects.filter(name__startswith="A").exclude(type="person")
        assert feed.columns_of(plain) == frozenset({"name", "type"})
        assert feed.columns_of(Contact.objects.all()) == frozenset()
        assert feed.columns_of(Contact.objects.filter(company__name="X")) is None
        assert feed.columns_of(Contact.objects.filter(pk__in=ContactAffiliation.objects.values("company_id"))) is None


class TestPosition:
    def test_position_of_another_journal_is_refused(self) -> None:
        here = feed.position()
        assert feed.is_position(here)
        there = "abc-12/" + here.partition("/")[2]
        assert not feed.is_position(there) and not feed.is_position("nonsense")
        with pytest.raises(PositionLost):
            Window(there, here)

    def test_equal_positions_have_nothing_between(self, django_assert_num_queries: Any) -> None:
        here = feed.position()
        with django_assert_num_queries(0):
            assert TERRITORIES.page(Window(here, here)) == ([], "")

    def test_companies_do_not_see_each_other(self, live_company: Company) -> None:
        since = feed.position()
        Territory.objects.create(code=code())
        newest = JournalChange.objects.latest("id")
        assert newest.record_type == "foundation.territory"
        other = Company.objects.exclude(pk=live_company.pk).earliest("created_at")
        with in_schema(other.schema):
            assert not feed.is_position(since)
