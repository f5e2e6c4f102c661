"""What trade tells the rooms above: synchronous, inside the same transaction, set-based."""

from __future__ import annotations

from django.dispatch import Signal

#: Posted sales invoices arrived by the feed, new ones or others in the place of known ones (K-23).
#: ``documents``: the :class:`~tuttava.trade.models.PostedDocument` rows. Whoever listens may only warn: the documents
#: are facts.
sales_invoices_arrived = Signal()
