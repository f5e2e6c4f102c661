"""Files of segments and of single lines."""

from __future__ import annotations

from typing import Any

import pytest

from tests.segments.making import fill, make_person, make_segment, make_template
from tuttava.foundation import records
from tuttava.foundation.context import acting
from tuttava.foundation.errors import DomainError
from tuttava.interactions.attachments import content_of, import_content
from tuttava.interactions.models import InteractionAttachment, WordTemplate
from tuttava.segments import attachments, contents
from tuttava.segments.models import AttachmentState, Segment, SegmentInteractionLanguage, SegmentLine

pytestmark = pytest.mark.usefixtures("company")

LETTER = b"<html><body>Dear customer</body></html>"


@pytest.fixture
def segment() -> Segment:
    """Kari and Bo, with a template that has no file."""
    made = make_segment(interaction_template_code=make_template("LETTER").code)
    fill(made, make_person(name="Kari Li"), make_person(name="Bo Dal"))
    return made


def _bytes_of(line: SegmentLine) -> bytes:
    line.refresh_from_db()
    assert line.attachment is not None
    return content_of(line.attachment)


def _lines(segment: Segment) -> list[SegmentLine]:
    return list(SegmentLine.objects.filter(segment=segment).order_by("line_no"))


def test_a_file_of_the_segment_is_that_of_its_lines(segment: Segment) -> None:  # S-24
    row = attachments.import_attachment(segment, LETTER, "letter.html")
    one, other = _lines(segment)
    assert _bytes_of(one) == _bytes_of(other) == LETTER
    assert one.attachment_id == row.attachment_id
    assert contents.state_of(one) == AttachmentState.INHERITED


def test_working_on_an_inherited_file_makes_a_copy_of_the_line_alone(segment: Segment) -> None:  # S-24
    attachments.import_attachment(segment, LETTER, "letter.html")
    line, other = _lines(segment)
    import_content(attachments.open_attachment(line), b"<html>Only you</html>", "letter.html")
    assert _bytes_of(line) == b"<html>Only you</html>"
    assert _bytes_of(other) == LETTER
    assert contents.states_of([line, other]) == {
        line.pk: AttachmentState.UNIQUE,
        other.pk: AttachmentState.INHERITED,
    }
    assert attachments.export_attachment(segment) == (LETTER, f"{segment.no}.html", "text/html")


def test_opening_again_opens_the_same_file(segment: Segment) -> None:  # S-24
    attachments.import_attachment(segment, LETTER, "letter.html")
    line, _other = _lines(segment)
    assert attachments.open_attachment(line) == attachments.open_attachment(line)
    assert attachments.open_attachment(segment) == attachments.open_attachment(segment)


def test_a_logged_file_is_copied_before_it_is_worked_on(segment: Segment) -> None:  # S-25
    row = attachments.import_attachment(segment, LETTER, "letter.html")
    InteractionAttachment.objects.filter(pk=row.attachment_id).update(read_only=True)
    opened = attachments.open_attachment(segment)
    assert opened.pk != row.attachment_id and not opened.read_only
    assert {line.attachment_id for line in _lines(segment)} == {opened.pk}
    assert InteractionAttachment.objects.filter(pk=row.attachment_id).exists()


def test_replacing_a_file_asks_and_takes_the_old_one_away(segment: Segment) -> None:  # S-24
    before = attachments.import_attachment(segment, LETTER, "letter.html").attachment_id
    with pytest.raises(DomainError) as refused, acting(answers={"I-13": "no"}):
        attachments.import_attachment(segment, b"<html>2</html>", "letter.html")
    assert refused.value.code == "canceled_by_user"
    with acting(answers={"I-13": "yes"}):
        attachments.import_attachment(segment, b"<html>2</html>", "letter.html")
    assert not InteractionAttachment.objects.filter(pk=before).exists()
    assert {_bytes_of(line) for line in _lines(segment)} == {b"<html>2</html>"}


def test_a_file_of_a_line_leaves_the_others_alone(segment: Segment) -> None:  # S-24
    attachments.import_attachment(segment, LETTER, "letter.html")
    line, other = _lines(segment)
    attachments.import_attachment(line, b"<html>Mine</html>", "mine.html")
    assert (_bytes_of(line), _bytes_of(other)) == (b"<html>Mine</html>", LETTER)
    attachments.import_attachment(segment, b"<html>New</html>", "letter.html")
    assert (_bytes_of(line), _bytes_of(other)) == (b"<html>Mine</html>", b"<html>New</html>")


def test_a_removed_file_of_a_line_is_gone_for_this_line_until_it_inherits_again(segment: Segment) -> None:  # S-24
    attachments.import_attachment(segment, LETTER, "letter.html")
    line, other = _lines(segment)
    attachments.remove_attachment(line)
    line.refresh_from_db()
    assert line.attachment_id is None and contents.state_of(line) == AttachmentState.NONE
    assert _bytes_of(other) == LETTER
    attachments.inherit(line)
    assert _bytes_of(line) == LETTER


def test_a_removed_file_of_the_segment_goes_from_its_lines(segment: Segment) -> None:  # S-24
    held = attachments.import_attachment(segment, LETTER, "letter.html").attachment_id
    attachments.remove_attachment(segment)
    assert {line.attachment_id for line in _lines(segment)} == {None}
    assert not InteractionAttachment.objects.filter(pk=held).exists()
    assert attachments.export_attachment(segment) is None


def test_a_copy_is_a_file_of_its_own(segment: Segment) -> None:  # S-24
    row = attachments.import_attachment(segment, LETTER, "letter.html")
    line, _other = _lines(segment)
    copied = attachments.copy_from(line, row)
    assert copied.attachment_id not in (None, row.attachment_id)
    assert _bytes_of(line) == LETTER
    empty = contents.create_row(segment, "NB")
    with pytest.raises(DomainError) as refused:
        attachments.copy_from(line, empty)
    assert refused.value.code == "attachment_required"


def test_a_written_mail_is_a_page_without_scripts(segment: Segment) -> None:  # S-24
    attachments.create_attachment(segment, "<p>Hello</p><script>x()</script>")
    found = attachments.export_attachment(segment)
    assert found is not None and b"<p>Hello</p>" in found[0] and b"script" not in found[0]


@pytest.mark.parametrize("name", ["import", "create", "open", "remove", "export"])
def test_nothing_is_done_with_files_while_a_word_template_is_used(segment: Segment, name: str) -> None:  # S-24
    WordTemplate.objects.create(code="WT")
    records.change(segment, {"word_template_code": "WT"})
    for of in (segment, _lines(segment)[0]):
        of.refresh_from_db()
        with pytest.raises(DomainError) as refused:
            _do(name, of)
        assert refused.value.code == "word_template_in_use"


@pytest.mark.parametrize("name", ["import", "create", "open", "remove", "export"])
def test_files_need_a_template(name: str) -> None:  # S-24
    with pytest.raises(DomainError) as refused:
        _do(name, make_segment())
    assert (refused.value.code, refused.value.field) == ("field_required", "interaction_template_code")


def test_files_are_for_those_who_may_change_segments(segment: Segment) -> None:  # S-24
    with pytest.raises(DomainError) as refused, acting(rights=frozenset({"api.read"})):
        attachments.import_attachment(segment, LETTER, "letter.html")
    assert refused.value.code == "permission.denied"
    assert not SegmentInteractionLanguage.objects.filter(attachment__isnull=False).exists()


def _do(name: str, of: Any) -> object:
    match name:
        case "import":
            return attachments.import_attachment(of, LETTER, "letter.html")
        case "create":
            return attachments.create_attachment(of, "Hello")
        case "open":
            return attachments.open_attachment(of)
        case "remove":
            return attachments.remove_attachment(of)
    return attachments.export_attachment(of)
