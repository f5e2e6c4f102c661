"""The files of segments, of their lines and languages in the CRM service: streams and actions (S-24, A-116)."""

from __future__ import annotations

import base64
import binascii
from dataclasses import replace
from typing import Any

from django.utils.translation import gettext as _

from tuttava.api import edm
from tuttava.api.declare import CRM, Action, EntitySet, File, Parameter, Stream
from tuttava.api.errors import bad_request
from tuttava.foundation.errors import DomainError
from tuttava.interactions.models import InteractionAttachment
from tuttava.segments import attachments, contents
from tuttava.segments.attachments import Owner, Row
from tuttava.segments.entities.common import LANGUAGES
from tuttava.segments.entities.headers import HEADERS
from tuttava.segments.entities.languages import LANGUAGE_SET
from tuttava.segments.entities.lines import LINE_SET

_LANGUAGE = Parameter("languageCode", edm.code(10))


def _bytes(content: str | None) -> bytes | None:
    if content is None:
        return None
    try:
        return base64.b64decode(content, validate=True)
    except (binascii.Error, ValueError) as error:
        raise bad_request(_("Give the content in base64."), "content") from error


def _import(of: Owner, content: str | None, file_name: str, content_type: str, language_code: str | None) -> Row:
    return attachments.import_attachment(of, _bytes(content), file_name, content_type, language=language_code)


def _create(of: Owner, text: str, email_layout_code: str | None, language_code: str | None) -> Row:
    return attachments.create_attachment(of, text, layout=email_layout_code or None, language=language_code)


def _open(of: Owner, language_code: str | None) -> InteractionAttachment:
    return attachments.open_attachment(of, language=language_code)


def _export(of: Owner, language_code: str | None) -> File | None:
    return _read(of, language_code)


def _remove(of: Owner, language_code: str | None) -> Row | None:
    return attachments.remove_attachment(of, language=language_code)


def _stream(of: Owner) -> File | None:
    """Without a template there is no content to read."""
    return _read(of) if of.interaction_template_code else None


def _read(of: Owner, language: str | None = None) -> File | None:
    found = attachments.export_attachment(of, language=language)
    return None if found is None else File(found[0], found[2], found[1])


def _write(of: Owner, data: bytes, name: str, media_type: str, language: str | None = None) -> None:
    attachments.import_attachment(of, data, name, media_type, language=language)


def _delete(of: Owner, language: str | None = None) -> None:
    attachments.remove_attachment(of, language=language, confirm=False)


# -- language rows ---------------------------------------------------------------------------------------------------


def _place(row: Row) -> tuple[Owner, str]:
    """Whose content a row is, in which language."""
    return row.line or row.segment, row.language_code or ""


def _copy(row: Row, language_code: str, segment_line_no: int) -> Row:
    """A copy of another language's file: of the same line or segment, or with a line number of that line."""
    of, language = _place(row)
    line = row.line
    if segment_line_no:
        line = row.segment.lines.filter(line_no=segment_line_no).first()
    source = contents.row_of(row.segment, language_code or None, line)
    if source is None:
        raise DomainError(
            "not_found",
            _("Segment %(no)s has no content in language “%(language)s”.")
            % {"no": row.segment.no, "language": language_code},
            field="language_code",
        )
    return attachments.copy_from(of, source, language=language)


def _remove_of_row(row: Row) -> Row:
    of, language = _place(row)
    return attachments.remove_attachment(of, language=language) or row


def _content(read: Any, write: Any, delete: Any) -> tuple[Stream, ...]:
    return (Stream("attachmentContent", read, write, delete),)


def _of_owner(found: EntitySet) -> EntitySet:
    return replace(
        found,
        streams=_content(_stream, _write, _delete),
        actions=(
            *found.actions,
            Action(
                "importAttachment",
                _import,
                (
                    Parameter("content", edm.text(), required=True),
                    Parameter("fileName", edm.text(250), default=""),
                    Parameter("contentType", edm.text(100), default=""),
                    _LANGUAGE,
                ),
                returns=LANGUAGES,
            ),
            Action(
                "createAttachment",
                _create,
                (Parameter("text", edm.text(), default=""), Parameter("emailLayoutCode", edm.code(30)), _LANGUAGE),
                returns=LANGUAGES,
            ),
            Action("openAttachment", _open, (_LANGUAGE,), returns="interactionAttachments"),
            Action("exportAttachment", _export, (_LANGUAGE,), right="api.read"),
            Action("removeAttachment", _remove, (_LANGUAGE,), returns=LANGUAGES),
        ),
    )


for _set in (HEADERS, LINE_SET):
    CRM.sets[_set.name] = _of_owner(CRM.sets[_set.name])

CRM.sets[LANGUAGE_SET.name] = replace(
    CRM.sets[LANGUAGE_SET.name],
    streams=_content(
        lambda row: _read(*_place(row)),
        lambda row, data, name, kind: _write(_place(row)[0], data, name, kind, _place(row)[1]),
        lambda row: _delete(*_place(row)),
    ),
    actions=(
        Action(
            "copyAttachmentFrom",
            _copy,
            (
                Parameter("languageCode", edm.code(10), required=True),
                Parameter("segmentLineNo", edm.INT, default=0),
            ),
            returns=LANGUAGES,
        ),
        Action("removeAttachment", _remove_of_row, returns=LANGUAGES),
    ),
)
