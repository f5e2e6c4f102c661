"""Forms made from model fields: their inputs, and the typed values of what was sent."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse

from tuttava.foundation.cleaning import attribute
from tuttava.foundation.errors import DomainError
from tuttava.foundation.fields import CodeRef
from tuttava.foundation.records import Record
from tuttava.ui import values
from tuttava.ui.cards.declare import CardField
from tuttava.ui.cards.fields import FieldView
from tuttava.ui.cards.lookups import source_of

FormError = DomainError


def form_fields(
    model: type[Record],
    fields: Sequence[CardField],
    *,
    values_now: Mapping[str, Any] | None = None,
    owner: Any = None,
    typed: Mapping[str, str] | None = None,
    error: DomainError | None = None,
) -> list[FieldView]:
    """Inputs for ``fields`` of ``model``, filled with ``values_now``, or with what was ``typed`` when that failed."""
    found = []
    for card_field in fields:
        stored = attribute(model, card_field.name)
        label = str(card_field.label or stored.verbose_name)
        kind = card_field.kind or values.kind_of(stored)
        help_text = str(card_field.help or stored.help_text)
        view = FieldView(card_field.name, label[:1].upper() + label[1:], help_text, kind, wide=card_field.wide)
        view.typed = values.to_text((values_now or {}).get(card_field.name), kind)
        if typed is not None:
            view.typed = typed.get(card_field.name, "false" if kind == "flag" else view.typed)
        view.checked = view.typed == "true"
        view.max_length = stored.max_length
        view.input_type = "tel" if kind == "phone" else "text"
        if stored.choices:
            view.choices = [(str(value), str(words)) for value, words in stored.flatchoices]
        source = card_field.lookup or (source_of(stored.related_model) if isinstance(stored, CodeRef) else "")
        view.lookup = (
            reverse("lookup", kwargs={"source": source}) + (f"?of={owner.pk}" if owner else "") if source else ""
        )
        if error is not None and error.field in (card_field.name, stored.attname):
            view.error, view.details = str(error), error.details
        found.append(view)
    return found


def read_form(
    model: type[Record], fields: Sequence[CardField], posted: Mapping[str, str], owner: Any = None
) -> dict[str, Any]:
    """Typed values of the fields that were sent; raises ``value_invalid`` at the first unreadable one."""
    found = {}
    for card_field in fields:
        stored = attribute(model, card_field.name)
        kind = card_field.kind or values.kind_of(stored)
        if card_field.read is not None:
            found[card_field.name] = card_field.read(posted.get(card_field.name, "").strip(), owner)
        elif card_field.name in posted or kind == "flag":
            found[card_field.name] = values.parse(posted.get(card_field.name, "false"), stored, kind)
    return found


def dialog(request: HttpRequest, template: str, context: dict[str, Any], *, status: int = 200) -> HttpResponse:
    """Render ``template`` as a dialog where a script asks for one, else as a page.

    The template extends ``shell`` and fills the blocks ``title``, ``body`` and ``foot``.
    """
    over_page = request.headers.get("X-Fragment") == "dialog"
    shell = "ui/wizards/dialog.html" if over_page else "ui/wizards/page.html"
    response = render(request, template, context | {"shell": shell, "over_page": over_page}, status=status)
    response.headers["Vary"] = "X-Fragment"
    return response
