"""Attachments kept as files on disk: ``<folder>/<number>.<extension>`` (2.9)."""

from __future__ import annotations

import os
import re
from pathlib import Path

from django.utils.translation import gettext as _

from tuttava.foundation.attachments import BEGINNING
from tuttava.foundation.errors import DomainError
from tuttava.interactions.models import InteractionAttachment

#: What an extension may consist of; anything else would leave the folder or confuse a file system.
_PLAIN = re.compile(r"[A-Za-z0-9_+-]{1,20}")


def plain_extension(extension: str) -> str:
    """An extension without its dot, fit for a file name; blank when it is none."""
    bare = extension.strip().lstrip(".")
    return bare if _PLAIN.fullmatch(bare) else ""


def path_of(attachment: InteractionAttachment) -> Path:
    """Where the file of a disk attachment stands."""
    extension = plain_extension(attachment.file_extension)
    name = f"{attachment.no}.{extension}" if extension else str(attachment.no)
    return Path(attachment.storage_pointer) / name


def found_at(attachment: InteractionAttachment) -> Path | None:
    """The file, even where it lacks its extension (I-87); None when there is none."""
    path = path_of(attachment)
    return next((each for each in (path, path.with_suffix("")) if each.is_file()), None)


def read(attachment: InteractionAttachment) -> bytes:
    """The bytes on disk; raises ``attachment_file_missing``."""
    path = found_at(attachment)
    if path is None:
        raise file_missing(attachment)
    return path.read_bytes()


def beginning(attachment: InteractionAttachment) -> bytes:
    """The first bytes on disk; empty when the file is gone."""
    path = found_at(attachment)
    if path is None:
        return b""
    with path.open("rb") as file:
        return file.read(BEGINNING)


def write(attachment: InteractionAttachment, data: bytes) -> None:
    """Put bytes in place at once: whoever reads sees the old or the new ones. Raises ``storage_unavailable``."""
    path = path_of(attachment)
    beside = path.with_name(f"{path.name}.writing")
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        with beside.open("wb") as file:
            file.write(data)
            file.flush()
            os.fsync(file.fileno())
        beside.replace(path)
    except OSError as error:
        raise DomainError(
            "storage_unavailable",
            _("The file of attachment %(no)s could not be written to %(folder)s: %(reason)s.")
            % {"no": attachment.no, "folder": path.parent, "reason": error.strerror or ""},
            field="attachment_storage_location",
        ) from error


def file_missing(attachment: InteractionAttachment) -> DomainError:
    return DomainError(
        "attachment_file_missing",
        _("The file of attachment %(no)s is not in its folder %(folder)s any more.")
        % {"no": attachment.no, "folder": attachment.storage_pointer},
        rule="I-86",
    )
