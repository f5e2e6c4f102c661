"""Word templates: documents that come from outside, and new ones made from chosen merge fields (2.10, I-163)."""

from __future__ import annotations

import io
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from django.utils.translation import gettext as _

from tuttava.foundation import records
from tuttava.foundation.attachments import release_contents, store_content
from tuttava.foundation.context import require
from tuttava.foundation.file_kinds import valid_name
from tuttava.foundation.journal import unit_of_work
from tuttava.foundation.records import Edit
from tuttava.interactions import merge_fields
from tuttava.interactions.models import WordTemplate
from tuttava.interactions.rules.attachments import checked_fields
from tuttava.interactions.storing import bytes_of

SET = "wordTemplates"


def document_of(template: WordTemplate) -> bytes:
    """The template's .docx; empty while there is none."""
    return bytes_of(template.content_id)


def set_document(template: WordTemplate, data: bytes, file_name: str = "") -> WordTemplate:
    """Replace the document. Raises what :func:`merge_fields.fields_in_docx` refuses.

    Fields that nobody knows are told, and stay (I-163).
    """
    require("template_setup.write", SET)
    merge_fields.check_file(data, "docx")
    with unit_of_work("import Word template"):
        edit = Edit(records.lock(template), records.rules_of(WordTemplate))
        put_document(edit, data, file_name)
        return records.save(edit)


def put_document(edit: Edit[WordTemplate], data: bytes, file_name: str = "") -> None:
    """Put checked bytes into a template that is being saved."""
    release_contents([edit.get("content_id")])
    edit.put("content_id", store_content(edit.record.pk, data))
    stem = Path(valid_name(file_name)).stem if file_name else edit.get("code")
    edit.put("file_name", f"{stem[:240]}.docx")


def create_for_interactions(
    code: str,
    fields: Mapping[str, Sequence[str]],
    *,
    description: str = "",
    language_code: str | None = None,
) -> WordTemplate:
    """A Word template for interactions with the chosen fields, ready to be written around (create_word_template)."""
    chosen = checked_fields({source: list(names) for source, names in fields.items()})
    with unit_of_work("create Word template"):
        values: dict[str, Any] = {"code": code, "description": description, "language_code": language_code}
        return make_document(records.create(WordTemplate, {**values, "fields": chosen}), chosen)


def make_document(template: WordTemplate, fields: Mapping[str, Sequence[str]]) -> WordTemplate:
    """Give a Word template a new document with the chosen fields. Raises ``merge_field_unknown``."""
    require("template_setup.write", SET)
    chosen = checked_fields({source: list(names) for source, names in fields.items()})
    with unit_of_work("create Word template"):
        edit = Edit(records.lock(template), records.rules_of(WordTemplate))
        edit.put("fields", chosen)
        put_document(edit, field_document(chosen, edit.get("description") or edit.get("code")))
        return records.save(edit)


def field_document(chosen: Mapping[str, Sequence[str]], title: str) -> bytes:
    """A .docx with a table of the fields for each source, to be moved to their places."""
    from docx import Document

    document = Document()
    document.add_heading(title, 1)
    document.add_paragraph(_("Move the fields to where they belong and write your text around them."))
    words = merge_fields.captions()
    for source, names in chosen.items():
        document.add_heading(str(merge_fields.SOURCES[source]), 2)
        table = document.add_table(rows=0, cols=2)
        for name in names:
            cells = table.add_row().cells
            cells[0].text = words[f"{source}.{name}"].partition(": ")[2].capitalize()
            cells[1].text = f"{{{{ {source}.{name} }}}}"
    target = io.BytesIO()
    document.save(target)
    return target.getvalue()
