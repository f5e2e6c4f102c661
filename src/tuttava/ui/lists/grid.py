"""Editable lists: cells written one by one through the record's rules, new rows, deleted rows with Undo."""

from __future__ import annotations

import uuid
from collections.abc import Callable
from typing import Any

from django.http import Http404, HttpRequest, HttpResponse, HttpResponseNotAllowed, HttpResponseRedirect, JsonResponse
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils.translation import gettext as _

from tuttava.foundation import records
from tuttava.foundation.cleaning import attribute
from tuttava.foundation.context import current
from tuttava.foundation.errors import DomainError, QuestionsPending
from tuttava.foundation.journal import unit_of_work
from tuttava.foundation.records import Record, rules_of
from tuttava.ui.lists.choices import choices_of
from tuttava.ui.lists.declare import ListPage
from tuttava.ui.lists.shown import Shown
from tuttava.ui.lists.state import from_text
from tuttava.ui.notices import notify
from tuttava.ui.replies import refusal
from tuttava.ui.undo import undo_address
from tuttava.ui.values import parse

Work = Callable[[], dict[str, Any]]


class GridViews:
    """The writing views of one editable list. A script gets JSON, a plain form is led back to the list."""

    def __init__(self, page: ListPage) -> None:
        self.page = page

    def cell(self, request: HttpRequest, pk: uuid.UUID) -> HttpResponse:
        """Write one cell: ``field``, ``value``, and the ``version`` that was seen."""
        record = self._record(pk)
        name = self._writable(request.POST.get("field", ""))

        def work() -> dict[str, Any]:
            version = request.POST.get("version", "")
            value = parse(request.POST.get("value", ""), attribute(type(record), name))
            fresh = records.change(record, {name: value}, version=int(version) if version.isdecimal() else None)
            return {"row": self._row(request, fresh)}

        return self._answer(request, work)

    def new(self, request: HttpRequest) -> HttpResponse:
        """Add a row from what was typed into the last line."""
        model = self._model()

        def work() -> dict[str, Any]:
            typed = {
                column.name: parse(request.POST[column.name], attribute(model, column.name))
                for column in self.page.columns
                if column.edit and request.POST.get(column.name, "").strip()
            }
            record = records.create(model, typed, given=self._given(request))
            return {"row": self._row(request, record)}

        return self._answer(request, work)

    def delete(self, request: HttpRequest, pk: uuid.UUID) -> HttpResponse:
        """Delete a row; the notice offers Undo."""
        record = self._record(pk)

        def work() -> dict[str, Any]:
            label = rules_of(type(record)).describe(record)
            with unit_of_work(f"delete {record._meta.model_name}", label) as unit:
                records.delete(record)
            told = _("%(record)s is deleted.") % {"record": label[:1].upper() + label[1:]}
            return {"notice": {"text": told, "undo": undo_address(unit)}}

        return self._answer(request, work)

    def offer(self, request: HttpRequest, name: str) -> HttpResponse:
        """The codes that may stand in a cell."""
        field = attribute(self._model(), self._writable(name))
        if field.related_model is None:
            raise Http404
        offered, _more = choices_of(field.related_model, request.GET.get("find", ""))
        return JsonResponse({"choices": offered})

    def _model(self) -> type[Record]:
        assert issubclass(self.page.model, Record)
        return self.page.model

    def _record(self, pk: uuid.UUID) -> Record:
        found = self._model()._default_manager.filter(pk=pk).first()
        if found is None:
            raise DomainError("record_gone", _("This row was deleted by somebody else. Load the page again."))
        return found

    def _writable(self, name: str) -> str:
        column = self.page.column(name)
        if column is None or not column.edit:
            raise DomainError("field_read_only", _("This column cannot be changed here."), field=name)
        return name

    def _given(self, request: HttpRequest) -> dict[str, Any]:
        given = self.page.extra.get("given")
        return given(request) if given else {}

    def _row(self, request: HttpRequest, record: Record) -> str:
        """The row as it stands in the list now."""
        state = from_text(request.POST.get("state", "").lstrip("?"))
        shown = Shown(self.page, state)
        fresh = shown.all_rows.filter(pk=record.pk).first() or record
        if self.page.prepare:
            self.page.prepare([fresh])
        return render_to_string("ui/lists/row.html", {"row": shown.shown_row(fresh), "list": shown}, request)

    def _answer(self, request: HttpRequest, work: Work) -> HttpResponse:
        if request.method != "POST":
            return HttpResponseNotAllowed(["POST"])
        script = request.headers.get("Accept", "").startswith("application/json")
        try:
            done = work()
        except QuestionsPending as asked:
            return JsonResponse(_asked(asked), status=409) if script else refusal(request, asked)
        except DomainError as error:
            return JsonResponse(_refused(error), status=422) if script else refusal(request, error)
        told = [{"text": str(message.text), "severity": message.severity} for message in current().messages]
        current().messages.clear()
        if script:
            notices = [done["notice"], *told] if "notice" in done else told
            return JsonResponse({"row": done.get("row", ""), "notices": notices})
        if "notice" in done:
            notify(request, done["notice"]["text"], undo=done["notice"]["undo"])
        state = request.POST.get("state", "")
        return HttpResponseRedirect(reverse(self.page.name) + (state if state.startswith("?") else ""))


def _refused(error: DomainError) -> dict[str, Any]:
    details = " ".join(str(detail.message) for detail in error.details)
    return {"error": f"{error} {details}".strip(), "code": error.code, "field": error.field}


def _asked(asked: QuestionsPending) -> dict[str, Any]:
    return {
        "questions": [
            {
                "code": question.code,
                "text": str(question.text),
                "default": question.default,
                "choices": question.choices,
            }
            for question in asked.questions
        ]
    }
