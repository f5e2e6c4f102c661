"""Reminders and finance charge memos: the ones being worked on, and what was issued (I-127, I-128)."""

from __future__ import annotations

import uuid
from collections.abc import Callable, Sequence
from decimal import Decimal
from functools import partial
from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from tuttava.documents import claims
from tuttava.documents.models import Claim, ClaimKind, ClaimLine, IssuedClaim, IssuedClaimLine
from tuttava.documents.pages.paper import Papers, mount, paper_actions
from tuttava.documents.pages.parties import party_field
from tuttava.documents.pages.timelines import timeline_box
from tuttava.documents.printing.actions import Letter, Options, Printed
from tuttava.documents.printing.dues import claim_paper, claim_title, region_of
from tuttava.documents.printing.mails import words_for
from tuttava.documents.printing.typesetting import pdf, pictures
from tuttava.documents.recording import is_logged
from tuttava.foundation import records
from tuttava.foundation.context import ask, current, require, tell
from tuttava.foundation.errors import Text
from tuttava.foundation.journal import unit_of_work
from tuttava.interactions.models import InteractionDocumentType as Event
from tuttava.interactions.models import InteractionLogEntry
from tuttava.interactions.pages.timeline import told
from tuttava.ui import registry
from tuttava.ui.answers import Answer, respond
from tuttava.ui.cards import (
    CHANGES,
    Action,
    Badge,
    CardField,
    CardPage,
    FactBox,
    Group,
    add_source,
    register_card,
    views_of,
)
from tuttava.ui.cards.timeline import Asked, Happening, Source
from tuttava.ui.undo import register_undo, undo_address
from tuttava.ui.values import show_number

#: The unit of work of issuing: what has a number of its own is not taken back.
register_undo("issue", None)
EVENTS = {
    ClaimKind.REMINDER: Event.SALES_REMINDER,
    ClaimKind.FINANCE_CHARGE_MEMO: Event.SALES_FINANCE_CHARGE_MEMO,
}
SETS = {ClaimKind.REMINDER: "reminders", ClaimKind.FINANCE_CHARGE_MEMO: "financeChargeMemos"}
ISSUED_SETS = {ClaimKind.REMINDER: "issuedReminders", ClaimKind.FINANCE_CHARGE_MEMO: "issuedFinanceChargeMemos"}


def claim_url(claim: Any) -> str:
    """Its card."""
    return reverse("issued-claim" if isinstance(claim, IssuedClaim) else "claim", kwargs={"pk": claim.pk})


def list_name(kind: str, *, issued: bool = False) -> str:
    """The name of its list: ``reminders``, ``issued-finance-charge-memos``."""
    name = {ClaimKind.REMINDER: "reminders", ClaimKind.FINANCE_CHARGE_MEMO: "finance-charge-memos"}[ClaimKind(kind)]
    return f"issued-{name}" if issued else name


def may_write(claim: Any) -> bool:
    """Whether the user may change it, or let it leave the house."""
    return current().may("api.write", SETS[ClaimKind(claim.kind)])


def found(pk: uuid.UUID) -> Claim:
    """One that is being worked on, with the right to see it checked; 404 when there is none."""
    claim = Claim.objects.select_related("customer").filter(pk=pk).first()
    if claim is None:
        raise Http404
    require("api.read", SETS[ClaimKind(claim.kind)])
    return claim


# --- on paper ---------------------------------------------------------------------------------------------------------


class DraftPapers(Papers):
    """One that is being worked on can be looked at; it leaves the house once it is issued."""

    card, path, printed, mailed = "claim", "documents/claims", False, False

    def find(self, pk: uuid.UUID) -> Any:
        return found(pk)

    def url(self, record: Any) -> str:
        return claim_url(record)

    def title(self, record: Any) -> Text:
        return claim_title(record)

    def file(self, record: Any) -> Printed:
        return Printed(f"{claim_title(record)}.pdf", pdf([claim_paper(record)]))

    def pictures(self, record: Any) -> list[bytes]:
        return pictures([claim_paper(record)])


class IssuedPapers(DraftPapers):
    """What was issued."""

    card, path, printed, mailed = "issued-claim", "documents/issued-claims", True, True

    def find(self, pk: uuid.UUID) -> Any:
        claim = IssuedClaim.objects.select_related("customer").filter(pk=pk).first()
        if claim is None:
            raise Http404
        require("api.read", ISSUED_SETS[ClaimKind(claim.kind)])
        return claim

    def print(self, records: Sequence[Any], options: Options) -> Printed:
        return claims.print_claims(records, log_interaction=options.log_interaction)

    def letter(self, record: Any) -> Letter:
        region = region_of(record.customer)
        with region.speaking():
            words = claim_title(record)
        return Letter(record.customer.email, *words_for(words, region))

    def mail(self, record: Any, letter: Letter, options: Options) -> None:
        claims.mail_claim(record, letter, log_interaction=options.log_interaction)

    def may_leave(self, record: Any) -> bool:
        return may_write(record)

    def is_logged(self, record: Any) -> bool | None:
        return is_logged(EVENTS[ClaimKind(record.kind)])


DRAFT, ISSUED = DraftPapers(), IssuedPapers()
mount(DRAFT)
mount(ISSUED)


# --- what the buttons do ----------------------------------------------------------------------------------------------


def _posts(work: Callable[[HttpRequest, Claim], Answer]) -> Callable[[HttpRequest, uuid.UUID], HttpResponse]:
    def view(request: HttpRequest, pk: uuid.UUID) -> HttpResponse:
        claim = found(pk)
        if request.method != "POST":
            return HttpResponse(status=405)
        return respond(request, lambda: work(request, claim), home=claim_url(claim))

    return view


def _whole(request: HttpRequest, claim: Claim) -> Answer:
    views = views_of("claim")
    fresh = views.load(claim.pk)
    return Answer(parts=views.whole(request, fresh), version=fresh.version)


def _suggest(request: HttpRequest, claim: Claim) -> Answer:
    with unit_of_work("suggest lines", _("suggest lines of %(document)s") % {"document": claim_title(claim)}) as unit:
        claims.suggest_lines(claim)
    if not ClaimLine.objects.filter(claim=claim).exists():
        tell("claim.nothing_due", _("%(customer)s has no overdue invoices.") % {"customer": claim.customer.name})
    answer = _whole(request, claim)
    answer.undo = undo_address(unit)
    return answer


def _issue(*, sending: bool = False) -> Callable[[HttpRequest, Claim], Answer]:
    def work(request: HttpRequest, claim: Claim) -> Answer:
        words = {"document": claim_title(claim)}
        text = _("%(document)s is issued under a number of its own. This cannot be undone. Go on?") % words
        if not ask("q_issue", text, default=True):
            return _whole(request, claim)
        issued = claims.issue(claim, send_by_email=sending)
        tell("claim.issued", _("%(document)s is issued.") % {"document": claim_title(issued)})
        return Answer(redirect=claim_url(issued))

    return work


def _delete(_request: HttpRequest, claim: Claim) -> Answer:
    with unit_of_work("delete document", claim_title(claim)) as unit:
        records.delete(claim)
    tell("record.deleted", _("%(record)s was deleted.") % {"record": claim_title(claim)})
    return Answer(redirect=reverse(list_name(claim.kind)), undo=undo_address(unit))


def _remove_line(request: HttpRequest, pk: uuid.UUID, line: uuid.UUID) -> HttpResponse:
    """Take an invoice off a reminder."""
    claim = found(pk)
    row = ClaimLine.objects.filter(pk=line, claim=claim).first()
    if row is None or request.method != "POST":
        raise Http404

    def work() -> Answer:
        with unit_of_work("delete line", claim_title(claim)) as unit:
            records.delete(row)
        tell("row.deleted", _("“%(row)s” was removed.") % {"row": row.document_no})
        answer = _whole(request, claim)
        answer.undo = undo_address(unit)
        return answer

    return respond(request, work, home=claim_url(claim))


for _name, _work in {
    "suggest": _suggest,
    "issue": _issue(),
    "issue-send": _issue(sending=True),
    "delete": _delete,
}.items():
    registry.add_route(f"documents/claims/<uuid:pk>/{_name}", _posts(_work), f"claim-{_name}")
registry.add_route("documents/claims/<uuid:pk>/lines/<uuid:line>/delete", _remove_line, "claim-line-delete")


# --- cards ------------------------------------------------------------------------------------------------------------


def _lines(model: type[ClaimLine] | type[IssuedClaimLine], claim: Any) -> dict[str, Any]:
    lines = list(model._default_manager.filter(claim=claim).order_by("line_no"))
    open_ = isinstance(claim, Claim) and may_write(claim)
    rows = [
        {
            "no": line.document_no,
            "type": line.get_document_type_display(),
            "description": line.description,
            "amount": show_number(line.amount_lcy, 2),
            "remaining": show_number(line.remaining_amount_lcy, 2),
            "delete_url": reverse("claim-line-delete", kwargs={"pk": claim.pk, "line": line.pk}) if open_ else "",
        }
        for line in lines
    ]
    total = sum((line.remaining_amount_lcy for line in lines), Decimal(0))
    return {"rows": rows, "total": show_number(total, 2), "editable": open_}


def _at(name: str) -> Callable[[Any], str]:
    return lambda claim: reverse(f"claim-{name}", kwargs={"pk": claim.pk})


def _parent() -> tuple[str, Text]:
    return reverse("documents"), gettext_lazy("Documents")


def _never(_claim: Any) -> bool:
    return False


def _fields(editable: Callable[[Any], bool]) -> list[CardField]:
    names = ("posting_date", "due_date", "posting_description")
    return [party_field("customer_id", editable=editable), *(CardField(name, editable=editable) for name in names)]


def _boxes(name: str, model: type[ClaimLine] | type[IssuedClaimLine]) -> tuple[FactBox, ...]:
    return (
        FactBox("lines", gettext_lazy("Lines"), "documents/claim_lines.html", partial(_lines, model), main=True),
        FactBox("timeline", gettext_lazy("Timeline"), "ui/cards/timeline_box.html", timeline_box(name)),
    )


register_card(
    CardPage(
        name="claim",
        path="documents/claims",
        model=Claim,
        caption=gettext_lazy("Reminder"),
        title=claim_title,
        subtitle=lambda claim: claim.customer.name,
        parent=_parent,
        groups=(Group("general", gettext_lazy("General"), _fields(may_write)),),
        actions=(
            *paper_actions(DRAFT),
            Action("suggest", gettext_lazy("Suggest lines"), _at("suggest"), "post", "sparkles", may_write),
            Action("issue", gettext_lazy("Issue"), _at("issue"), "post", "check-circle", may_write),
            Action("send", gettext_lazy("Issue and send"), _at("issue-send"), "post", "paper-airplane", may_write),
            Action("delete", gettext_lazy("Delete"), _at("delete"), "post", "trash", may_write, danger=True),
        ),
        boxes=_boxes("claim", ClaimLine),
        select_related=("customer",),
    )
)
register_card(
    CardPage(
        name="issued-claim",
        path="documents/issued-claims",
        model=IssuedClaim,
        caption=gettext_lazy("Issued reminder"),
        title=claim_title,
        subtitle=lambda claim: claim.customer.name,
        badges=lambda claim: [
            Badge(_("Issued"), "accent"),
            *([Badge(_("Printed or sent: %(count)s") % {"count": claim.no_printed})] if claim.no_printed else []),
        ],
        parent=_parent,
        groups=(
            Group(
                "general",
                gettext_lazy("General"),
                [*_fields(_never), CardField("pre_assigned_no", editable=_never)],
            ),
        ),
        actions=paper_actions(ISSUED),
        boxes=_boxes("issued-claim", IssuedClaimLine),
        select_related=("customer",),
    )
)


def _said(asked: Asked) -> list[Happening]:
    claim = asked.record
    entries = InteractionLogEntry.objects.filter(document_no=claim.no, document_type=EVENTS[ClaimKind(claim.kind)])
    return told(asked, entries)


add_source("claim", CHANGES)
add_source(
    "issued-claim",
    Source(
        "interaction",
        gettext_lazy("Interactions"),
        "chat-bubble-left-right",
        _said,
        frozenset({InteractionLogEntry._meta.label_lower}),
    ),
)
