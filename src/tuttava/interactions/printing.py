"""Hard copies: PDF where it can be made, else the Word document; several go into one archive (I-97, I-164)."""

from __future__ import annotations

import datetime as dt
import io
import re
import subprocess
import tempfile
import uuid
import zipfile
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import IO

from django.db import transaction
from django.db.models import Exists, OuterRef, Q, QuerySet
from django.utils import timezone
from django.utils.translation import gettext as _

from tuttava.config import runtime
from tuttava.foundation.attachments import release_contents, store_file
from tuttava.foundation.context import current
from tuttava.foundation.errors import DomainError
from tuttava.foundation.file_kinds import LONGEST_NAME
from tuttava.foundation.ids import new_id
from tuttava.interactions.attachments import content_of, contents_of
from tuttava.interactions.models import InteractionAttachment, InteractionLogEntry, PrintFile
from tuttava.interactions.word import DOCX

#: How long a print file that belongs to no segment can be fetched (A-118).
KEPT = dt.timedelta(days=1)
#: Seconds that the converter has for one letter.
CONVERSION_TIME = 60
_FORBIDDEN = re.compile(r'[\x00-\x1f\x7f/\\:*?"<>|\u202a-\u202e\u2066-\u2069]+')
_LONGEST_STEM = LONGEST_NAME - 20


def can_convert() -> bool:
    """Whether Word documents can be turned into PDF: a converter is configured."""
    return bool(runtime.text("pdf_converter").strip())


def paper(word: bytes, *, convert: bool) -> tuple[bytes, str]:
    """A letter as it goes to paper, with its ending: ``pdf``, or ``docx`` without a converter (I-97)."""
    return (_converted(word), "pdf") if convert else (word, "docx")


def _converted(word: bytes) -> bytes:
    """What the configured converter (LibreOffice or a program that takes its options) makes of a document."""
    with tempfile.TemporaryDirectory() as place:
        letter = Path(place) / "letter.docx"
        letter.write_bytes(word)
        command = [runtime.text("pdf_converter").strip(), "--headless", "--convert-to", "pdf"]
        try:
            subprocess.run(
                [*command, "--outdir", place, str(letter)], check=True, capture_output=True, timeout=CONVERSION_TIME
            )
            return letter.with_suffix(".pdf").read_bytes()
        except (OSError, subprocess.SubprocessError) as error:
            raise DomainError(
                "pdf_conversion_failed",
                _("The letter could not be turned into PDF: the converter failed. Ask an administrator."),
            ) from error


def file_stem(text: str, default: str) -> str:
    """``text`` as the name of a file; what systems do not allow in names is replaced."""
    return _FORBIDDEN.sub("_", text).strip(" .")[:_LONGEST_STEM].strip(" .") or default


def letter_stem(entry: InteractionLogEntry) -> str:
    """What a letter is called in an archive (I-97)."""
    contact, company = entry.contact, entry.contact_company
    name = contact.name if contact else str(entry.entry_no)
    return f"{company.name} - {name}" if company and contact and company.pk != contact.pk else name


def single(entry: InteractionLogEntry) -> PrintFile:
    """The print file of a run of one letter, which the entry keeps."""
    kept = entry.attachment
    if kept is None:
        raise DomainError("attachment_empty", _("Interaction %(no)s keeps no letter.") % {"no": entry.entry_no})
    media_type = "application/pdf" if kept.file_extension == "pdf" else DOCX
    name = f"{file_stem(entry.subject, 'default')}.{kept.file_extension}"
    return _kept(name, media_type, entry.segment_no, io.BytesIO(content_of(kept)))


def archive(segment_no: str, pages: Iterable[Sequence[tuple[str, InteractionAttachment]]]) -> PrintFile:
    """The print file of several letters, each with its stem; memory holds those of one page at a time.

    Letters are packed already, so that they are stored as they are.
    """
    names = FileNames()
    with tempfile.TemporaryFile() as file:
        with zipfile.ZipFile(file, "w", zipfile.ZIP_STORED) as made:
            for page in pages:
                stems = (stem for stem, _letter in page)
                for stem, (letter, data) in zip(stems, contents_of([each for _stem, each in page]), strict=True):
                    made.writestr(names.free(file_stem(stem, "letter"), letter.file_extension), data)
        title = f"Segment {segment_no}" if segment_no else _("Letters")
        return _kept(f"{file_stem(title, 'letters')}.zip", "application/zip", segment_no, file)


def kept_file(name: str, media_type: str, content: bytes) -> PrintFile:
    """A print file of another room, which whoever printed it can fetch for a day."""
    return _kept(name, media_type, "", io.BytesIO(content))


class FileNames:
    """Names in an archive, each once: equal ones get " (2)", " (3)" (I-97)."""

    def __init__(self) -> None:
        self._taken: set[str] = set()
        self._counts: dict[str, int] = {}

    def free(self, stem: str, ending: str) -> str:
        key = f"{stem}.{ending}".casefold()
        number = self._counts.get(key, 0)
        while True:
            number += 1
            name = f"{stem}.{ending}" if number == 1 else f"{stem} ({number}).{ending}"
            if name.casefold() not in self._taken:
                self._counts[key] = number
                self._taken.add(name.casefold())
                return name


def _kept(file_name: str, media_type: str, segment_no: str, file: IO[bytes]) -> PrintFile:
    """Store a print file, whole or not at all; those nobody can fetch any more go."""
    _sweep()
    key = new_id()
    file.seek(0)
    with transaction.atomic():
        return PrintFile.objects.create(
            id=key,
            file_name=file_name,
            media_type=media_type,
            content_id=store_file(key, file),
            segment_no=segment_no,
            user_name=current().user_name,
        )


def _sweep() -> None:
    """Of each segment the latest stays (I-164)."""
    later = PrintFile.objects.filter(segment_no=OuterRef("segment_no"), made_at__gt=OuterRef("made_at"))
    past = PrintFile.objects.filter(Q(segment_no="") | Exists(later), made_at__lt=timezone.now() - KEPT)
    old = past.order_by("made_at")[:20]
    gone = {row.pk: row.content_id for row in old}
    if gone:
        PrintFile.objects.filter(pk__in=gone).delete()
        release_contents(list(gone.values()))


def readable() -> QuerySet[PrintFile]:
    """The print files that the current user may fetch: own ones, those of no segment for a day (A-118)."""
    mine = PrintFile.objects.filter(user_name=current().user_name)
    return mine.exclude(segment_no="", made_at__lt=timezone.now() - KEPT)


def print_file(key: uuid.UUID) -> PrintFile:
    """One of them; raises ``not_found``."""
    found = readable().filter(pk=key).first()
    if found is None:
        raise DomainError("not_found", _("This print file is gone. Resend the interactions to print them again."))
    return found
