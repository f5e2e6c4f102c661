"""The files of a segment and of its lines: open, create, import, copy, export, remove (S-24, S-25, I-108).

A line has the content of its segment until somebody works on it: then it gets rows of its own, and what the segment has
stays as it is.
"""

from __future__ import annotations

from django.utils.translation import gettext as _

from tuttava.foundation import records
from tuttava.foundation.context import ask
from tuttava.foundation.errors import DomainError
from tuttava.foundation.mail_html import clean_html
from tuttava.foundation.records import Edit
from tuttava.interactions import merge_fields
from tuttava.interactions.attachments import (
    content_of,
    copy_of,
    file_content,
    is_layout,
    new_attachment,
    rendered,
    whole,
)
from tuttava.interactions.models import EmailLayout, InteractionAttachment
from tuttava.interactions.storing import NewContent
from tuttava.segments import contents
from tuttava.segments.models import Segment, SegmentInteractionLanguage, SegmentLine
from tuttava.segments.steps import changing

Row = SegmentInteractionLanguage
Owner = Segment | SegmentLine


def row_for(of: Owner, language: str | None = None) -> Row | None:
    """The row whose content ``of`` has: of a line its own, else that of the segment.

    ``language``: None is the one that ``of`` is in, blank the row without a language.
    """
    wanted = _language(of, language)
    if isinstance(of, Segment):
        return contents.row_of(of, wanted)
    return contents.row_of(of.segment, wanted, of) or _inherited(of, wanted)


def import_attachment(
    of: Owner, data: bytes | None, file_name: str = "", media_type: str = "", *, language: str | None = None
) -> Row:
    """Give a segment or a line a file. ``data`` None: nobody chose one (``create_canceled``).

    Asks ``I-13`` before a file is replaced. Raises ``field_required`` and ``word_template_in_use`` (S-24).
    """
    if data is None:
        raise DomainError("create_canceled", _("No file was chosen. Nothing was changed."), rule="I-13")
    content = file_content(data, file_name, media_type)
    merge_fields.check_file(data, content.extension)
    return _attach("import attachment", of, content, language)


def create_attachment(of: Owner, text: str = "", *, layout: str | None = None, language: str | None = None) -> Row:
    """Write an e-mail: HTML, inside an e-mail layout where ``layout`` names one. Asks and raises as importing does."""
    if layout and not EmailLayout.objects.filter(code=layout).exists():
        raise DomainError(
            "not_found",
            _("There is no e-mail layout “%(code)s”. Choose one that exists.") % {"code": layout},
            field="email_layout_code",
        )
    if layout:
        content = NewContent(extension="html", email_layout_code=layout, content_body=text, read_only=False)
    else:
        content = NewContent(data=whole(clean_html(text)).encode(), extension="html", read_only=False)
    return _attach("create attachment", of, content, language)


def copy_from(of: Owner, source: Row, *, language: str | None = None) -> Row:
    """Give a segment or a line a copy of another row's file; they never share one. Raises ``attachment_required``."""
    if source.attachment is None:
        raise DomainError(
            "attachment_required",
            _("Language %(language)s has no attachment to copy. Choose another one.")
            % {"language": source.language_code or _("(any)")},
            rule="S-24",
        )
    return _attach("copy attachment", of, copy_of(source.attachment), language)


def open_attachment(of: Owner, *, language: str | None = None) -> InteractionAttachment:
    """The file to be worked on; a line that had the segment's gets a copy of its own (S-24, I-108).

    One that was logged is copied, too: what went out stays as it is. Raises ``attachment_required``.
    """
    with changing(_segment(of), "open attachment") as held:
        place = _fresh(of, held)
        found = row_for(place, language)
        _refuse_word_template(place, found)
        if found is None or found.attachment is None:
            raise _nothing_there()
        if _is_own(place, found) and not found.attachment.read_only:
            return found.attachment
        edit = _editable(place, language)
        edit.put("attachment_id", new_attachment(copy_of(found.attachment)).pk)
        records.save(edit)
        opened = edit.record.attachment
        assert opened is not None
        return opened


def export_attachment(of: Owner, *, language: str | None = None) -> tuple[bytes, str, str] | None:
    """Bytes, proposed name ``<segment number>.<extension>`` and media type; None without attachment.

    Of a line: what it has, inherited or its own. Raises ``word_template_in_use``.
    """
    found = row_for(of, language)
    _refuse_word_template(of, found)
    held = found.attachment if found else None
    if held is None:
        return None
    name = f"{_segment(of).no}.{held.file_extension}".rstrip(".")
    if is_layout(held):
        return rendered(held).encode(), name, "text/html"
    return content_of(held), name, held.media_type


def remove_attachment(of: Owner, *, language: str | None = None, confirm: bool = True) -> Row | None:
    """Take the file away; a line is left with none, whatever its segment has. ``confirm``: asks ``I-11`` first."""
    with changing(_segment(of), "remove attachment") as held:
        place = _fresh(of, held)
        found = row_for(place, language)
        _refuse_word_template(place, found)
        if found is None or found.attachment_id is None:
            return found
        if confirm:
            _confirm("I-11", _("Remove the attachment?"))
        edit = _editable(place, language)
        edit.put("attachment_id", None)
        return records.save(edit)


def inherit(line: SegmentLine) -> SegmentLine:
    """Take away what is a line's own: it has the content of its segment again. Other templates keep theirs."""
    with changing(line.segment, "inherit content") as segment:
        fresh = _fresh(line, segment)
        assert isinstance(fresh, SegmentLine)
        if fresh.contact is None or fresh.interaction_template_code != (segment.interaction_template_code or ""):
            return fresh
        contents.drop_rows(contents.rows_of(segment, fresh))
        return contents.follow_own_rows(fresh)


def _attach(action: str, of: Owner, content: NewContent, language: str | None) -> Row:
    with changing(_segment(of), action) as held:
        place = _fresh(of, held)
        found = row_for(place, language)
        _refuse_word_template(place, found)
        if found is not None and found.attachment_id and _is_own(place, found):
            _confirm("I-13", _("Replace the attachment that is there already?"))
        edit = _editable(place, language)
        edit.put("attachment_id", new_attachment(content).pk)
        return records.save(edit)


def _editable(of: Owner, language: str | None) -> Edit[Row]:
    """The row of a segment or a line in a language, made where there is none yet."""
    _require_place(of)
    wanted = _language(of, language)
    rules = records.rules_of(Row)
    if isinstance(of, Segment):
        return Edit(records.lock(contents.row_of(of, wanted) or contents.create_row(of, wanted)), rules)
    own = contents.row_of(of.segment, wanted, of)
    if own is not None:
        return Edit(records.lock(own), rules)
    model = contents.row_of(of.segment, wanted)
    made = Row(
        segment=of.segment,
        line=of,
        language_code=wanted,
        description=model.description if model else contents.described(of.interaction_template_code, wanted),
        subject=of.subject,
    )
    return Edit(made, rules)


def _confirm(code: str, question: str) -> None:
    if not ask(code, question, default=True):
        raise DomainError("canceled_by_user", _("Canceled. Nothing was changed."), rule=code)


def _is_own(of: Owner, row: Row) -> bool:
    return isinstance(of, Segment) or row.line_id is not None


def _inherited(line: SegmentLine, language: str | None) -> Row | None:
    """A line has content of the segment where it has the segment's template and nothing of its own (S-18)."""
    header = line.segment
    if (header.interaction_template_code or "") != line.interaction_template_code:
        return None
    return None if contents.rows_of(header, line).exists() else contents.row_of(header, language)


def _segment(of: Owner) -> Segment:
    return of if isinstance(of, Segment) else of.segment


def _fresh(of: Owner, held: Segment) -> Owner:
    """What is worked on, as it is stored under the lock of its segment."""
    if isinstance(of, Segment):
        return held
    line = SegmentLine.objects.select_related("contact").filter(pk=of.pk).first()
    if line is None:
        raise records.gone(of)
    line.segment = held
    return line


def _language(of: Owner, language: str | None) -> str | None:
    if language is not None:
        return language or None
    own: str | None = of.language_default_code if isinstance(of, Segment) else of.interaction_language_code
    return own


def _require_place(of: Owner) -> None:
    """S-24: content belongs to a template."""
    if not of.interaction_template_code:
        raise DomainError(
            "field_required",
            _("Choose an interaction template first."),
            field="interaction_template_code",
            rule="S-24",
        )


def _refuse_word_template(of: Owner, row: Row | None) -> None:
    """While there is a Word template there is no attachment to do anything with (S-24)."""
    _require_place(of)
    used = of.word_template_code or (row.word_template_code if row else None)
    if used:
        raise DomainError(
            "word_template_in_use",
            _("Word template %(word)s is used. Take that out before working with an attachment.") % {"word": used},
            field="word_template_code",
            rule="S-24",
        )


def _nothing_there() -> DomainError:
    return DomainError(
        "attachment_required",
        _("There is no attachment in this language. Create or import one."),
        field="attachment_no",
        rule="S-24",
    )
