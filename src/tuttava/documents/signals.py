"""What documents tell the rooms above: synchronous, inside the same transaction."""

from __future__ import annotations

from django.dispatch import Signal

#: A quote is about to become an order or invoice: an open opportunity is closed with the values ``close``, or refuses
#: with ``opportunity_still_open`` (I-134, O-66). ``quote``, ``close``.
quote_converting = Signal()

#: It has become one: what named the quote names the new document now. ``quote``, ``document``.
quote_converted = Signal()

#: Documents were posted. ``order`` (the document, as it was), ``posted`` (the posted documents made of it).
document_posted = Signal()
