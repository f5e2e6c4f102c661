"""Rules of the facts of trade: the feed's right writes them, and what was posted here stays as it is (17.11)."""

from __future__ import annotations

from typing import TypeVar

from django.utils.translation import gettext as _

from tuttava.foundation.errors import DomainError
from tuttava.foundation.records import Edit, Rules, register
from tuttava.trade.models import (
    CustomerLedgerEntry,
    Origin,
    PostedDocument,
    PostedDocumentLine,
    TradeFact,
    ValueEntry,
    VendorLedgerEntry,
)
from tuttava.trade.settling import release

F = TypeVar("F", bound=TradeFact)

FEED_RIGHT = "api.feed_trade_data"


def posted_here(record: TradeFact, *, field: str = "") -> DomainError:
    """The refusal to touch a row that posting made."""
    return DomainError(
        "read_only",
        _("%(kind)s %(record)s was posted here and cannot be changed by the feed.")
        % {"kind": str(record._meta.verbose_name).capitalize(), "record": record},
        field=field or record.key_field,
        rule="17.11",
    )


class FactRules(Rules[F]):
    write_right = FEED_RIGHT
    delete_right = FEED_RIGHT

    def before_save(self, edit: Edit[F]) -> None:
        if not edit.is_new and edit.old("origin") == Origin.POSTING:
            raise posted_here(edit.record)

    def before_delete(self, record: F) -> None:
        if record.origin == Origin.POSTING:
            raise posted_here(record)
        release(record)


@register
class CustomerLedgerEntryRules(FactRules[CustomerLedgerEntry]):
    model = CustomerLedgerEntry
    set_name = "customerLedgerEntries"


@register
class VendorLedgerEntryRules(FactRules[VendorLedgerEntry]):
    model = VendorLedgerEntry
    set_name = "vendorLedgerEntries"


@register
class ValueEntryRules(FactRules[ValueEntry]):
    model = ValueEntry
    set_name = "valueEntries"


@register
class PostedDocumentRules(FactRules[PostedDocument]):
    model = PostedDocument
    set_name = "postedDocuments"

    def before_delete(self, record: PostedDocument) -> None:
        super().before_delete(record)
        PostedDocumentLine.objects.filter(document=record).delete()


@register
class PostedDocumentLineRules(Rules[PostedDocumentLine]):
    """Lines come and go with their document."""

    model = PostedDocumentLine
    set_name = "postedDocumentLines"
    write_right = FEED_RIGHT
    delete_right = FEED_RIGHT
