"""Posted invoices are taken back: by a credit memo that one may still look over, or at once (section 14)."""

from __future__ import annotations

from django.utils.translation import gettext as _

from tuttava.documents import copying
from tuttava.documents.models import Area, Document, DocumentType, PostedHeader
from tuttava.documents.posting import post
from tuttava.documents.totals import refresh
from tuttava.foundation.bulk import insert_many
from tuttava.foundation.context import require
from tuttava.foundation.errors import DomainError
from tuttava.foundation.journal import unit_of_work
from tuttava.trade.models import (
    CustomerLedgerEntry,
    PostedDocument,
    PostedDocumentLine,
    PostedKind,
    VendorLedgerEntry,
)

_BACK = {
    PostedKind.SALES_INVOICE: (Area.SALES, DocumentType.CREDIT_MEMO),
    PostedKind.SALES_CREDIT_MEMO: (Area.SALES, DocumentType.INVOICE),
    PostedKind.PURCHASE_INVOICE: (Area.PURCHASE, DocumentType.CREDIT_MEMO),
    PostedKind.PURCHASE_CREDIT_MEMO: (Area.PURCHASE, DocumentType.INVOICE),
}


def corrective(posted: PostedDocument) -> Document:
    """An open document that takes a posted one back: the same lines the other way round.

    Raises ``document_canceled`` when it was taken back before, ``document_posted_elsewhere`` for rows of the feed.
    """
    header = _header(posted)
    if header.canceled_by_id is not None:
        raise DomainError(
            "document_canceled",
            _("%(no)s is canceled already.") % {"no": posted.no},
            rule="A-99",
        )
    area, kind = _BACK[PostedKind(posted.kind)]
    require("api.write", f"{area.value}Documents")
    with unit_of_work("correct document", posted.no):
        made = copying.begun_from(header, area=area, document_type=kind, corrects_id=posted.pk)
        lines = PostedDocumentLine.objects.filter(document=posted).order_by("line_no")
        insert_many(copying.lines_of_posted(lines, made))
        refresh([made])
        return made


def cancel(posted: PostedDocument) -> PostedDocument:
    """Take a posted document back at once: the correcting one is posted and settles it.

    A credit memo can be canceled only if it corrects an invoice, which then counts again.
    """
    header = _header(posted)
    memo = posted.kind in (PostedKind.SALES_CREDIT_MEMO, PostedKind.PURCHASE_CREDIT_MEMO)
    if memo and header.corrects_id is None:
        raise DomainError(
            "document_not_corrective",
            _("%(no)s corrects no invoice, so it cannot be canceled.") % {"no": posted.no},
            rule="A-99",
        )
    with unit_of_work("cancel document", posted.no):
        (made,) = post(corrective(posted))
        header.canceled_by_id = made.pk
        header.save(update_fields=["canceled_by_id"])
        if memo:
            PostedHeader.objects.filter(posted=header.corrects_id).update(canceled_by_id=None)
        _settle(posted, made)
        return made


def _header(posted: PostedDocument) -> PostedHeader:
    found = PostedHeader.objects.select_for_update(of=("self",)).filter(posted=posted).first()
    if found is None or posted.kind not in _BACK:
        raise DomainError(
            "document_posted_elsewhere",
            _("%(no)s was not posted here and cannot be taken back here.") % {"no": posted.no},
            rule="A-99",
        )
    return found


def _settle(posted: PostedDocument, made: PostedDocument) -> None:
    """The two close each other, as far as the older one is still open."""
    ledger: type[CustomerLedgerEntry] | type[VendorLedgerEntry] = (
        VendorLedgerEntry if posted.vendor_id else CustomerLedgerEntry
    )
    rows = ledger._default_manager.select_for_update(of=("self",)).filter(document_no__in=[posted.no, made.no])
    entries = {row.document_no: row for row in rows}
    old, new = entries.get(posted.no), entries.get(made.no)
    if old is None or new is None or not old.open or not new.open:
        return
    part = min(abs(old.remaining_amount_lcy), abs(new.remaining_amount_lcy))
    for entry, other in ((old, new), (new, old)):
        entry.remaining_amount_lcy -= part if entry.remaining_amount_lcy > 0 else -part
        entry.open = entry.remaining_amount_lcy != 0
        if not entry.open:
            entry.closed_by_entry_no, entry.closed_at_date = other.entry_no, made.posting_date
        entry.save(update_fields=["remaining_amount_lcy", "open", "closed_by_entry_no", "closed_at_date"])
