"""What a document said when it was posted here; rows of the feed have none of it."""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _

from tuttava.documents.models.headers import DocumentHeader
from tuttava.trade.models import PostedDocument


class PostedHeader(DocumentHeader):
    """The header of a posted document, as it was at posting. ``no`` is the number before posting."""

    posted = models.OneToOneField(
        PostedDocument, verbose_name=_("posted document"), on_delete=models.CASCADE, related_name="header"
    )
    #: The document that cancelled this one, or that this one cancels.
    canceled_by_id = models.UUIDField(null=True, blank=True, editable=False)
    corrects_id = models.UUIDField(null=True, blank=True, editable=False)
    order_id = models.UUIDField(null=True, blank=True, editable=False)

    journal_owner = "posted_id"

    class Meta:
        verbose_name = _("header of a posted document")
        verbose_name_plural = _("headers of posted documents")
        ordering = ["area", "document_type", "no"]
        indexes = [
            models.Index(fields=["corrects_id"], name="posted_corrects", condition=models.Q(corrects_id__isnull=False)),
            models.Index(
                fields=["customer"], name="posted_header_customer", condition=models.Q(customer__isnull=False)
            ),
            models.Index(fields=["vendor"], name="posted_header_vendor", condition=models.Q(vendor__isnull=False)),
            models.Index(
                fields=["paying_customer"],
                name="posted_header_payer",
                condition=models.Q(paying_customer__isnull=False),
            ),
            models.Index(
                fields=["paying_vendor"], name="posted_header_paid", condition=models.Q(paying_vendor__isnull=False)
            ),
            models.Index(
                fields=["account_contact"],
                name="posted_header_contact",
                condition=models.Q(account_contact__isnull=False),
            ),
            models.Index(
                fields=["paying_contact"], name="posted_header_person", condition=models.Q(paying_contact__isnull=False)
            ),
        ]
