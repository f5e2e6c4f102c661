"""Importing small files in tests."""

from __future__ import annotations

from typing import Any

from django.core.files.base import ContentFile

from tuttava.transfer import actions
from tuttava.transfer.models import ImportJob, ImportRow


def begin(content: str | bytes, *, name: str = "file.csv", kind: str = "contacts", **options: Any) -> ImportJob:
    """A file taken in and understood."""
    raw = content.encode() if isinstance(content, str) else content
    row = actions.begin(name, ContentFile(raw), kind=kind)
    return actions.set_options(row, **options) if options else row


def run(content: str | bytes, **options: Any) -> ImportJob:
    """A file imported at once."""
    return actions.start(begin(content, **options), wait=True)


def counts(row: ImportJob) -> tuple[int, int, int, int]:
    """Rows created, updated, skipped, refused."""
    return row.rows_created, row.rows_updated, row.rows_skipped, row.rows_failed


def messages(row: ImportJob, number: int) -> list[str]:
    """Codes of what was said about a row."""
    return [message["code"] for message in ImportRow.objects.get(job=row, number=number).messages]
