"""Values of a code table to choose from."""

from __future__ import annotations

from collections.abc import Collection

from django.db.models import Model, Q

from tuttava.foundation.cleaning import has_field

MOST_CHOICES = 50


def description_of(model: type[Model]) -> str:
    """The field that explains a code."""
    return next((name for name in ("description", "name", "city") if has_field(model, name)), "")


def choices_of(model: type[Model], text: str = "") -> tuple[list[tuple[str, str]], bool]:
    """Codes with their words, those that fit ``text`` when given, and whether there are more."""
    words = description_of(model)
    rows = model._default_manager.order_by("code")
    text = text.strip()[:100]
    if text:
        fits = Q(code__startswith=text.upper())
        rows = rows.filter(fits | Q(**{f"{words}__icontains": text}) if words else fits)
    found = list(rows.values_list("code", *([words] if words else []))[: MOST_CHOICES + 1])
    pairs = [(row[0], f"{row[0]} – {row[1]}" if len(row) > 1 and row[1] else row[0]) for row in found]
    return pairs[:MOST_CHOICES], len(pairs) > MOST_CHOICES


def names_of(model: type[Model], codes: Collection[str]) -> dict[str, str]:
    """The words that explain each of ``codes``, in one query; codes without words or without a row are left out."""
    words = description_of(model)
    if not words or not codes:
        return {}
    rows = model._default_manager.filter(code__in=codes).values_list("code", words)
    return {code: name for code, name in rows if name}
