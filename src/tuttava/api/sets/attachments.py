"""Files attached to records, in the standard service (16.9, A-86).

A room calls :func:`owns_attachments` for the records of a kind; the navigation of their set is made by
:func:`attachments_navigation`.
"""

from __future__ import annotations

import uuid
from collections.abc import Sequence

from django.db.models import Q
from django.utils.translation import gettext_lazy

from tuttava.api import edm
from tuttava.api.declare import STANDARD, EntitySet, File, Navigation, Property, Row, Stream, Wanted
from tuttava.api.stamps import fill_stamps, last_modified
from tuttava.foundation.attachments import Parent, has_attachments, hidden_parents, read_content, write_content
from tuttava.foundation.models import AttachmentParent, DocumentAttachment

NAME = "documentAttachments"
MASK = "•••"
#: The reference's English words where a sentence would have them in lower case.
_WORDS = {each.value: each.value.replace("_", " ").title() for each in AttachmentParent if each.value}
_PARENT_TYPE = edm.standard_enum("attachmentEntityBufferDocumentType", AttachmentParent, _WORDS)
#: What cannot change refuses as a rule does (A-86).
_DIALOG = "Application_DialogException"


def owns_attachments(kind: AttachmentParent, parent: Parent, navigation: str) -> None:
    """Tell that records of ``kind`` can have files; ``navigation`` leads from a file to its record."""
    has_attachments(kind, parent)
    back = Navigation(navigation, parent.model, many=False, ours="parent_id", partner=NAME)
    STANDARD.extend(NAME, navigations=[back])


def attachments_navigation(kind: AttachmentParent, *, partner: str) -> Navigation:
    """From a record to its files."""
    return Navigation(
        NAME,
        NAME,
        theirs="parent_id",
        where=Q(parent_kind=kind),
        contained=True,
        partner=partner,
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


STANDARD.register(
    EntitySet(
        name=NAME,
        entity="documentAttachment",
        model=DocumentAttachment,
        properties=(
            Property("id", edm.GUID, "id", immutable=True, refusal=_DIALOG),
            Property("parentId", edm.GUID, "parent_id", immutable=True, refusal=_DIALOG),
            Property("parentType", _PARENT_TYPE, "parent_kind", immutable=True, refusal=_DIALOG),
            Property("fileName", edm.text(250), "file_name"),
            Property("byteSize", edm.INT, "byte_size", read_only=True),
            Property("lineNumber", edm.INT, "line_no"),
            Property("documentFlowSales", edm.BOOLEAN, "document_flow_sales"),
            Property("documentFlowPurchase", edm.BOOLEAN, "document_flow_purchase"),
            last_modified(),
        ),
        streams=(Stream("attachmentContent", read_file, write_content),),
        finish=_finish,
        always=("id", "parent_kind", "parent_id"),
        caption=gettext_lazy("attachment"),
        caption_plural=gettext_lazy("attachments"),
    )
)
