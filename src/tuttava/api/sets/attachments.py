"""Files attached to records, in the standard service (16.9, A-86).

A room calls :func:`owns_attachments` for the records of a kind; the navigation of their set is made by
:func:`attachments_navigation`.
"""

from __future__ import annotations

import re
import uuid
from collections.abc import Mapping, Sequence
from typing import Any

from django.db.models import Q
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from tuttava.api import edm
from tuttava.api.declare import STANDARD, EntitySet, File, Navigation, Property, Row, Stream, Wanted
from tuttava.api.options import Options
from tuttava.api.stamps import fill_stamps, last_modified
from tuttava.foundation import records
from tuttava.foundation.attachments import Parent, has_attachments, hidden_parents, read_content, write_content
from tuttava.foundation.errors import DomainError
from tuttava.foundation.models import AttachmentParent, DocumentAttachment

NAME = "documentAttachments"
#: The same files, of documents alone.
OF_DOCUMENTS = "attachments"
MASK = "•••"
#: The reference's English words where a sentence would have them in lower case.
_WORDS = {each.value: each.value.replace("_", " ").title() for each in AttachmentParent if each.value}
_PARENT_TYPE = edm.standard_enum("attachmentEntityBufferDocumentType", AttachmentParent, _WORDS)
#: What cannot change refuses as a rule does (A-86).
_DIALOG = "Application_DialogException"
_DOCUMENTS = frozenset(
    {
        AttachmentParent.JOURNAL,
        AttachmentParent.SALES_ORDER,
        AttachmentParent.SALES_QUOTE,
        AttachmentParent.SALES_CREDIT_MEMO,
        AttachmentParent.SALES_INVOICE,
        AttachmentParent.PURCHASE_INVOICE,
        AttachmentParent.PURCHASE_ORDER,
        AttachmentParent.PURCHASE_CREDIT_MEMO,
    }
)
_TYPE_ASKED = re.compile(r"\bparentType\s+eq\s+(?:[\w.]+)?'([^']*)'")


def owns_attachments(kind: AttachmentParent, parent: Parent, navigation: str, target: str = "") -> None:
    """Tell that records of ``kind`` can have files; ``navigation`` leads from a file to its record.

    ``target``: the set of the record, where it is not the first that shows its model.
    """
    has_attachments(kind, parent)
    for name in (NAME, OF_DOCUMENTS) if kind in _DOCUMENTS else (NAME,):
        back = Navigation(navigation, target or parent.model, many=False, ours="parent_id", partner=name)
        STANDARD.extend(name, navigations=[back])


def attachments_navigation(kind: AttachmentParent, *, partner: str, name: str = NAME) -> Navigation:
    """From a record to its files; of records that cannot have any (``AttachmentParent.NONE``) to nothing."""
    return Navigation(
        name,
        name,
        theirs="parent_id",
        where=Q(parent_kind=kind),
        contained=True,
        partner="" if kind == AttachmentParent.NONE else partner,
        fills=(("parent_id", "id"),),
        gives=(("parent_kind", kind.value),),
    )


def read_file(attachment: DocumentAttachment) -> File | None:
    """The stored file; None before bytes were sent."""
    content = read_content(attachment)
    return None if content is None else File(content, attachment.media_type, attachment.file_name)


def _finish(rows: Sequence[Row], wanted: Wanted) -> None:
    """Stamps; and masks instead of the names of files that the user may not see (C-72)."""
    fill_stamps(rows, wanted)
    by_kind: dict[str, set[uuid.UUID]] = {}
    for row in rows if "fileName" in wanted.names else ():
        by_kind.setdefault(row["parent_kind"], set()).add(row["parent_id"])
    hidden = {(kind, each) for kind, ids in by_kind.items() for each in hidden_parents(kind, ids)}
    for row in rows:
        if (row["parent_kind"], row["parent_id"]) in hidden:
            row["file_name"] = MASK


def _of_document(kind: str) -> None:
    """Files of other records are found in the wider set (A-86)."""
    if kind not in _DOCUMENTS:
        raise DomainError(
            "attachment_parent_unsupported",
            _("%(set)s holds files of documents only. For other records use %(other)s.")
            % {"set": OF_DOCUMENTS, "other": NAME},
            field="parent_kind",
            rule="A-86",
        )


def _create(values: Mapping[str, Any], given: Mapping[str, Any]) -> DocumentAttachment:
    _of_document({**values, **given}.get("parent_kind") or "")
    return records.create(DocumentAttachment, values, given=given, in_order=True)


def _guard(options: Options) -> None:
    """A filter by another kind of record is refused like a new file of it."""
    known = {words.casefold(): each for each, words in _WORDS.items()}
    for asked in _TYPE_ASKED.findall(options.filter):
        kind = known.get(asked.replace("_x0020_", " ").casefold(), asked)
        if kind in AttachmentParent.values:
            _of_document(kind)


def _set(name: str, entity: str, *more: Property, **declared: Any) -> EntitySet:
    return EntitySet(
        name=name,
        entity=entity,
        model=DocumentAttachment,
        properties=(
            Property("id", edm.GUID, "id", immutable=True, refusal=_DIALOG),
            Property("parentId", edm.GUID, "parent_id", immutable=True, refusal=_DIALOG),
            Property("parentType", _PARENT_TYPE, "parent_kind", immutable=True, refusal=_DIALOG),
            Property("fileName", edm.text(250), "file_name"),
            Property("byteSize", edm.INT, "byte_size", read_only=True),
            *more,
            last_modified(),
        ),
        streams=(Stream("attachmentContent", read_file, write_content),),
        finish=_finish,
        always=("id", "parent_kind", "parent_id"),
        **declared,
    )


STANDARD.register(
    _set(
        NAME,
        "documentAttachment",
        Property("lineNumber", edm.INT, "line_no"),
        Property("documentFlowSales", edm.BOOLEAN, "document_flow_sales"),
        Property("documentFlowPurchase", edm.BOOLEAN, "document_flow_purchase"),
        caption=gettext_lazy("attachment"),
        caption_plural=gettext_lazy("attachments"),
    ),
    _set(
        OF_DOCUMENTS,
        "attachment",
        rows=lambda rows: rows.filter(parent_kind__in=_DOCUMENTS),
        create=_create,
        guard=_guard,
        caption=gettext_lazy("attachment of a document"),
        caption_plural=gettext_lazy("attachments of documents"),
    ),
)
