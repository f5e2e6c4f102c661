"""Lists on a card: the rows of another table that belong to the record, added, changed and removed in place."""

from __future__ import annotations

import uuid
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.utils.translation import gettext as _

from tuttava.foundation import records
from tuttava.foundation.context import current, tell
from tuttava.foundation.errors import DomainError, Text
from tuttava.foundation.journal import unit_of_work
from tuttava.foundation.records import Record, rules_of
from tuttava.ui.answers import Answer, respond
from tuttava.ui.cards.declare import CardField, CardPage, FactBox, Predicate, always
from tuttava.ui.cards.fields import address
from tuttava.ui.undo import undo_address
from tuttava.ui.wizards.forms import dialog, form_fields, read_form

MOST_ROWS = 50


@dataclass(frozen=True)
class Line:
    """One row as it is read: ``main`` words, ``detail`` below, ``url`` of the record it names."""

    main: str
    detail: str = ""
    url: str = ""
    badge: str = ""


@dataclass(frozen=True)
class SubList:
    """Rows of ``model`` whose ``owner`` is the card's record.

    ``fields`` make the dialog that adds and changes a row; ``line`` says a row in words; ``given`` are values that the
    product sets on a new row (a line number); ``prefill`` starts the dialog. ``add`` and ``remove`` replace plain
    creating and deleting where the room has an action for it; ``remove`` answers whether the row went. ``launch`` is
    an address that a row opens.
    """

    name: str
    title: Text
    model: type[Record]
    fields: Sequence[CardField]
    line: Callable[[Any], Line]
    owner: str = "contact"
    order_by: Sequence[str] = ()
    select_related: Sequence[str] = ()
    visible: Predicate = always
    label_new: Text = ""
    empty: Text = ""
    prefill: Callable[[Any], dict[str, Any]] = lambda record: {}
    given: Callable[[Any], dict[str, Any]] = lambda record: {}
    add: Callable[[Any, dict[str, Any]], Any] | None = None
    remove: Callable[[Any], bool] | None = None
    launch: Callable[[Any], str] | None = None
    fixed: bool = False
    main: bool = False
    refreshes: Sequence[str] = field(default_factory=tuple)

    def rows(self, record: Any) -> Any:
        rows = self.model._default_manager.filter(**{self.owner: record}).select_related(*self.select_related)
        return rows.order_by(*(self.order_by or [self.model.key_field]))


@dataclass(frozen=True)
class Row:
    """A row with the addresses of what can be done with it."""

    line: Line
    edit_url: str = ""
    delete_url: str = ""
    launch_url: str = ""


def may_write(sub: SubList) -> bool:
    """Whether this user may add and change rows."""
    rules = rules_of(sub.model)
    return not sub.fixed and current().may(rules.write_right, rules.set_name)


def box_of(page: CardPage, sub: SubList) -> FactBox:
    """The fact box that shows a sub-list."""

    def context(record: Any) -> dict[str, Any]:
        return list_context(page, sub, record)

    return FactBox(sub.name, sub.title, "ui/cards/sublist.html", context, visible=sub.visible, main=sub.main)


def list_context(page: CardPage, sub: SubList, record: Any) -> dict[str, Any]:
    """What the box of a sub-list shows. A record loaded with ``has_<name>`` False is not asked again."""
    known_empty = getattr(record, f"has_{sub.name}", None) is False
    found = [] if known_empty else list(sub.rows(record)[: MOST_ROWS + 1])
    writable = may_write(sub)
    return {
        "sub": sub,
        "rows": [_row(page, sub, record, row, writable) for row in found[:MOST_ROWS]],
        "more": len(found) > MOST_ROWS,
        "add_url": address(page, record, "list-new", list=sub.name) if writable and sub.fields else "",
    }


def _row(page: CardPage, sub: SubList, record: Any, row: Any, writable: bool) -> Row:
    keys = {"list": sub.name, "row": str(row.pk)}
    return Row(
        sub.line(row),
        edit_url=address(page, record, "list-edit", **keys) if writable and sub.fields else "",
        delete_url=address(page, record, "list-delete", **keys) if writable else "",
        launch_url=sub.launch(row) if sub.launch else "",
    )


class SubListViews:
    """Adding, changing and removing rows of a card's sub-lists."""

    def __init__(self, page: CardPage, lists: Sequence[SubList], parts: Callable[..., Answer]) -> None:
        self.page = page
        self.lists = {sub.name: sub for sub in lists}
        self.parts = parts

    def _find(self, pk: uuid.UUID, name: str) -> tuple[SubList, Any]:
        record = self.page.model._default_manager.filter(pk=pk).first()
        sub = self.lists.get(name)
        if record is None or sub is None or not sub.visible(record):
            raise Http404
        return sub, record

    def _done(self, request: HttpRequest, sub: SubList, record: Any, **answer: Any) -> Answer:
        fresh = self.page.model._default_manager.select_related(*self.page.select_related).get(pk=record.pk)
        done = self.parts(request, fresh, set(), [sub.name, *sub.refreshes])
        done.close = True
        for name, value in answer.items():
            setattr(done, name, value)
        return done

    def new(self, request: HttpRequest, pk: uuid.UUID, list: str) -> HttpResponse:
        sub, record = self._find(pk, list)
        if request.method != "POST":
            return self._form(request, sub, record, None)

        def work() -> Answer:
            typed = read_form(sub.model, sub.fields, request.POST.dict(), record)
            if sub.add is not None:
                sub.add(record, typed)
            else:
                given = {sub.owner: record, **sub.given(record)}
                records.create(sub.model, typed, given=given)
            return self._done(request, sub, record)

        return respond(
            request,
            work,
            home=address(self.page, record),
            refused=lambda error: self._form(request, sub, record, None, error),
        )

    def edit(self, request: HttpRequest, pk: uuid.UUID, list: str, row: uuid.UUID) -> HttpResponse:
        sub, record = self._find(pk, list)
        found = sub.rows(record).filter(pk=row).first()
        if found is None:
            raise Http404
        if request.method != "POST":
            return self._form(request, sub, record, found)

        def work() -> Answer:
            typed = read_form(sub.model, sub.fields, request.POST.dict(), record)
            version = request.POST.get("version", "")
            records.change(found, typed, version=int(version) if version.isdigit() else None)
            return self._done(request, sub, record)

        return respond(
            request,
            work,
            home=address(self.page, record),
            refused=lambda error: self._form(request, sub, record, found, error),
        )

    def delete(self, request: HttpRequest, pk: uuid.UUID, list: str, row: uuid.UUID) -> HttpResponse:
        sub, record = self._find(pk, list)
        found = sub.rows(record).filter(pk=row).first()
        if found is None or request.method != "POST":
            raise Http404

        def work() -> Answer:
            with unit_of_work(f"delete {sub.model._meta.model_name}") as unit:
                left = sub.remove is not None and not sub.remove(found)
                if sub.remove is None:
                    records.delete(found)
            if left:
                return self._done(request, sub, record)
            tell("row.deleted", _("“%(row)s” was removed.") % {"row": sub.line(found).main})
            return self._done(request, sub, record, undo=undo_address(unit))

        return respond(request, work, home=address(self.page, record))

    def _form(
        self, request: HttpRequest, sub: SubList, record: Any, row: Any, error: DomainError | None = None
    ) -> HttpResponse:
        now = (
            sub.prefill(record)
            if row is None
            else {one.name: one.text(row) if one.text else getattr(row, one.name) for one in sub.fields}
        )
        typed = request.POST.dict() if error is not None else None
        fields = form_fields(sub.model, sub.fields, values_now=now, owner=record, typed=typed, error=error)
        context = {
            "title": f"{sub.label_new or sub.title}" if row is None else f"{sub.title}: {sub.line(row).main}",
            "fields": fields,
            "version": row.version if row is not None else "",
            "form_error": "" if error is None or any(one.error for one in fields) else str(error),
            "submit": _("Add") if row is None else _("Save"),
            "home": address(self.page, record),
            "draft": f"{self.page.name}.{sub.name}.{record.pk}" if row is None else "",
        }
        return dialog(request, "ui/wizards/form.html", context, status=422 if error else 200)
