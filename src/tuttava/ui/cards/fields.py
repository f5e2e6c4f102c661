"""What a template needs to show one value and its editor."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import urlsplit

from django.db import models
from django.urls import reverse

from tuttava.foundation import date_formula
from tuttava.foundation.cleaning import attribute, has_field
from tuttava.foundation.context import current
from tuttava.foundation.errors import DomainError
from tuttava.foundation.fields import CodeRef
from tuttava.foundation.records import rules_of
from tuttava.ui import values
from tuttava.ui.cards.declare import CardField, CardPage, Group, Mark, hint_of, hinted
from tuttava.ui.cards.lookups import describe, source_of


@dataclass
class FieldView:
    """One field as it is shown: ``text`` to read, ``detail`` beside it, ``typed`` in the editor, ``error`` below.

    ``note`` says what the value means; ``hint_url`` answers what a value that is being typed would mean or bring.
    """

    name: str
    label: str
    help: str
    kind: str
    text: str = ""
    detail: str = ""
    typed: str = ""
    editable: bool = False
    choices: Sequence[tuple[str, str]] = ()
    max_length: int | None = None
    lookup: str = ""
    drill: str = ""
    href: str = ""
    edit_url: str = ""
    save_url: str = ""
    hint_url: str = ""
    note: str = ""
    wide: bool = False
    checked: bool = False
    masked: bool = False
    mark: Mark | None = None
    error: str = ""
    details: Sequence[Any] = ()
    input_type: str = "text"
    autocomplete: str = "off"
    focus: bool = False


@dataclass
class GroupView:
    """A group with the fields this user sees of this record."""

    group: Group
    fields: list[FieldView]
    open: bool
    summary: list[FieldView] = field(default_factory=list)

    @property
    def legend(self) -> list[Mark]:
        """The marks in this group, each once; said in words where there are several."""
        found = {view.mark.state: view.mark for view in self.fields if view.mark is not None}
        return list(found.values()) if sum(view.mark is not None for view in self.fields) > 2 else []


INPUT_TYPES = {"email": "email", "phone": "tel", "web": "url", "password": "password"}


def may_edit(page: CardPage, record: Any = None) -> bool:
    """Whether this user may change ``record``, or records of the card at all."""
    rules = rules_of(page.model)
    return current().may(rules.write_right, rules.set_name if record is None else rules.set_for(vars(record)))


def model_field(page: CardPage, card_field: CardField) -> models.Field[Any, Any] | None:
    """The stored field behind a card field; None for a computed one."""
    if card_field.value is not None and not has_field(page.model, card_field.name):
        return None
    return attribute(page.model, card_field.name)


def address(page: CardPage, record: Any, suffix: str = "", **kwargs: str) -> str:
    """The address of ``record``'s card, or of one of its parts (``field``, ``edit``, ``history`` …)."""
    if page.single is None:
        kwargs["pk"] = str(record.pk)
    return reverse(f"{page.name}-{suffix}" if suffix else page.name, kwargs=kwargs)


class FieldViews:
    """Builds the field views of one record, asking for marks and masks once."""

    def __init__(self, page: CardPage, record: Any) -> None:
        self.page = page
        self.record = record
        self.marks = page.marks(record)
        self.masked = page.masked(record)
        self.writable = may_edit(page, record)
        self.hinted = hinted(page, record) if self.writable else frozenset()

    def groups(self, folded: dict[str, bool]) -> list[GroupView]:
        """All visible groups; ``folded`` says which ones the user folded (True) or opened (False) before."""
        found = []
        for group in self.page.groups:
            if not group.visible(self.record):
                continue
            fields = [self.view(card_field, group) for card_field in group.fields if card_field.visible(self.record)]
            summary = [view for view in fields if view.name in group.summary and view.text]
            opened = not folded[group.name] if group.name in folded else group.open
            found.append(GroupView(group, fields, opened, summary))
        return found

    def named(self, names: set[str]) -> list[FieldView]:
        """The visible fields of these names."""
        return [
            self.view(card_field, group)
            for group in self.page.groups
            for card_field in group.fields
            if card_field.name in names and card_field.visible(self.record)
        ]

    def view(self, card_field: CardField, group: Group) -> FieldView:
        stored = model_field(self.page, card_field)
        view = self._frame(card_field, stored)
        value = card_field.value(self.record) if card_field.value else getattr(self.record, card_field.name)
        if view.name in self.masked:
            view.masked, view.text, view.editable = bool(value), "••••••" if value else "", False
            return view
        self._put_value(view, stored, value)
        if card_field.text is not None:
            view.typed = card_field.text(self.record)
        view.drill = card_field.link(self.record) if card_field.link else ""
        view.mark = self.marks.get(card_field.name)
        computed = card_field.value is not None and card_field.read is None
        editable = stored is not None and not computed and stored.editable
        view.editable = editable and self.writable and card_field.editable(self.record)
        if view.editable and stored is not None:
            self._put_editor(view, card_field, stored)
            view.edit_url = f"{address(self.page, self.record, 'edit', group=group.name)}#i-{view.name}"
        return view

    def _frame(self, card_field: CardField, stored: models.Field[Any, Any] | None) -> FieldView:
        label = str(card_field.label or (stored.verbose_name if stored is not None else card_field.name))
        help_text = str(card_field.help or (stored.help_text if stored is not None else ""))
        kind = card_field.kind or (values.kind_of(stored) if stored is not None else "text")
        return FieldView(card_field.name, label[:1].upper() + label[1:], help_text, kind, wide=card_field.wide)

    def _put_value(self, view: FieldView, stored: models.Field[Any, Any] | None, value: Any) -> None:
        view.text, view.typed = values.show(value, view.kind), values.to_text(value, view.kind)
        view.checked = value is True
        if view.kind == "choice" and stored is not None:
            view.text = str(dict(stored.flatchoices).get(value, value) or "").strip()
        if isinstance(stored, CodeRef) and value:
            row = getattr(self.record, stored.name, None)
            words = describe(row) if row is not None else ""
            same = words.upper() == str(value)
            view.text, view.detail = (words, "" if same else str(value)) if words else (str(value), "")
        view.href = link_to(view.kind, view.text)
        view.note = meaning(str(value)) if view.kind == "formula" and value else ""

    def _put_editor(self, view: FieldView, card_field: CardField, stored: models.Field[Any, Any]) -> None:
        view.max_length = stored.max_length if view.kind not in ("reference", "choice") else None
        view.save_url = address(self.page, self.record, "field", field=view.name)
        if view.kind == "formula" or view.name in self.hinted:
            view.hint_url = address(self.page, self.record, "hint", field=view.name)
        view.input_type = INPUT_TYPES[view.kind] if view.kind in ("phone", "password") else "text"
        if stored.choices:
            view.choices = [(str(value), str(words)) for value, words in stored.flatchoices]
        source = card_field.lookup or (source_of(stored.related_model) if isinstance(stored, CodeRef) else "")
        view.lookup = reverse("lookup", kwargs={"source": source}) if source else ""
        if card_field.lookup:
            view.lookup += f"?of={self.record.pk}"


def hint(page: CardPage, record: Any, card_field: CardField, text: str) -> str:
    """What ``text``, being typed into a field, would mean or bring; a text that is no formula says why."""
    if card_field.kind == "formula":
        try:
            return meaning(date_formula.normalised(text)) if text.strip() else ""
        except DomainError as error:
            return str(error)
    return hint_of(page, record, card_field.name)


def meaning(formula: str) -> str:
    """A stored date formula in words, with the date it gives from today (F-14)."""
    try:
        found = date_formula.parse(formula, "en")
        return f"{found.words()}: {values.show(found.apply(current().today))}"
    except DomainError as error:
        return str(error)


def link_to(kind: str, text: str) -> str:
    """Where a click beside the value leads: mail, phone or web; blank when the text is not fit for it."""
    if not text:
        return ""
    if kind == "email":
        return "mailto:" + ",".join(part.strip() for part in text.split(";") if part.strip())
    if kind == "phone":
        digits = "".join(char for char in text if char in "+0123456789")
        return f"tel:{digits}" if digits else ""
    if kind == "web":
        web = text if "://" in text else f"https://{text}"
        return web if urlsplit(web).scheme in ("http", "https") else ""
    return ""
