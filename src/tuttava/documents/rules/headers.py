"""Rules of document headers (I-131, I-132, 2.12)."""

from __future__ import annotations

import datetime as dt
import uuid
from collections import defaultdict
from collections.abc import Mapping, Sequence
from typing import Any, TypeVar

from django.db.models import Max
from django.utils import timezone
from django.utils.translation import gettext as _

from tuttava.documents import parties
from tuttava.documents.errors import released
from tuttava.documents.marks import BY_LIFECYCLE
from tuttava.documents.models import (
    PROMISES,
    TYPES,
    Area,
    Document,
    DocumentArchive,
    DocumentComment,
    DocumentLine,
    DocumentStatus,
    ServiceItemLine,
)
from tuttava.documents.names import first_description, title_of
from tuttava.documents.service_emails import is_to_be_told, queue_finished
from tuttava.documents.setups import series_for
from tuttava.documents.totals import refresh
from tuttava.foundation import date_formula, series
from tuttava.foundation.attachments import move_attachments, remove_attachments
from tuttava.foundation.context import current
from tuttava.foundation.errors import DomainError
from tuttava.foundation.models import AttachmentParent, DocumentAttachment
from tuttava.foundation.numbered import SERIES, Numbered
from tuttava.foundation.records import Edit, register
from tuttava.partners.models import DimensionSetLine, PaymentTerms
from tuttava.partners.own import own_salesperson

T = TypeVar("T")

#: What may change while a document is released.
_FREE = frozenset({"no_printed", "sent_at", "last_modified_at", "service_status", "notify_customer", "opportunity_no"})
_COUNTING = ("invoice_discount_amount", "prices_including_vat", "currency_code")


@register
class DocumentRules(Numbered[Document]):
    model = Document
    set_name = "salesDocuments"
    number_rule = "I-132"

    def set_for(self, values: Mapping[str, Any]) -> str:
        """Rights are given for each area."""
        return f"{values.get('area') or Area.SALES}Documents"

    def describe(self, record: Document) -> str:
        return title_of(record)

    def enter_area(self, edit: Edit[Document], value: str) -> None:
        self._fixed(edit, "area", value)

    def enter_document_type(self, edit: Edit[Document], value: str) -> None:
        self._fixed(edit, "document_type", value)

    def _fixed(self, edit: Edit[Document], name: str, value: str) -> None:
        if not edit.is_new and value != edit.old(name):
            raise DomainError(
                "read_only",
                _("%(document)s keeps its type. Create another document instead.")
                % {"document": title_of(edit.record)},
                rule="I-132",
            )
        edit.put(name, value)

    def enter_no(self, edit: Edit[Document], value: str) -> None:
        """C-2, C-7 for the series of this type."""
        if value and value != edit.get("no") and edit.is_new and not series.may_be_manual(_series_of(edit)):
            raise DomainError(
                "number_series.not_manual",
                _("Numbers of series %(code)s cannot be typed. Leave the number blank; it is drawn on saving.")
                % {"code": _series_of(edit)},
                rule="C-2",
            )
        if not edit.is_new and value != edit.get("no"):
            raise DomainError("read_only", _("The number of a document cannot change."), rule="I-132")
        edit.put("no", value)

    def enter_customer_id(self, edit: Edit[Document], value: uuid.UUID | None) -> None:
        parties.account_chosen(edit, value)

    def enter_vendor_id(self, edit: Edit[Document], value: uuid.UUID | None) -> None:
        parties.account_chosen(edit, value)

    def enter_paying_customer_id(self, edit: Edit[Document], value: uuid.UUID | None) -> None:
        parties.payer_chosen(edit, value)

    def enter_paying_vendor_id(self, edit: Edit[Document], value: uuid.UUID | None) -> None:
        parties.payer_chosen(edit, value)

    def enter_account_contact_id(self, edit: Edit[Document], value: uuid.UUID | None) -> None:
        parties.contact_chosen(edit, value)

    def enter_paying_contact_id(self, edit: Edit[Document], value: uuid.UUID | None) -> None:
        parties.paying_contact_chosen(edit, value)

    def enter_payment_terms_code(self, edit: Edit[Document], value: str | None) -> None:
        edit.put("payment_terms_code", value)
        _due(edit)

    def enter_document_date(self, edit: Edit[Document], value: dt.date | None) -> None:
        edit.put("document_date", value)
        _due(edit)

    def before_save(self, edit: Edit[Document]) -> None:
        self.before_save_many([edit])

    def before_save_many(self, edits: Sequence[Edit[Document]]) -> None:
        due = [edit for edit in edits if edit.is_new or edit.changed_fields()]
        for edit in due:
            if edit.is_new:
                _begin(edit)
            elif _is_locked(edit) and set(edit.changed_fields()) - _FREE:
                raise released(edit.record)
        self.number_new(due)
        for edit in due:
            if edit.is_new:
                _numbered(edit)
            edit.copy("last_modified_at", timezone.now())

    def series_code(self) -> str:
        """Documents have a series for each type, which every edit names itself."""
        return ""

    def after_save(self, edits: Sequence[Edit[Document]]) -> None:
        counting = [edit.record for edit in edits if not edit.is_new and edit.changed(*_COUNTING)]
        if counting:
            refresh(counting)
        finished = [edit.record for edit in edits if edit.changed("service_status") and is_to_be_told(edit.record)]
        if finished:
            queue_finished(finished)

    def before_delete(self, record: Document) -> None:
        """A released document is reopened first; what hangs on it goes along, archived by setup (I-138)."""
        from tuttava.documents.archiving import archive_on_deletion

        if record.status == DocumentStatus.RELEASED:
            raise released(record)
        archive_on_deletion(record)
        remove_parts(record)


def remove_parts(record: Document) -> None:
    """Delete all that belongs to a document which is being deleted."""
    _remove_parts([record])
    drop_extras([record])


def remove_documents(found: Sequence[Document]) -> None:
    """Delete documents that became others, set-based; their files and dimensions stay for what they became (A-86)."""
    if found:
        _remove_parts(found)
        rows = Document.objects.filter(pk__in=[record.pk for record in found])
        rows._raw_delete(rows.db)


def _remove_parts(found: Sequence[Document]) -> None:
    ids = [record.pk for record in found]
    parts: list[Any] = [DocumentLine, DocumentComment]
    if any(record.area == Area.SERVICE for record in found):
        parts.append(ServiceItemLine)
    for model in parts:
        rows = model._default_manager.filter(document__in=ids)
        rows._raw_delete(rows.db)


def drop_extras(found: Sequence[Document]) -> None:
    """Delete files and dimensions of documents that are gone."""
    if not found:
        return
    dimensions = DimensionSetLine.objects.filter(parent_id__in=[record.pk for record in found])
    dimensions._raw_delete(dimensions.db)
    by_kind: dict[AttachmentParent, list[uuid.UUID]] = defaultdict(list)
    for record in found:
        kind = attachment_parent(record)
        if kind is not None:
            by_kind[kind].append(record.pk)
    for kind, ids in by_kind.items():
        remove_attachments(kind, ids)


def with_files(found: Sequence[tuple[Document, T]]) -> list[tuple[Document, T]]:
    """Those of some documents that have files."""
    rows = DocumentAttachment.objects.filter(parent_id__in=[document.pk for document, _beside in found])
    there = set(rows.values_list("parent_id", flat=True)) if found else set()
    return [(document, beside) for document, beside in found if document.pk in there]


def move_files(record: Document, kind: AttachmentParent | None, owner: uuid.UUID) -> None:
    """Let the files of a document that goes hang on ``owner``, what has become of it, if that can have files."""
    before = attachment_parent(record)
    if before is not None and kind is not None:
        move_attachments(before, record.pk, kind, owner)


def attachment_parent(record: Document) -> AttachmentParent | None:
    """Under which kind files of a document are kept; None where the contract has none."""
    return getattr(AttachmentParent, f"{record.area}_{record.document_type}".upper(), None)


def _is_locked(edit: Edit[Document]) -> bool:
    """Released, and not written by the lifecycle itself (I-133)."""
    return edit.old("status") == DocumentStatus.RELEASED and BY_LIFECYCLE not in edit.memory


def _series_of(edit: Edit[Document]) -> str:
    return series_for(f"{edit.get('area')}_{edit.get('document_type')}")


def _begin(edit: Edit[Document]) -> None:
    """What a new document starts with (I-132)."""
    area, kind = Area(edit.get("area") or Area.SALES), edit.get("document_type")
    if kind not in TYPES[area]:
        raise DomainError(
            "value_invalid",
            _("There are no documents of this type in this area. Choose another type."),
            field="document_type",
        )
    today = current().date
    for name in ("document_date", "order_date"):
        if edit.get(name) is None and name not in edit.typed:
            edit.put(name, today)
    if kind not in PROMISES and edit.get("posting_date") is None:
        edit.put("posting_date", today)
    if edit.get("due_date") is None:
        _due(edit)
    if not edit.get("salesperson_code") and "salesperson_code" not in edit.typed:
        edit.put("salesperson_code", own_salesperson() or None)
    if not edit.get("no"):
        edit.memory[SERIES] = _series_of(edit)
    edit.put("created_by", current().user_name)


def _numbered(edit: Edit[Document]) -> None:
    record = edit.record
    versions = DocumentArchive.objects.filter(area=record.area, document_type=record.document_type, no=record.no)
    edit.copy("doc_no_occurrence", (versions.aggregate(last=Max("doc_no_occurrence"))["last"] or 0) + 1)
    if not record.posting_description:
        edit.put("posting_description", first_description(record))


def _due(edit: Edit[Document]) -> None:
    """Document date plus the terms of payment."""
    start, code = edit.get("document_date"), edit.get("payment_terms_code")
    if start is None:
        return
    formula = PaymentTerms.objects.filter(code=code).values_list("due_date_calculation", flat=True).first()
    edit.derive("due_date", date_formula.parse(formula).apply(start) if formula else start)
