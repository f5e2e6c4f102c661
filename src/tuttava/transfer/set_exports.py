"""Any set of the CRM service as a file: what is asked for, and the work that writes it (17.13)."""

from __future__ import annotations

from collections.abc import Callable, Container, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from django.db.models import QuerySet
from django.utils.translation import gettext as _

from tuttava.api.declare import CRM, EntitySet
from tuttava.api.errors import ApiError
from tuttava.api.filter_objects import filtered
from tuttava.api.frame import Frame
from tuttava.api.options import Options
from tuttava.api.reading import check_listable, walk
from tuttava.api.shaping import Shape
from tuttava.contacts.columns import COLUMNS
from tuttava.contacts.models import Contact
from tuttava.foundation import jobs
from tuttava.foundation.context import current, require
from tuttava.foundation.errors import DomainError
from tuttava.foundation.jobs import JobRun, job
from tuttava.foundation.spelling import camel
from tuttava.transfer import exporting
from tuttava.transfer.export_actions import keep
from tuttava.transfer.models import ExportJob, FileFormat, ImportStatus
from tuttava.transfer.set_files import WRITERS

#: Rows in memory at once.
PAGE = 2000


@dataclass(frozen=True)
class Extract:
    """Which rows of a set go into a file, and which of their properties; ``columns`` blank: all of them."""

    entity_set: EntitySet
    columns: tuple[str, ...]
    rows: QuerySet[Any]

    @property
    def is_register(self) -> bool:
        return self.entity_set.model is Contact

    @property
    def names(self) -> tuple[str, ...]:
        """The properties in their order; of contacts those of the standard export unless others are asked for."""
        if self.columns:
            return self.columns
        if self.is_register:
            return tuple(camel(name) for name in COLUMNS)
        return tuple(prop.name for prop in self.entity_set.properties if not prop.write_only)

    def shape(self) -> Shape:
        frame = Frame(CRM, root="", company="", metadata="none")
        return Shape(frame, self.entity_set, Options(select=frozenset(self.names)))


def announce(values: Mapping[str, Any], given: Mapping[str, Any]) -> ExportJob:
    """Begin an export. Whatever does not fit is refused at its field before any work begins."""
    row = ExportJob(**given, user_name=current().user_name, status=ImportStatus.RUNNING)
    row.set_name, row.format = values["set_name"], values["format"]
    row.columns, row.filters = values.get("columns") or [], values.get("filters") or {}
    extract = extract_of(row)
    row.columns = list(extract.columns)
    _check_format(row, extract)
    row.save()
    title = _("Export of %(set)s") % {"set": extract.entity_set.name}
    row.job = jobs.enqueue("transfer.export_set", title, {"export": str(row.pk)})
    row.save(update_fields=["job"])
    return row


def _check_format(row: ExportJob, extract: Extract) -> None:
    if row.format != FileFormat.VCARD:
        return
    if not extract.is_register:
        raise DomainError("value_invalid", _("Only contacts can be exported as vCards."), field="format")
    if extract.columns:
        raise DomainError("value_invalid", _("What a vCard holds is fixed; leave “select” out."), field="columns")


def extract_of(row: ExportJob) -> Extract:
    """What an export takes out; refuses unknown sets, properties and filters, and sets that the user may not read."""
    criteria = row.filters
    if not isinstance(criteria, dict):
        raise DomainError("value_invalid", _("“filter” is an object of properties and filters."), field="filters")
    entity_set = _exported_set(row.set_name, criteria)
    rows = filtered(entity_set, entity_set.queryset(), criteria)
    if entity_set.model is Contact:
        rows = rows.filter(privacy_blocked=False)
    return Extract(entity_set, checked_columns(entity_set, row.columns), rows)


def _exported_set(name: str, criteria: Container[str]) -> EntitySet:
    found = CRM.sets.get(name)
    if found is None or found.outside:
        raise DomainError(
            "value_invalid", _("There is no set “%(name)s” to export.") % {"name": name[:60]}, field="set_name"
        )
    if found.read_right:
        require(found.read_right, found.name)
    try:
        check_listable(found, criteria)
    except ApiError as error:
        error.target = "set"
        raise
    return found


def checked_columns(entity_set: EntitySet, asked: Any) -> tuple[str, ...]:
    """The properties asked for in their order, once each; stored names are understood too (A-117)."""
    names = asked.split(",") if isinstance(asked, str) else asked
    if not isinstance(names, list) or not all(isinstance(name, str) for name in names):
        raise DomainError("value_invalid", _("“select” is a list of properties."), field="columns")
    found: dict[str, None] = {}
    for name in (camel(each.strip()) for each in names):
        prop = entity_set.by_name.get(name)
        if prop is None or prop.write_only:
            raise DomainError(
                "field_unknown",
                _("%(entity)s has no property “%(name)s”.") % {"entity": entity_set.entity, "name": name[:60]},
                field="columns",
            )
        found[name] = None
    return tuple(found)


@job("transfer.export_set")
def run_set_export(run: JobRun) -> dict[str, int]:
    """Write the file of an export of a set."""
    row = ExportJob.objects.get(pk=run.arguments["export"])
    extract = extract_of(row)
    row.rows_total = extract.rows.count()
    run.progress(0, row.rows_total)
    return keep(run, row, _blocks(row, extract, run.progress))


def _blocks(row: ExportJob, extract: Extract, progress: Callable[[int], None]) -> Iterator[bytes]:
    standard = extract.is_register and not extract.columns
    if standard and row.format != FileFormat.JSON:
        return exporting.write(extract.rows.order_by("no"), row.format)
    names = extract.names
    properties = [extract.entity_set.by_name[name] for name in names]
    return WRITERS[row.format](properties, entities(extract, progress), row.set_name)


def entities(extract: Extract, progress: Callable[[int], None] = lambda done: None) -> Iterator[dict[str, Any]]:
    """The rows as the service writes them, masks and all; one page is in memory at a time."""
    shape, names, done = extract.shape(), extract.names, 0
    for page in walk(shape, extract.rows, PAGE):
        for entity in shape.entities(page):
            yield {name: entity[name] for name in names}
        done += len(page)
        progress(done)
