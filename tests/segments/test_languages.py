"""Subjects and content of segments by language."""

from __future__ import annotations

from typing import Any

import pytest

from tests.segments.making import fill, line_of, make_person, make_segment, make_template
from tuttava.contacts.models import Contact
from tuttava.foundation import records
from tuttava.foundation.context import acting
from tuttava.foundation.errors import QuestionsPending
from tuttava.interactions.models import InteractionAttachment
from tuttava.segments import attachments, contents
from tuttava.segments.models import Segment, SegmentInteractionLanguage, SegmentLine

pytestmark = pytest.mark.usefixtures("company")

NB, NL = b"<html>Hei</html>", b"<html>Hoi</html>"


@pytest.fixture
def people() -> tuple[Contact, Contact, Contact]:
    """Kari reads Norwegian, Jan Dutch, Bo did not say."""
    return (
        make_person(name="Kari Li", language_code="NB"),
        make_person(name="Jan Smit", language_code="NL"),
        make_person(name="Bo Dal", language_code=None),
    )


@pytest.fixture
def segment(people: tuple[Contact, ...]) -> Segment:
    """All three, with a template that has a file in Norwegian, its own language, and one in Dutch."""
    made = make_segment(interaction_template_code=make_template("LETTER", {"NB": NB, "NL": NL}).code)
    fill(made, *people)
    return made


@pytest.fixture
def empty(people: tuple[Contact, ...]) -> Segment:
    """All three, with a template without content."""
    made = make_segment(interaction_template_code=make_template("BARE").code)
    fill(made, *people)
    return made


def _row(segment: Segment, language: str | None, **values: Any) -> SegmentInteractionLanguage:
    values = {"language_code": language, **values}
    return records.create(SegmentInteractionLanguage, values, given={"segment_id": segment.pk})


def _row_of(segment: Segment, language: str | None) -> SegmentInteractionLanguage:
    found = contents.row_of(segment, language)
    assert found is not None
    return found


def _lines(segment: Segment, *names: str) -> list[Any]:
    rows = SegmentLine.objects.filter(segment=segment).order_by("line_no")
    return list(rows.values_list(*names, flat=len(names) == 1))


def _held(segment: Segment, *languages: str | None) -> list[Any]:
    return [_row_of(segment, each).attachment_id for each in languages]


def test_each_contact_gets_its_language_or_that_of_the_segment(segment: Segment) -> None:  # S-18
    assert _lines(segment, "interaction_language__code") == ["NB", "NL", "NB"]
    assert _lines(segment, "attachment") == _held(segment, "NB", "NL", "NB")


def test_the_first_row_is_that_of_the_segment_and_of_all_its_lines(empty: Segment) -> None:  # S-19
    row = _row(empty, "NL", subject="Hoi")
    empty.refresh_from_db()
    assert (empty.language_default_code, empty.subject_default) == ("NL", "Hoi")
    assert _lines(empty, "interaction_language__code", "subject") == [("NL", "Hoi")] * 3
    attachments.import_attachment(empty, NL, "letter.html")
    row.refresh_from_db()
    assert _lines(empty, "attachment") == [row.attachment_id] * 3


def test_a_later_row_is_for_those_who_read_its_language(empty: Segment) -> None:  # S-19
    _row(empty, "NB", subject="Hei")
    _row(empty, "NL", subject="Hoi")
    assert _lines(empty, "interaction_language__code", "subject") == [("NB", "Hei"), ("NL", "Hoi"), ("NB", "Hei")]


def test_rows_leave_lines_alone_that_have_their_own_content(
    empty: Segment, people: tuple[Contact, ...]
) -> None:  # S-19
    own = attachments.import_attachment(line_of(empty, people[0]), b"<html>Mine</html>", "mine.html", language="FI")
    _row(empty, "NB", subject="Hei")
    line = line_of(empty, people[0])
    assert (line.attachment_id, line.interaction_language_code) == (own.attachment_id, "FI")


def test_rows_leave_lines_of_other_templates_alone(empty: Segment, people: tuple[Contact, ...]) -> None:  # S-19
    records.change(line_of(empty, people[0]), {"interaction_template_code": make_template("OTHER").code})
    _row(empty, "NB", subject="Hei")
    assert _lines(empty, "subject") == ["", "Hei", "Hei"]


def test_a_new_language_of_the_segment_is_offered_a_row(empty: Segment) -> None:  # S-20
    empty = records.change(empty, {"subject_default": "Hello"})
    with acting(interactive=True), pytest.raises(QuestionsPending) as asked:
        records.change(empty, {"language_default_code": "NL"})
    assert [(each.code, each.default) for each in asked.value.questions] == [("q_create_language_row", "yes")]
    with acting(answers={"q_create_language_row": "no"}):
        empty = records.change(empty, {"language_default_code": "NL"})
    assert (empty.language_default_code, empty.subject_default) == (None, "Hello")
    empty = records.change(empty, {"language_default_code": "NL"})
    assert (empty.language_default_code, empty.subject_default) == ("NL", "")
    assert _row_of(empty, "NL").description == "BARE NL"


def test_a_language_that_has_a_row_brings_its_subject(segment: Segment) -> None:  # S-20
    records.change(_row_of(segment, "NL"), {"subject": "Hoi"})
    with acting(interactive=True):
        segment = records.change(segment, {"language_default_code": "NL"})
    assert segment.subject_default == "Hoi"


def test_another_language_of_a_line_brings_its_content(segment: Segment, people: tuple[Contact, ...]) -> None:  # S-21
    records.change(_row_of(segment, "NL"), {"subject": "Hoi"})
    line = records.change(line_of(segment, people[0]), {"interaction_language_code": "NL"})
    assert (line.subject, line.attachment_id) == ("Hoi", _row_of(segment, "NL").attachment_id)
    line = records.change(line, {"interaction_language_code": "FI"})
    assert (line.subject, line.attachment_id, line.word_template_code) == ("", None, None)


def test_a_line_with_rows_of_its_own_takes_content_from_them_alone(  # S-21
    segment: Segment, people: tuple[Contact, ...]
) -> None:
    line = line_of(segment, people[0])
    own = attachments.import_attachment(line, b"<html>Mine</html>", "mine.html")
    line = records.change(line_of(segment, people[0]), {"interaction_language_code": "NL"})
    assert line.attachment_id is None
    assert records.change(line, {"interaction_language_code": "NB"}).attachment_id == own.attachment_id


def test_a_subject_goes_to_its_row_and_to_lines_that_had_the_old_one(  # S-22
    segment: Segment, people: tuple[Contact, ...]
) -> None:
    records.change(line_of(segment, people[2]), {"subject": "Dear Bo"})
    with acting(interactive=True), pytest.raises(QuestionsPending) as asked:
        records.change(segment, {"subject_default": "Vår"})
    assert [(each.code, each.default) for each in asked.value.questions] == [("q_update_lines", "yes")]
    segment = records.change(segment, {"subject_default": "Vår"})
    assert _row_of(segment, "NB").subject == "Vår"
    assert _lines(segment, "subject") == ["Vår", "", "Dear Bo"]
    with acting(answers={"q_update_lines": "no"}):
        records.change(segment, {"subject_default": "Sommer"})
    assert _row_of(segment, "NB").subject == "Sommer"
    assert _lines(segment, "subject") == ["Vår", "", "Dear Bo"]


def test_the_subject_of_a_row_goes_to_its_lines_and_to_the_segment(segment: Segment) -> None:  # S-22
    segment = records.change(segment, {"subject_default": "Vår"})
    records.change(_row_of(segment, "NL"), {"subject": "Lente"})
    segment.refresh_from_db()
    assert (segment.subject_default, _lines(segment, "subject")) == ("Vår", ["Vår", "Lente", "Vår"])
    records.change(_row_of(segment, "NB"), {"subject": "Våren"})
    segment.refresh_from_db()
    assert (segment.subject_default, _lines(segment, "subject")) == ("Våren", ["Våren", "Lente", "Våren"])
    with acting(answers={"q_update_lines": "no"}):
        records.change(_row_of(segment, "NL"), {"subject": "Zomer"})
    assert _lines(segment, "subject")[1] == "Lente"


def test_where_a_language_goes_the_next_one_takes_its_place(segment: Segment) -> None:  # S-25
    records.change(_row_of(segment, "NL"), {"subject": "Hoi"})
    held = _row_of(segment, "NB").attachment_id
    records.delete(_row_of(segment, "NB"))
    segment.refresh_from_db()
    assert (segment.language_default_code, segment.subject_default) == ("NL", "Hoi")
    assert _lines(segment, "interaction_language__code", "attachment") == [("NL", *_held(segment, "NL"))] * 3
    assert not InteractionAttachment.objects.filter(pk=held).exists()
    records.delete(_row_of(segment, "NL"))
    segment.refresh_from_db()
    assert (segment.language_default_code, segment.subject_default) == (None, "")
    assert _lines(segment, "attachment", "subject") == [(None, "")] * 3


def test_where_another_language_goes_its_lines_get_that_of_the_segment(segment: Segment) -> None:  # S-25
    records.delete(_row_of(segment, "NL"))
    assert _lines(segment, "interaction_language__code") == ["NB"] * 3
    assert _lines(segment, "attachment") == _held(segment, "NB") * 3


def test_what_was_logged_is_never_deleted(segment: Segment) -> None:  # S-25
    held = _row_of(segment, "NL").attachment_id
    InteractionAttachment.objects.filter(pk=held).update(read_only=True)
    records.delete(_row_of(segment, "NL"))
    assert InteractionAttachment.objects.filter(pk=held).exists()


def test_a_renamed_language_is_renamed_in_segment_and_lines(segment: Segment) -> None:  # S-25
    records.change(_row_of(segment, "NB"), {"language_code": "FI"})
    segment.refresh_from_db()
    assert segment.language_default_code == "FI"
    assert _lines(segment, "interaction_language__code") == ["FI", "NL", "FI"]
    assert _lines(segment, "attachment") == _held(segment, "FI", "NL", "FI")
    records.change(_row_of(segment, "NL"), {"language_code": "NB"})
    # Who had it keeps it, and Kari reads what is now in her language.
    assert _lines(segment, "interaction_language__code") == ["NB", "NB", "FI"]


def test_a_row_of_one_line_goes_and_the_line_inherits_again(
    segment: Segment, people: tuple[Contact, ...]
) -> None:  # S-25
    line = line_of(segment, people[0])
    own = attachments.import_attachment(line, b"<html>Mine</html>", "mine.html")
    records.delete(own)
    assert _lines(segment, "attachment")[0] == _row_of(segment, "NB").attachment_id
    assert not InteractionAttachment.objects.filter(pk=own.attachment_id).exists()


def test_the_subject_of_a_lines_own_row_is_that_of_the_line(
    segment: Segment, people: tuple[Contact, ...]
) -> None:  # S-18
    own = attachments.import_attachment(line_of(segment, people[0]), b"<html>Mine</html>", "mine.html")
    records.change(own, {"subject": "For you"})
    assert _lines(segment, "subject") == ["For you", "", ""]
