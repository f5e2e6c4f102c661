"""What is done to the rows ticked in a list of documents: release, reopen, post. One that is refused stops no other."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from tuttava.documents import lifecycle, posting
from tuttava.documents.models import ORDERS, PROMISES, RETURNS, DocumentStatus
from tuttava.documents.pages.actions import tell_posted
from tuttava.documents.pages.kinds import Kind
from tuttava.documents.pages.lists import LISTS
from tuttava.documents.printing.actions import mail_document
from tuttava.foundation.context import acting, tell
from tuttava.foundation.errors import DomainError
from tuttava.foundation.journal import unit_of_work
from tuttava.ui.lists.declare import BulkAction, BulkField, ListPage, Plan, Rows
from tuttava.ui.lists.known import page_named
from tuttava.ui.undo import register_undo

#: Refusals that are told one by one.
MOST_TOLD = 5


def each(rows: Rows, work: Callable[[Any], Any]) -> int:
    """Do ``work`` to each row, in the order of their numbers; answers how many it was done to.

    Nobody is there to answer questions, so they have their answers for unattended runs.
    """
    done = 0
    refused: list[DomainError] = []
    for document in rows.order_by("no"):
        try:
            with unit_of_work("change documents"), acting(interactive=False):
                work(document)
            done += 1
        except DomainError as error:
            refused.append(error)
    for found in refused[:MOST_TOLD]:
        tell(found.code, found.message, severity="warning")
    if len(refused) > MOST_TOLD:
        words = _("%(count)d more documents were refused.") % {"count": len(refused) - MOST_TOLD}
        tell("documents.refused", words, severity="warning")
    return done


def _by_status(status: DocumentStatus) -> Callable[[Rows, Mapping[str, str]], Plan]:
    """What is not in ``status`` yet will change."""

    def plan(rows: Rows, _entered: Mapping[str, str]) -> Plan:
        already = rows.order_by().filter(status=status).count()
        return Plan(rows.order_by().count() - already, already)

    return plan


def _release(rows: Rows, _entered: Mapping[str, str]) -> int:
    return each(rows.filter(status=DocumentStatus.OPEN), lifecycle.release)


def _reopen(rows: Rows, _entered: Mapping[str, str]) -> int:
    return each(rows.filter(status=DocumentStatus.RELEASED), lifecycle.reopen)


def _post(rows: Rows, entered: Mapping[str, str]) -> int:
    what = entered.get("what") or "both"
    made: list[Any] = []
    done = each(
        rows,
        lambda document: made.extend(
            posting.post(document, ship=what in ("both", "ship"), invoice=what in ("both", "invoice"))
        ),
    )
    if made and len(made) <= MOST_TOLD:
        tell_posted(made)
    return done


def _all(rows: Rows, _entered: Mapping[str, str]) -> Plan:
    return Plan(rows.order_by().count())


def _steps(kind: Kind) -> list[BulkField]:
    """Of orders it is asked what is posted."""
    if kind.document_type not in ORDERS:
        return []
    back = kind.document_type in RETURNS
    moves = gettext_lazy("Receive") if kind.purchases != back else gettext_lazy("Ship")
    bills = gettext_lazy("Credit memo") if back else gettext_lazy("Invoice")
    choices = [("both", gettext_lazy("All of it")), ("ship", moves), ("invoice", bills)]
    return [BulkField("what", gettext_lazy("What to post"), choices=choices, required=True)]


def _mail(rows: Rows, _entered: Mapping[str, str]) -> int:
    return each(rows, mail_document)


def mailing(list_name: str) -> BulkAction:
    """Each document goes to its own address, in its own words; what has left is not taken back."""
    register_undo(f"send {list_name}", None)
    words = gettext_lazy("On their way: %(count)d.")
    return BulkAction("send", gettext_lazy("E-mail"), _mail, _all, (), "envelope", done=words)


def _add(kind: Kind, page: ListPage) -> None:
    found = [
        BulkAction(
            "release", gettext_lazy("Release"), _release, _by_status(DocumentStatus.RELEASED), icon="lock-closed"
        ),
        BulkAction("reopen", gettext_lazy("Reopen"), _reopen, _by_status(DocumentStatus.OPEN), icon="lock-open"),
    ]
    if kind.document_type not in PROMISES:
        found.append(
            BulkAction(
                "post",
                gettext_lazy("Post"),
                _post,
                _all,
                _steps(kind),
                icon="check-circle",
                done=gettext_lazy("Posted: %(count)d."),
            )
        )
        register_undo(f"post {kind.name}", None)
    page.bulk = [*page.bulk, *found, mailing(kind.name)]


for _kind, _page in LISTS.items():
    _add(_kind, _page)
_posted = page_named("posted-documents")
_posted.bulk = [*_posted.bulk, mailing(_posted.name)]
