"""Which payment paid which invoice, as far as it was settled here (I-142)."""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _

from tuttava.foundation.records import Record
from tuttava.partners.models.shared import amount


class Settlement(Record):
    """An amount of a payment that was taken off an invoice, both of one ledger.

    The flags tell what else the settlement wrote, so that the entries can be had again as the feed brought them.
    """

    payment_id = models.UUIDField(editable=False)
    invoice_id = models.UUIDField(editable=False)
    amount_lcy = amount(_("amount"))
    #: The payment's own remaining amount went down: it was fed as open.
    payment_lowered = models.BooleanField(default=True, editable=False)
    payment_dated = models.BooleanField(default=False, editable=False)
    invoice_dated = models.BooleanField(default=False, editable=False)
    invoice_named = models.BooleanField(default=False, editable=False)

    key_field = "id"

    class Meta:
        verbose_name = _("settlement")
        verbose_name_plural = _("settlements")
        indexes = [
            models.Index(fields=["payment_id"], name="settlement_payment"),
            models.Index(fields=["invoice_id"], name="settlement_invoice"),
        ]
