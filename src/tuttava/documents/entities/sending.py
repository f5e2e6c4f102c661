"""Documents that are mailed in the standard service (section 14)."""

from __future__ import annotations

from tuttava.api.declare import STANDARD, Action
from tuttava.documents import sending
from tuttava.documents.entities.bills import draft_of, posted_of
from tuttava.documents.models import Bill, Document
from tuttava.trade.models import PostedDocument


def _send_quote(quote: Document) -> Document:
    sending.send(quote)
    return quote


def _send(bill: Bill) -> Bill:
    sending.send(posted_of(bill) if bill.is_posted else draft_of(bill))
    return bill


def _post_and_send(bill: Bill) -> PostedDocument:
    return sending.post_and_send(draft_of(bill))


def _cancel_and_send(bill: Bill) -> Bill:
    sending.cancel_and_send(posted_of(bill))
    return bill


STANDARD.extend("salesQuotes", actions=[Action("send", _send_quote, returns="salesQuotes")])
for _set in ("salesInvoices", "salesCreditMemos"):
    STANDARD.extend(
        _set,
        actions=[
            Action("send", _send, returns=_set),
            Action("postAndSend", _post_and_send, returns=_set),
            Action("cancelAndSend", _cancel_and_send, returns=_set),
        ],
    )
