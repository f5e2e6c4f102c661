"""Comment sheets."""

from __future__ import annotations

import datetime as dt

import pytest

from tests.contacts.people import contact
from tuttava.contacts.models import Contact
from tuttava.foundation import records
from tuttava.foundation.comments import add_comment, comments_of, move_comment, sheet
from tuttava.foundation.context import acting
from tuttava.foundation.errors import DomainError
from tuttava.foundation.rich_text import as_html, as_plain, as_typed

pytestmark = pytest.mark.usefixtures("company")
LONG_AGO = dt.datetime(2020, 1, 1, tzinfo=dt.UTC)


def texts(owner: Contact) -> list[str]:
    return [line.comment for line in comments_of("contact", owner.pk)]


def test_lines_are_numbered_in_steps_so_that_one_fits_between() -> None:  # C-94
    owner = contact()
    first = add_comment("contact", owner.pk, "first")
    last = add_comment("contact", owner.pk, "last")
    middle = add_comment("contact", owner.pk, "middle", after=first)
    assert (first.line_no, middle.line_no, last.line_no) == (10000, 15000, 20000)
    assert texts(owner) == ["first", "middle", "last"]


def test_lines_always_fit_between_however_often() -> None:  # C-94
    owner = contact()
    first = add_comment("contact", owner.pk, "first")
    add_comment("contact", owner.pk, "last")
    for number in range(20):
        add_comment("contact", owner.pk, f"{number}", after=first)
    assert texts(owner) == ["first", *(f"{number}" for number in reversed(range(20))), "last"]


def test_every_line_has_date_time_and_author_and_the_sheet_shows_the_date_once() -> None:  # C-95
    owner = contact()
    with acting(user_name="anna", work_date=dt.date(2026, 5, 1)):
        line = add_comment("contact", owner.pk, "one")
        add_comment("contact", owner.pk, "two")
    with acting(user_name="ola", work_date=dt.date(2026, 5, 2)):
        add_comment("contact", owner.pk, "three")
    assert (line.date, line.author, line.time is not None) == (dt.date(2026, 5, 1), "anna", True)
    assert [shown.heads_block for shown in sheet("contact", owner.pk)] == [True, False, True]


def test_long_and_rich_comments_are_kept_without_script() -> None:  # C-95
    owner = contact()
    assert len(add_comment("contact", owner.pk, "x" * 2000).comment) == 2000
    with pytest.raises(DomainError) as refused:
        add_comment("contact", owner.pk, "x" * 2001)
    assert refused.value.code == "value_too_long"
    evil = '<b onclick="x()">Hi</b><script>alert(1)</script><a href="javascript:x">y</a>'
    saved = add_comment("contact", owner.pk, evil)
    assert "<b>Hi</b>" in saved.comment and "script" not in saved.comment and "onclick" not in saved.comment


def test_plain_text_keeps_its_signs_and_is_escaped_when_shown() -> None:  # C-95
    saved = add_comment("contact", contact().pk, "R&D: a < b")
    assert saved.comment == "R&D: a < b"
    assert as_html(saved.comment) == "<p>R&amp;D: a &lt; b</p>"
    assert as_plain("<p>R&amp;D</p><p>next</p>") == "R&D\nnext"


def test_adding_changing_moving_and_deleting_touch_the_contact() -> None:  # C-96
    owner = contact()

    def touched() -> bool:
        changed = Contact.objects.filter(pk=owner.pk, last_modified_at__gt=LONG_AGO).exists()
        Contact.objects.filter(pk=owner.pk).update(last_modified_at=LONG_AGO)
        return changed

    touched()
    first = add_comment("contact", owner.pk, "first")
    assert touched()
    second = add_comment("contact", owner.pk, "second")
    touched()
    second = records.change(second, {"comment": "other"})
    assert touched()
    second = move_comment(second, None)
    assert touched() and texts(owner) == ["other", "first"]
    assert not comments_of("contact", owner.pk).filter(line_no=0).exists()
    move_comment(second, first)
    assert texts(owner) == ["first", "other"]
    touched()
    records.delete(first)
    assert touched()


def test_comment_on_another_record_with_the_same_id_touches_nothing() -> None:  # C-96
    owner = contact()
    Contact.objects.filter(pk=owner.pk).update(last_modified_at=LONG_AGO)
    add_comment("customer", owner.pk, "not yours")
    owner.refresh_from_db()
    assert owner.last_modified_at == LONG_AGO


def test_rich_text_without_looks_is_typed_on_as_plain_text() -> None:
    typed = "Dear R&D,\n\nfirst line\nsecond <line>"
    assert as_typed(as_html("Dear R&D,\n\nfirst line\nsecond < line")) == "Dear R&D,\n\nfirst line\nsecond < line"
    assert as_typed("<p>a <b>b</b></p>") == "<p>a <b>b</b></p>"
    assert as_typed(typed.replace("<line>", "line")) == typed.replace("<line>", "line")
