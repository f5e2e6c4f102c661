"""Look-ups behind comboboxes: what may stand in a field, searched on the server as it is typed."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

from django.apps import apps
from django.db import models
from django.db.models import Q
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render

from tuttava.foundation.cleaning import has_field
from tuttava.foundation.context import require
from tuttava.foundation.fields import CodeField
from tuttava.foundation.records import Record

LIMIT = 12


@dataclass(frozen=True)
class Candidate:
    """One thing to choose: ``value`` goes into the field; ``label`` and ``detail`` are read."""

    value: str
    label: str
    detail: str = ""


Search = Callable[[str, HttpRequest], Sequence[Candidate]]
_sources: dict[str, Search] = {}


def register_lookup(name: str, search: Search) -> None:
    """Make ``search`` answer for the look-up ``name``. It gets the typed text and returns a bounded list."""
    _sources[name] = search


def source_of(model: type[models.Model]) -> str:
    """The look-up of a code table, made when first asked for."""
    name = str(model._meta.model_name)
    if name not in _sources:
        register_lookup(name, lambda text, request: _codes(model, text))
    return name


def description_field(model: type[models.Model]) -> str:
    """Which column explains a code."""
    return next((name for name in ("description", "name", "city") if has_field(model, name)), "")


def describe(row: Any) -> str:
    """The words behind a code, blank if it has none."""
    column = description_field(type(row))
    return str(getattr(row, column)) if column else ""


def _codes(model: type[models.Model], text: str) -> list[Candidate]:
    """Codes that begin with the text first, then those whose description contains it; closed ones are left out."""
    require("api.read", str(model._meta.model_name))
    rows = model._default_manager.order_by("code")
    if has_field(model, "closed"):
        rows = rows.filter(closed=False)
    if has_field(model, "blocked"):
        rows = rows.filter(blocked=False)
    words = description_field(model)
    text = text.strip()
    found: list[Any] = list(rows.filter(code__startswith=text.upper())[:LIMIT])
    if text and words and len(found) < LIMIT:
        seen = [row.pk for row in found]
        found += rows.filter(Q(**{f"{words}__icontains": text})).exclude(pk__in=seen)[: LIMIT - len(found)]
    return [Candidate(row.code, row.code, describe(row)) for row in found]


def _of_code_table(name: str) -> None:
    """Make the look-up of a code table that no page of this process has named yet."""
    for model in apps.get_models():
        if model._meta.model_name == name and issubclass(model, Record) and isinstance(_code(model), CodeField):
            source_of(model)


def _code(model: type[models.Model]) -> Any:
    return model._meta.get_field("code") if has_field(model, "code") else None


def lookup(request: HttpRequest, source: str) -> HttpResponse:
    """The candidates for ``q`` as a list of options."""
    if source not in _sources:
        _of_code_table(source)
    search = _sources.get(source)
    if search is None:
        raise Http404
    found = search(request.GET.get("q", "")[:100].replace("\x00", ""), request)
    return render(request, "ui/cards/options.html", {"candidates": found, "listbox": request.GET.get("id", "options")})
