"""The reports that can be run (17.13): a set over what the rooms publish."""

from __future__ import annotations

import uuid
from collections.abc import Iterator
from typing import Any

from django.db import models

from tuttava.api import edm, reporting
from tuttava.api.declare import CRM, Action, EntitySet, Parameter, Property
from tuttava.api.listed import UNSTORED, listed
from tuttava.api.reporting import REPORTS, Group, Output

_IDS = uuid.UUID("7f7c1b5e-3f0a-5a58-9c52-6f0f3c2f8a11")


class ListedReport(models.Model):
    """A published report as a row."""

    id = models.UUIDField(primary_key=True)
    name = models.TextField()
    group = models.TextField()
    caption = models.TextField()
    parameters = models.JSONField()
    filters = models.JSONField()
    formats = models.JSONField()

    class Meta:
        apps = UNSTORED
        app_label = "api"
        managed = False

    def __str__(self) -> str:
        return self.name


def _rows() -> Iterator[dict[str, Any]]:
    for each in REPORTS.values():
        yield {
            "id": uuid.uuid5(_IDS, each.name),
            "name": each.name,
            "group": each.group,
            "caption": str(each.caption),
            "parameters": [parameter.name for parameter in each.parameters],
            "filters": list(each.sets),
            "formats": [edm.crm_member(output) for output in each.formats],
        }


def _run(row: ListedReport, *, parameters: Any, filters: Any, output: str | None, preview: bool, wait: bool) -> Any:
    return reporting.run(REPORTS[row.name], parameters, filters, output or Output.JSON, preview, wait=wait)


def _list(name: str) -> Property:
    return Property(name, edm.TEXTS, name, read_only=True, filterable=False, sortable=False)


CRM.register(
    EntitySet(
        name="reports",
        entity="report",
        model=ListedReport,
        properties=(
            Property("id", edm.GUID, "id", read_only=True),
            Property("name", edm.text(60), "name", read_only=True),
            Property("group", edm.crm_enum("reportGroup", Group.choices), "group", read_only=True),
            Property("caption", edm.text(100), "caption", read_only=True),
            _list("parameters"),
            _list("filters"),
            _list("formats"),
        ),
        actions=(
            Action(
                "run",
                _run,
                (
                    Parameter("parameters", edm.UNTYPED),
                    Parameter("filters", edm.UNTYPED),
                    Parameter("output", edm.crm_enum("reportOutput", Output.choices), default=Output.JSON),
                    Parameter("preview", edm.BOOLEAN, default=False),
                ),
                long=True,
            ),
        ),
        natural_key=("name",),
        rows=lambda unused: listed(ListedReport, _rows),
        methods=frozenset({"GET"}),
        version="",
        read_right="",
        write_right="",
    )
)
