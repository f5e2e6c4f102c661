"""An import that is announced first and gets its file afterwards, as programs do it (17.13)."""

from __future__ import annotations

import io
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from django.core.files.base import File
from django.utils.translation import gettext as _

from tuttava.foundation.context import current
from tuttava.foundation.errors import DomainError
from tuttava.foundation.spelling import snake
from tuttava.transfer import actions
from tuttava.transfer.kinds import Kind, kind_of
from tuttava.transfer.models import FileFormat, ImportJob, ImportKind, ImportStatus
from tuttava.transfer.options import Options
from tuttava.transfer.readers import understand
from tuttava.transfer.rejected import refused_rows, rejected

#: Rows that a preview shows.
PREVIEW = 50
_ASKED = {"matchBy": "match_by", "onMatch": "on_match", "dryRun": "dry_run"}


def announce(values: Mapping[str, Any], given: Mapping[str, Any]) -> ImportJob:
    """Begin an import whose file comes later. Raises ``value_invalid`` for an unknown kind, option or mapping."""
    kind = kind_of(values.get("kind") or ImportKind.CONTACTS)
    kind.require()
    row = ImportJob(**given, user_name=current().user_name, kind=kind.name)
    row.file_name = Path(str(values.get("file_name") or "").replace("\\", "/")).name[:250]
    if not row.file_name:
        raise DomainError("field_required", _("An import needs the name of its file."), field="file_name")
    row.format = values.get("format") or FileFormat.CSV
    row.asked = {
        "mapping": _asked_mapping(kind, values.get("mapping")),
        "options": _asked_options(kind, values.get("options")),
    }
    row.save()
    return row


def _asked_mapping(kind: Kind, sent: Any) -> dict[str, str]:
    """Column heading (or letter) to field, in the spelling of the stored fields."""
    if sent is None:
        return {}
    if not isinstance(sent, dict) or not all(isinstance(value, str) for value in sent.values()):
        raise DomainError(
            "value_invalid", _("The mapping is an object of column headings and fields."), field="mapping"
        )
    return {heading: kind.stored_name(target) for heading, target in sent.items()}


def _asked_options(kind: Kind, sent: Any) -> dict[str, Any]:
    """The options in the spelling of the stored ones, checked."""
    if sent is None:
        return {}
    if not isinstance(sent, dict):
        raise DomainError("value_invalid", _("The options are an object."), field="options")
    asked = {_ASKED.get(name, snake(name)): value for name, value in sent.items()}
    unknown = asked.keys() - {"dry_run", *Options.__dataclass_fields__}
    if unknown:
        raise DomainError(
            "value_invalid", _("There is no option “%(name)s”.") % {"name": sorted(unknown)[0]}, field="options"
        )
    if isinstance(asked.get("match_by"), list):
        asked["match_by"] = [kind.stored_name(str(each)) for each in asked["match_by"]]
    if isinstance(asked.get("on_match"), str):
        asked["on_match"] = asked["on_match"].lower()
    Options.from_json({name: value for name, value in asked.items() if name != "dry_run"}, kind.matchers)
    return asked


def receive(row: ImportJob, content: bytes, name: str, media_type: str) -> None:
    """Take the file in and understand it, with the mapping and options that were asked for."""
    kind_of(row.kind).require()
    if row.status not in actions.OPEN:
        raise DomainError("import.not_open", _("“%(file)s” has been imported already.") % {"file": row.file_name})
    if not content:
        raise DomainError("import.file_unreadable", _("The file is empty."), field="file")
    if row.file:
        row.file.delete(save=False)
    row.file.save(f"{row.pk}", File(io.BytesIO(content)), save=False)
    try:
        actions.apply_understanding(row, understand(Path(row.file.path), row.file_name))
    except DomainError:
        row.file.delete(save=False)
        raise
    row.save()
    if row.asked["mapping"]:
        actions.set_mapping_by_heading(row, row.asked["mapping"])
    options = {name: value for name, value in row.asked["options"].items() if name != "dry_run"}
    if options:
        actions.set_options(row, **options)


def preview(row: ImportJob) -> list[dict[str, Any]]:
    """The first rows of the file with their values by field."""
    kind = kind_of(row.kind)
    kind.require()
    understanding = actions.look(row)
    columns = [(column["index"], kind.public_name(column["target"])) for column in row.mapping if column["target"]]
    return [
        {
            "number": sample.number,
            "values": {
                kind.public_name(target): sample.cells[index] for index, target in columns if index < len(sample.cells)
            },
        }
        for sample in understanding.samples[:PREVIEW]
    ]


def run(row: ImportJob, *, wait: bool) -> ImportJob:
    """Try the import (``dryRun``) or do it; one that stopped goes on behind its last row."""
    if not row.file:
        raise DomainError("import.no_file", _("The import has no file yet. Send it first."), field="file")
    if row.asked.get("options", {}).get("dry_run"):
        return actions.check(row, wait=wait)
    if row.status in (ImportStatus.CANCELED, ImportStatus.FAILED) and row.unit_id is not None:
        return actions.resume(row, wait=wait)
    return actions.start(row, wait=wait)


def refused_file(row: ImportJob) -> tuple[str, str, bytes] | None:
    """Name, type and content of the file of refused rows; None when none was refused."""
    if next(refused_rows(row), None) is None:
        return None
    name, media_type, blocks = rejected(row)
    return name, media_type, b"".join(blocks)
