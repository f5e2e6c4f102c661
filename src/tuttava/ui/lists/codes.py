"""Setup pages for code tables: an editable list each, declared in a few lines."""

from __future__ import annotations

import uuid
from collections.abc import Callable, Sequence
from typing import Any

from django.db.models import Model, Q
from django.http import HttpRequest
from django.utils.html import format_html
from django.utils.text import capfirst
from django.utils.translation import gettext_lazy as _

from tuttava.foundation.cleaning import attribute, has_field
from tuttava.foundation.errors import Text
from tuttava.foundation.fields import CodeRef
from tuttava.foundation.records import Record
from tuttava.ui import registry
from tuttava.ui.lists.counts import counts_of
from tuttava.ui.lists.declare import Column, Filter, ListPage, Sort
from tuttava.ui.lists.mount import register_list
from tuttava.ui.templatetags.ui import number
from tuttava.ui.values import kind_of

WIDTHS = {"code": 140, "description": 320, "name": 260, "flag": 110, "reference": 140, "date": 130, "integer": 110}


def code_table(
    model: type[Record],
    *,
    path: str,
    group: Text,
    fields: Sequence[str],
    title: Text = "",
    description: Text = "",
    icon: str = "table-cells",
    order: int = 100,
    extra: Sequence[Column] = (),
    sorts: Sequence[Sort] = (),
    filters: Sequence[Filter] = (),
    prepare: Callable[[list[Any]], None] | None = None,
    given: Callable[[HttpRequest], dict[str, Any]] | None = None,
    listed: bool = True,
    right: str = "api.read",
    parent: tuple[str, Text] | None = None,
    formulas: Sequence[str] = (),
) -> ListPage:
    """Make ``model`` a setup page: an editable list of ``fields`` (then ``extra`` columns), in the Setup overview.

    ``formulas`` names those fields that hold date formulas, which people see and type in their own letters (F-14).
    References among the fields become filters, and a list filtered by one fills it in on new rows. ``given`` sets
    fields of new rows that nobody types.
    """
    heading: Text = title or capfirst(model._meta.verbose_name_plural) or path
    made = [_column(model, field, "formula" if field in formulas else "") for field in fields]
    references = [field for field in fields if isinstance(attribute(model, field), CodeRef)]
    offered = [_reference_filter(model, field) for field in references]
    page = ListPage(
        name=f"setup-{path}",
        path=f"setup/{path}",
        title=heading,
        model=model,
        columns=[*made, *extra],
        sorts=sorts or (Sort("key", tuple(dict.fromkeys([fields[0], *_rest(model, fields[0]), "id"]))),),
        filters=[*offered, *filters],
        search=lambda text, rows, limit: _search(model, text, rows, limit),
        prepare=prepare,
        editable=True,
        right=right,
        parent=parent or ("setup", _("Setup")),
        intro=description,
        set_name=_set_name(model),
        extra={"given": given} if given else {},
    )
    if listed:
        registry.add_setup(
            registry.SetupEntry(page.name, heading, page.name, icon, order, right, description, group=group)
        )
    return register_list(page)


def _rest(model: type[Model], first: str) -> list[str]:
    """The further fields of the model's own order."""
    names = [str(found).lstrip("-") for found in model._meta.ordering or []]
    stored = [attribute(model, found).attname for found in names]
    return [found for found in stored if found != first]


def _set_name(model: type[Record]) -> str:
    from tuttava.foundation.records import rules_of

    return rules_of(model).set_name


def _column(model: type[Record], name: str, shown_as: str = "") -> Column:
    made = attribute(model, name)
    kind = kind_of(made)
    width = WIDTHS.get(name) or WIDTHS.get(kind) or min(max(100, 8 * (made.max_length or 12)), 260)
    return Column(
        name,
        made.verbose_name,
        width,
        sort="key" if name == model.key_field else "",
        kind=shown_as or (kind if kind in ("flag", "date", "moment") else ""),
        edit=made.editable,
        help=made.help_text,
    )


def _reference_filter(model: type[Record], name: str) -> Filter:
    made = attribute(model, name)
    return Filter(name, made.verbose_name, "code", name, model=made.related_model, quick=True)


def _search(model: type[Record], text: str, rows: Any, limit: int) -> Sequence[uuid.UUID]:
    """Keys that begin with the text, and words that contain it: code tables are small. Large ones have an index."""
    key = model.key_field
    if has_field(model, "search_city"):
        return _search_places(text, rows, limit)
    words = [name for name in ("description", "name") if has_field(model, name)]
    fits = Q(**{f"{key}__istartswith": text})
    for name in words:
        fits |= Q(**{f"{name}__icontains": text})
    return list(rows.filter(fits).order_by(key).values_list("pk", flat=True)[:limit])


def _search_places(text: str, rows: Any, limit: int) -> Sequence[uuid.UUID]:
    """Post codes and cities that begin with the text; each half reads its own index."""
    wanted = text.upper()
    halves = [
        rows.filter(**{f"{name}__startswith": wanted}).order_by(name).values_list("pk", flat=True)[:limit]
        for name in ("code", "search_city")
    ]
    return list(dict.fromkeys([*halves[0], *halves[1]]))[:limit]


def count_column(model: type[Model], column: str, url: Callable[[str], str], label: Text) -> tuple[Column, Any]:
    """A column that counts the rows of ``model`` which hold the code in ``column``, and opens them.

    Answers the column and the ``prepare`` hook that counts for a whole page at once.
    """

    def prepare(rows: list[Any]) -> None:
        counted = counts_of(model, column, [row.code for row in rows])
        for row in rows:
            row.counted = counted.get(row.code, (0, True))

    def cell(row: Any) -> str:
        many, exact = row.counted
        words = f"{number(many)}{'' if exact else '+'}"
        return format_html('<a href="{}">{}</a>', url(row.code), words) if many else format_html("{}", words)

    return Column("counted", label, 110, cell=cell, value=lambda row: row.counted[0]), prepare
