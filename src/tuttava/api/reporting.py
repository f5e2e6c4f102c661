"""Reports as the CRM service runs them: a data set, saved as a table, or laid out as HTML and PDF (R-1, 17.13).

Rooms publish their reports here; each is one declaration over the functions that the browser's pages use as well.
"""

from __future__ import annotations

import base64
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from django.db import models
from django.db.models import QuerySet
from django.utils.text import slugify
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from tuttava.api import values
from tuttava.api.declare import CRM, File, Parameter
from tuttava.api.errors import bad_request
from tuttava.api.filter_objects import filtered
from tuttava.foundation import jobs
from tuttava.foundation.company import company_information
from tuttava.foundation.context import current, require
from tuttava.foundation.errors import DomainError, Text
from tuttava.foundation.jobs import JobRun, job
from tuttava.foundation.models import Job
from tuttava.foundation.spelling import snake
from tuttava.foundation.tables import csv_blocks, joined, sheet_blocks


class Group(models.TextChoices):
    CONTACTS = "contacts", gettext_lazy("Contacts")
    SEGMENTS = "segments", gettext_lazy("Segments")
    CAMPAIGNS = "campaigns", gettext_lazy("Campaigns")
    OPPORTUNITIES = "opportunities", gettext_lazy("Opportunities")
    TASKS = "tasks", gettext_lazy("Tasks")
    QUESTIONNAIRES = "questionnaires", gettext_lazy("Questionnaires")


class Output(models.TextChoices):
    JSON = "json", gettext_lazy("JSON")
    CSV = "csv", gettext_lazy("CSV")
    XLSX = "xlsx", gettext_lazy("Excel")
    HTML = "html", gettext_lazy("Web page")
    PDF = "pdf", gettext_lazy("PDF")


_TYPES = {
    Output.CSV: "text/csv; charset=utf-8",
    Output.XLSX: "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    Output.HTML: "text/html; charset=utf-8",
    Output.PDF: "application/pdf",
}
_TABLES = (Output.JSON, Output.CSV, Output.XLSX)


@dataclass(frozen=True)
class Asked:
    """What a report is run for: parameters by name in snake_case, filters by set, and whether it is only looked at."""

    parameters: Mapping[str, Any] = field(default_factory=dict)
    filters: Mapping[str, Mapping[str, str]] = field(default_factory=dict)
    preview: bool = False

    def rows(self, set_name: str) -> QuerySet[Any]:
        """The rows of a set that the report is about."""
        found = CRM.sets[set_name]
        return filtered(found, found.queryset(), self.filters.get(set_name, {}))


@dataclass(frozen=True)
class Dataset:
    """Rows of named columns; the names are properties of the service."""

    columns: Sequence[str]
    rows: Sequence[Sequence[Any]]


@dataclass(frozen=True)
class Published:
    """A report. ``sets`` names those that it can be filtered by; ``page`` and ``paper`` are its layouts, if it has any.

    ``table`` writes the text file where that is not simply the data set.
    """

    name: str
    group: Group
    caption: Text
    data: Callable[[Asked], Dataset]
    sets: tuple[str, ...] = ("contacts",)
    parameters: tuple[Parameter, ...] = ()
    page: Callable[[Asked], str] | None = None
    paper: Callable[[Asked], bytes] | None = None
    paper_available: Callable[[], bool] = lambda: True
    table: Callable[[Asked], Iterator[bytes]] | None = None

    @property
    def formats(self) -> list[Output]:
        """What it can be run to."""
        layouts = [Output.HTML] if self.page else []
        return [*_TABLES, *layouts, *([Output.PDF] if self.paper and self.paper_available() else [])]


REPORTS: dict[str, Published] = {}


def publish(*reports: Published) -> None:
    """Offer reports in the service; a name can be taken once only."""
    for each in reports:
        if each.name in REPORTS:
            raise ValueError(f"report {each.name} is published twice")
        REPORTS[each.name] = each


def run(
    report: Published, parameters: Any, filters: Any, output: str, preview: bool, *, wait: bool
) -> File | dict[str, Any] | Job:
    """Run a report, or queue it. Refuses what it does not know at the parameter, set or output."""
    asked = _asked(report, parameters, filters, preview)
    if (output == Output.PDF and report.paper is None) or (output == Output.HTML and report.page is None):
        raise DomainError(
            "value_invalid",
            _("“%(report)s” has no layout for %(output)s.")
            % {"report": report.caption, "output": Output(output).label},
            field="output",
        )
    if wait:
        return _made(report, asked, Output(output))
    arguments = {"report": report.name, "parameters": parameters, "filters": filters, "preview": preview}
    return jobs.enqueue("api.report", str(report.caption), {**arguments, "output": output})


@job("api.report")
def run_queued_report(work: JobRun) -> dict[str, Any]:
    """A report in the background; a file is kept as base64 text in the result."""
    given = work.arguments
    report = REPORTS[given["report"]]
    asked = _asked(report, given["parameters"], given["filters"], given["preview"])
    made = _made(report, asked, Output(given["output"]))
    if not isinstance(made, File):
        return made
    content = base64.b64encode(made.data).decode()
    return {"fileName": made.name, "contentType": made.media_type, "content": content}


def _asked(report: Published, parameters: Any, filters: Any, preview: bool) -> Asked:
    for name in report.sets:
        require(CRM.sets[name].read_right, name)
    asked = Asked(_parameters(report, _object(parameters, "parameters")), _object(filters, "filters"), preview)
    for name, criteria in asked.filters.items():
        if name not in report.sets:
            raise bad_request(
                _("“%(report)s” cannot be filtered by “%(name)s”.") % {"report": report.caption, "name": name[:60]},
                name[:60],
            )
        _object(criteria, name)
        asked.rows(name)
    return asked


def _object(sent: Any, name: str) -> Mapping[str, Any]:
    if sent is None:
        return {}
    if not isinstance(sent, dict):
        raise bad_request(_("%(name)s must be %(expected)s.") % {"name": name, "expected": _("an object")}, name)
    return sent


def _parameters(report: Published, sent: Mapping[str, Any]) -> dict[str, Any]:
    known = {each.name: each for each in report.parameters}
    for name in sent:
        if name not in known:
            raise bad_request(
                _("%(action)s has no parameter “%(name)s”.") % {"action": report.name, "name": name[:60]}, name[:60]
            )
    return {
        snake(each.name): each.default
        if sent.get(each.name) is None
        else values.read(sent[each.name], each.type, each.name)
        for each in report.parameters
    }


def _made(report: Published, asked: Asked, output: Output) -> File | dict[str, Any]:
    if output == Output.JSON:
        found = report.data(asked)
        return {"columns": list(found.columns), "rows": [list(row) for row in found.rows]}
    name = f"{slugify(str(report.caption)) or report.name}.{output.value}"
    return File(_content(report, asked, output), _TYPES[output], name)


def _content(report: Published, asked: Asked, output: Output) -> bytes:
    if output == Output.HTML and report.page is not None:
        return report.page(asked).encode()
    if output == Output.PDF and report.paper is not None:
        return report.paper(asked)
    if output == Output.CSV and report.table is not None:
        return b"".join(report.table(asked))
    found = report.data(asked)
    if output == Output.CSV:
        return b"".join(csv_of(found))
    title = str(report.caption)
    return b"".join(sheet_blocks(found.columns, _cells(found), title, above=[title, *_page_lines(asked)]))


def csv_of(found: Dataset) -> Iterator[bytes]:
    """A data set as delimited text."""
    return csv_blocks(found.columns, _cells(found))


def _cells(found: Dataset) -> Iterator[list[Any]]:
    return ([joined(value) for value in row] for row in found.rows)


def _page_lines(asked: Asked) -> list[str]:
    """Whose report of which day it is, and what it is limited to (R-1)."""
    used = [f"{name}: {text}" for criteria in asked.filters.values() for name, text in criteria.items()]
    return [f"{company_information().name} · {current().date.isoformat()}", *used]
