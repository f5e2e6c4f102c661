"""Labels and cover sheets from the card of a segment (R-20, R-30, R-31)."""

from __future__ import annotations

import uuid
from collections.abc import Callable
from typing import Any
from urllib.parse import quote

from django import forms
from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from tuttava.api.declare import File
from tuttava.foundation.context import current
from tuttava.foundation.errors import DomainError, Text
from tuttava.interactions import cover_sheets
from tuttava.reports import pdf
from tuttava.reports.forms import REMARKS
from tuttava.reports.published import REMARK_NAMES
from tuttava.reports.segments import print_cover_sheet, print_labels
from tuttava.reports.sheets import FORMATS
from tuttava.segments.models import Segment
from tuttava.segments.pages.actions import MENU
from tuttava.segments.pages.finding import CARD, found, segment_url
from tuttava.ui import registry
from tuttava.ui.cards import Action, add_action
from tuttava.ui.wizards import dialog

_TEXTS = 5
_API_NAMES = {ours: theirs for theirs, ours in REMARK_NAMES.items()}


class LabelForm(forms.Form):
    """On which sheet, from which label on."""

    sheet = forms.ChoiceField(choices=[(name, words) for name, (words, _sheet) in FORMATS.items()], label=_("Sheet"))
    start = forms.IntegerField(
        min_value=1, initial=1, label=_("First label"), help_text=_("To use up a sheet already begun.")
    )


class CoverSheetForm(forms.Form):
    """What stands on each sheet."""

    remarks = forms.MultipleChoiceField(
        choices=list(REMARKS.items()), required=False, widget=forms.CheckboxSelectMultiple, label=_("Remarks")
    )
    custom_remark = forms.CharField(required=False, max_length=100, label=_("Remark of your own"))
    log = forms.BooleanField(required=False, label=_("Log an interaction for each contact"))

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        own = dict(self.fields)
        texts = {
            f"line_{number}": forms.CharField(required=False, max_length=100, label=_("Text %(n)s") % {"n": number})
            for number in range(1, _TEXTS + 1)
        }
        self.fields = {**texts, **own}
        if not (cover_sheets.offered() and current().may("interaction_log.write", "interactionLogEntries")):
            del self.fields["log"]


def _labels(segment: Segment, given: dict[str, Any]) -> File:
    return print_labels(segment, given["sheet"], given["start"])


def _cover_sheets(segment: Segment, given: dict[str, Any]) -> File:
    return print_cover_sheet(
        segment,
        texts=[given[f"line_{number}"] for number in range(1, _TEXTS + 1)],
        remarks=[_API_NAMES[name] for name in given["remarks"]],
        custom_remark=given["custom_remark"],
        log_interaction=given.get("log", False),
    )


def _page(
    title: Text, form_class: type[forms.Form], make: Callable[[Segment, dict[str, Any]], File]
) -> Callable[[HttpRequest, uuid.UUID], HttpResponse]:
    """A dialog that asks how, and opens the PDF."""

    def page(request: HttpRequest, pk: uuid.UUID) -> HttpResponse:
        segment = found(pk)
        form = form_class(data=request.POST if request.method == "POST" else None)
        error = ""
        if request.method == "POST" and form.is_valid():
            try:
                return _opened(make(segment, form.cleaned_data))
            except DomainError as refused:
                error = str(refused)
        context = {"title": title, "form": form, "error": error, "home": segment_url(segment)}
        wrong = request.method == "POST"
        return dialog(request, "reports/segment_paper.html", context, status=422 if wrong else 200)

    return page


def _opened(file: File) -> HttpResponse:
    headers = {"Content-Disposition": f"inline; filename*=UTF-8''{quote(file.name)}", "Cache-Control": "no-store"}
    return HttpResponse(file.data, content_type=file.media_type, headers=headers)


def connect() -> None:
    """Offer both on the card of a segment, where PDF can be made."""
    for name, label, icon, form_class, make in (
        ("labels", _("Print labels"), "tag", LabelForm, _labels),
        ("cover-sheets", _("Print cover sheets"), "document-text", CoverSheetForm, _cover_sheets),
    ):
        address = f"segment-{name}"
        registry.add_route(f"segments/<uuid:pk>/{name}", _page(label, form_class, make), address)
        add_action(CARD, Action(name, label, _at(address), "dialog", icon, _offered, menu=MENU, section="paper"))


def _at(address: str) -> Callable[[Any], str]:
    return lambda segment: reverse(address, kwargs={"pk": segment.pk})


def _offered(_segment: Any) -> bool:
    return pdf.available()
