"""Versions of documents: stored, restored, kept (I-138 to I-141)."""

from __future__ import annotations

import uuid
from collections.abc import Mapping, Sequence

from django.db.models import Max
from django.utils import timezone
from django.utils.translation import gettext as _

from tuttava.documents import copying
from tuttava.documents.errors import document_not_found, not_open
from tuttava.documents.lifecycle import changing
from tuttava.documents.marks import BY_LIFECYCLE
from tuttava.documents.models import (
    STEP,
    ArchiveQuotes,
    Document,
    DocumentArchive,
    DocumentArchiveComment,
    DocumentArchiveLine,
    DocumentComment,
    DocumentHeader,
    DocumentLine,
    DocumentStatus,
    DocumentType,
    LineFields,
)
from tuttava.documents.names import title_of
from tuttava.documents.setups import document_setup
from tuttava.documents.totals import refresh
from tuttava.foundation import records
from tuttava.foundation.bulk import insert_many
from tuttava.foundation.context import ask, current, require
from tuttava.foundation.errors import DomainError
from tuttava.foundation.journal import unit_of_work
from tuttava.foundation.records import Edit, rules_of

#: What a restored document keeps of its own: its key, its state and what it was before.
_KEPT = frozenset({"area", "document_type", "no", "doc_no_occurrence", "amount", "amount_including_vat"})


def archive(document: Document) -> DocumentArchive:
    """Store a version by hand (I-138); the setup says nothing about that."""
    with changing(document, _("archive %(document)s") % {"document": title_of(document)}) as fresh:
        return store_version(fresh)


def store_version(document: Document, *, interaction_exists: bool = False) -> DocumentArchive:
    """Store header, lines and comments of a locked document as its next version."""
    lines = list(DocumentLine.objects.filter(document=document).order_by("line_no"))
    return store_versions([document], {document.pk: lines}, interaction_exists=interaction_exists)[0]


def store_versions(
    documents: Sequence[Document],
    lines: Mapping[uuid.UUID, Sequence[DocumentLine]],
    *,
    interaction_exists: bool = False,
) -> list[DocumentArchive]:
    """:func:`store_version` for several, set-based; ``lines``: theirs, by document."""
    if not documents:
        return []
    now = timezone.localtime()
    last = _last_versions(documents)
    versions = [
        DocumentArchive(
            **copying.header_values(document),
            version_no=last.get(_occurrence(document), 0) + 1,
            source_id=document.pk,
            status=document.status,
            archived_by=current().user_name,
            date_archived=now.date(),
            time_archived=now.time().replace(microsecond=0),
            interaction_exists=interaction_exists,
        )
        for document in documents
    ]
    insert_many(versions)
    kept = [copying.lines_of(DocumentArchiveLine, lines[version.source_id], archive=version) for version in versions]
    insert_many([line for group in kept for line in group])
    by_source = {version.source_id: version for version in versions}
    comments = DocumentComment.objects.filter(document__in=list(by_source))
    insert_many(
        [
            made
            for comment in comments
            for made in copying.comments_of(DocumentArchiveComment, [comment], archive=by_source[comment.document_id])
        ]
    )
    return versions


def _occurrence(document: DocumentHeader) -> tuple[str, str, str, int]:
    return document.area, document.document_type, document.no, document.doc_no_occurrence


def _last_versions(documents: Sequence[Document]) -> dict[tuple[str, str, str, int], int]:
    """The highest version of each occurrence of these documents' numbers; one query."""
    rows = DocumentArchive.objects.filter(
        area__in={document.area for document in documents},
        document_type__in={document.document_type for document in documents},
        no__in=[document.no for document in documents],
    ).order_by()
    found = rows.values_list("area", "document_type", "no", "doc_no_occurrence").annotate(last=Max("version_no"))
    return {(area, kind, no, occurrence): last for area, kind, no, occurrence, last in found}


def version_alike(document: Document) -> DocumentArchive | None:
    """The newest version of a locked document, if it still says what the document says now (I-125)."""
    versions = DocumentArchive.objects.filter(source_id=document.pk, doc_no_occurrence=document.doc_no_occurrence)
    newest = versions.order_by("-version_no").first()
    if newest is None or copying.header_values(newest) != copying.header_values(document):
        return None
    lines = DocumentLine.objects.filter(document=document).order_by("line_no")
    kept = newest.lines.order_by("line_no")
    same = [copying.values_of(line, LineFields) for line in lines] == [
        copying.values_of(line, LineFields) for line in kept
    ]
    return newest if same else None


def wanted_by_setup(document: Document) -> bool:
    """Whether the setup has this document archived on its own; quotes may be a question (I-138)."""
    setup, kind = document_setup(), document.document_type
    if kind == DocumentType.QUOTE:
        wanted = getattr(setup, f"{document.area}_archive_quotes")
        if wanted == ArchiveQuotes.QUESTION:
            text = _("Store a version of %(document)s?") % {"document": title_of(document)}
            return ask("q_archive", text, default=True, unattended=False)
        return bool(wanted == ArchiveQuotes.ALWAYS)
    return bool(getattr(setup, f"{document.area}_archive_{kind}s", False))


def archive_by_setup(document: Document) -> DocumentArchive | None:
    """A version, if the setup wants one: on conversion and posting (I-138)."""
    return store_version(document) if wanted_by_setup(document) else None


def archive_on_deletion(document: Document) -> None:
    """The same when a document is deleted."""
    archive_by_setup(document)


def restore(version: DocumentArchive) -> Document:
    """Give a live document the header, lines and comments of a version (I-140).

    Asks ``q_restore``. Raises ``document_not_found``, ``document_not_open`` and ``partly_posted``.
    """
    require("api.write", f"{version.area}Documents")
    with unit_of_work("restore document", title_of(version)):
        document = _restorable(version)
        text = _("%(document)s becomes what it was in version %(version)s. Go on?")
        words = text % {"document": title_of(document), "version": version.version_no}
        if not ask("q_restore", words, default=True):
            return document
        edit = Edit(document, rules_of(Document))
        edit.memory[BY_LIFECYCLE] = True
        for name, value in copying.header_values(version).items():
            if name not in _KEPT:
                edit.copy(name, value)
        records.save(edit)
        _replace_parts(document, version)
        refresh([document])
    return document


def _restorable(version: DocumentArchive) -> Document:
    found = Document.objects.select_for_update(of=("self",)).filter(
        area=version.area, document_type=version.document_type, no=version.no
    )
    document = found.first()
    if document is None or document.doc_no_occurrence != version.doc_no_occurrence:
        raise document_not_found(title_of(version))
    if document.status != DocumentStatus.OPEN:
        raise not_open(document)
    moved = DocumentLine.objects.filter(document=document)
    if moved.exclude(qty_shipped_or_received=0, qty_invoiced=0).exists():
        raise DomainError(
            "partly_posted",
            _("%(document)s was shipped or invoiced in part. Older versions can be looked at, not restored.")
            % {"document": title_of(document)},
            rule="I-140",
        )
    return document


def _replace_parts(document: Document, version: DocumentArchive) -> None:
    """Lines and comments exactly as archived, and a comment that names the version."""
    DocumentLine.objects.filter(document=document).delete()
    DocumentComment.objects.filter(document=document).delete()
    insert_many(copying.lines_of(DocumentLine, version.lines.order_by("line_no"), document=document))
    comments = copying.comments_of(DocumentComment, version.comments.all(), document=document)
    heads = [comment.line_no for comment in comments if comment.document_line_no == 0]
    text = _("Restored from version %(version)s") % {"version": version.version_no}
    comments.append(
        DocumentComment(document=document, line_no=max(heads, default=0) + STEP, date=current().date, comment=text[:80])
    )
    insert_many(comments)


def purge(versions: Sequence[DocumentArchive]) -> int:
    """Remove versions of past documents; those that an interaction names stay (I-141). Answers how many went."""
    require("api.admin")
    ids = [version.pk for version in versions if not version.interaction_exists]
    with unit_of_work("delete archived documents"):
        DocumentArchiveLine.objects.filter(archive__in=ids).delete()
        DocumentArchiveComment.objects.filter(archive__in=ids).delete()
        return DocumentArchive.objects.filter(pk__in=ids).delete()[0]
