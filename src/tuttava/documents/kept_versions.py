"""Versions are kept for what the log says of them: when its last entry goes, so does the reason (I-159)."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from typing import Any

from django.db.models import Exists, OuterRef

from tuttava.documents.models import Document, DocumentArchive, DocumentArchiveComment, DocumentArchiveLine
from tuttava.documents.recording import LIVE
from tuttava.interactions.models import InteractionLogEntry
from tuttava.interactions.removing import interactions_deleted

#: The document behind an event whose entries name versions.
_DOCUMENTS = {event: key for key, event in LIVE.items()}


def connect() -> None:
    """Listen to entries of the log that are deleted."""
    interactions_deleted.connect(_deleted, dispatch_uid="documents.kept_versions")


def _deleted(*, entries: Sequence[InteractionLogEntry], **_signal: Any) -> None:
    """A version that no entry names any more is kept for its live document only; without one it goes.

    A version that is not there is ignored.
    """
    named: dict[str, set[tuple[str, int, int]]] = defaultdict(set)
    for entry in entries:
        if entry.version_no and entry.document_type in _DOCUMENTS:
            named[entry.document_type].add((entry.document_no, entry.doc_no_occurrence, entry.version_no))
    for event, keys in named.items():
        _release(event, keys - _still_named(event, keys))


def _still_named(event: str, keys: Iterable[tuple[str, int, int]]) -> set[tuple[str, int, int]]:
    """Versions that other entries name, too."""
    rows = InteractionLogEntry.objects.filter(document_type=event, document_no__in={no for no, _time, _version in keys})
    return set(rows.exclude(version_no=0).values_list("document_no", "doc_no_occurrence", "version_no"))


def _release(event: str, keys: set[tuple[str, int, int]]) -> None:
    area, kind = next(key for name, key in _DOCUMENTS.items() if name == event)
    live = Document.objects.filter(
        area=area, document_type=kind, no=OuterRef("no"), doc_no_occurrence=OuterRef("doc_no_occurrence")
    )
    versions = DocumentArchive.objects.filter(
        area=area, document_type=kind, no__in={no for no, _time, _version in keys}
    )
    found = [
        (version.pk, version.is_live)
        for version in versions.annotate(is_live=Exists(live)).only("no", "doc_no_occurrence", "version_no")
        if (version.no, version.doc_no_occurrence, version.version_no) in keys
    ]
    DocumentArchive.objects.filter(pk__in=[pk for pk, is_live in found if is_live]).update(interaction_exists=False)
    gone = [pk for pk, is_live in found if not is_live]
    for part in (DocumentArchiveLine, DocumentArchiveComment):
        part._default_manager.filter(archive__in=gone).delete()
    DocumentArchive.objects.filter(pk__in=gone).delete()
