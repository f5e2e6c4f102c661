"""Cards of posted documents and of archived versions: read only, as the document was."""

from __future__ import annotations

import uuid
from functools import partial
from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.html import format_html
from django.utils.translation import gettext, pgettext
from django.utils.translation import gettext_lazy as _

from tuttava.documents import archiving
from tuttava.documents.masking import mask_documents, secret, shown
from tuttava.documents.models import Area, Document, DocumentArchive, DocumentType, PostedHeader
from tuttava.documents.names import title_of
from tuttava.documents.pages.actions import posted_url
from tuttava.documents.pages.document_papers import VERSION
from tuttava.documents.pages.kinds import document_url
from tuttava.documents.pages.lines import COLUMNS, row_of, totals
from tuttava.documents.pages.lists import money, search_documents
from tuttava.documents.pages.overview import KEPT, Other, add_other
from tuttava.documents.pages.paper import paper_actions
from tuttava.documents.pages.parties import contact_field, party_field
from tuttava.documents.pages.posted_actions import POSTED_ACTIONS
from tuttava.documents.pages.timelines import timeline_box
from tuttava.foundation.context import current, require, tell
from tuttava.foundation.fields import as_code
from tuttava.trade.models import PURCHASES, PostedDocument, PostedDocumentLine
from tuttava.ui import registry
from tuttava.ui.answers import Answer, respond
from tuttava.ui.cards import Action, Badge, CardField, CardPage, FactBox, Group, register_card
from tuttava.ui.lists.declare import Column, Filter, ListPage, Sort, Start
from tuttava.ui.lists.known import page_named
from tuttava.ui.lists.mount import register_list

C, F = Column, Filter


def _never(_record: Any) -> bool:
    return False


G = partial(CardField, editable=_never)
#: Columns that what is posted or kept has; quantities still to move mean nothing there.
_COLUMNS = [column for column in COLUMNS if not column.orders]


def _lines(document: Any, lines: list[Any]) -> dict[str, Any]:
    return {
        "headings": [(column, column.label) for column in _COLUMNS],
        "rows": [row_of(line, _COLUMNS, writable=False) for line in lines],
        "editable": False,
        **totals(document, lines),
    }


# --- posted documents -------------------------------------------------------------------------------------------------


def _header(posted: Any) -> PostedHeader | None:
    if "shown_header" not in vars(posted):
        vars(posted)["shown_header"] = PostedHeader.objects.filter(posted=posted).first()
    found: PostedHeader | None = vars(posted)["shown_header"]
    return found


class _Amounts:
    """What the totals of a posted document are made of; one that was fed in has no header."""

    def __init__(self, posted: Any) -> None:
        header = _header(posted)
        self.currency_code = header.currency_code if header else None
        self.prices_including_vat = header.prices_including_vat if header else False
        self.invoice_discount_amount = header.invoice_discount_amount if header else 0
        self.amount, self.amount_including_vat = posted.amount, posted.amount_including_vat


def _posted_lines(posted: Any) -> dict[str, Any]:
    lines = list(PostedDocumentLine.objects.filter(document=posted).order_by("line_no"))
    return _lines(_Amounts(posted), lines)


def posted_title(posted: Any) -> str:
    """“Sales invoice SI-0001”."""
    return f"{posted.get_kind_display()} {posted.no}"


def _posted_name(posted: Any) -> str:
    party = posted.customer or posted.vendor
    header = _header(posted)
    return str(
        (shown(header, "name") if header else "")
        or (party.searched_name if hasattr(party, "searched_name") else "")
        or ""
    )


def _posted_badges(posted: Any) -> list[Badge]:
    found = []
    header = _header(posted)
    if header is None:
        found.append(Badge(gettext("Posted elsewhere")))
    elif header.canceled_by_id:
        found.append(Badge(pgettext("posted document", "Canceled"), "danger"))
    if posted.no_printed:
        found.append(Badge(gettext("Printed or sent: %(count)s") % {"count": posted.no_printed}))
    return found


def _head(name: str, label: Any) -> CardField:
    """A field of the header as it was at posting."""
    return CardField(
        f"header_{name}",
        label=label,
        value=lambda posted: getattr(_header(posted), name, ""),
        visible=lambda posted: bool(getattr(_header(posted), name, "")),
    )


def _masked(posted: Any) -> frozenset[str]:
    """Fields of the header that tell of a blocked contact (C-72)."""
    header = _header(posted)
    return frozenset(f"header_{name}" for name in secret(header)) if header else frozenset()


def _is_purchase(posted: Any) -> bool:
    return posted.kind in PURCHASES


register_card(
    CardPage(
        name="posted-document",
        path="documents/posted",
        model=PostedDocument,
        caption=_("Posted document"),
        title=posted_title,
        subtitle=_posted_name,
        badges=_posted_badges,
        groups=(
            Group(
                "general",
                _("General"),
                [
                    party_field("customer_id", editable=_never, visible=lambda posted: not _is_purchase(posted)),
                    party_field("vendor_id", editable=_never, visible=_is_purchase),
                    contact_field("main_contact_id", editable=_never),
                    contact_field("billing_contact_id", editable=_never),
                    *(G("posting_date"), G("document_date"), G("due_date"), G("description")),
                    *(G("order_no"), G("pre_assigned_no"), G("external_document_no"), G("your_reference")),
                    *(G("salesperson_code"), G("user_id"), G("no_printed")),
                ],
            ),
            Group(
                "billing",
                _("Billing"),
                [
                    _head("bill_to_name", _("bill-to name")),
                    _head("bill_to_address", _("bill-to address")),
                    _head("bill_to_post_code", _("bill-to post code")),
                    _head("bill_to_city", _("bill-to city")),
                    _head("currency_code", _("currency")),
                    _head("payment_terms_code", _("payment terms")),
                    _head("campaign_no", _("campaign")),
                    _head("opportunity_no", _("opportunity")),
                    _head("quote_no", _("quote")),
                ],
                open=False,
                visible=lambda posted: _header(posted) is not None,
            ),
        ),
        parent=lambda: (reverse("posted-documents"), _("Posted documents")),
        masked=_masked,
        actions=POSTED_ACTIONS,
        boxes=(
            FactBox("lines", _("Lines"), "documents/lines.html", _posted_lines, main=True),
            FactBox("timeline", _("Timeline"), "ui/cards/timeline_box.html", timeline_box("posted-document")),
        ),
        select_related=("customer", "vendor", "salesperson"),
    )
)
page_named("posted-documents").href = posted_url
add_other(
    Other(
        registry.Entry("posted-documents", _("Posted documents"), "posted-documents", icon="check-circle", order=10),
        KEPT,
        "postedDocuments",
    )
)


def _hits(text: str, limit: int) -> list[registry.Hit]:
    wanted = as_code(text.strip())
    if not wanted or not current().may("api.read", "postedDocuments"):
        return []
    rows = PostedDocument.objects.filter(no__startswith=wanted).select_related("customer", "vendor").order_by("no")
    return [registry.Hit(posted_title(row), posted_url(row), _posted_name(row), "check-circle") for row in rows[:limit]]


registry.add_search(registry.RecordSearch("posted-documents", _("Posted document"), _hits))

# --- archived versions ------------------------------------------------------------------------------------------------


def archive_url(version: DocumentArchive) -> str:
    """The card of an archived version."""
    return reverse("document-version", kwargs={"pk": version.pk})


def version_title(version: Any) -> str:
    """“Sales quote SQ0001, version 2”."""
    return gettext("%(document)s, version %(version)s") % {
        "document": title_of(version),
        "version": version.version_no,
    }


def _version_lines(version: Any) -> dict[str, Any]:
    return _lines(version, list(version.lines.order_by("line_no")))


def _version_name(version: Any) -> str:
    words = version.name or version.contact_name or version.no
    return format_html('<span class="row-name"><span class="row-words">{}</span></span>', words)


VERSIONS = register_list(
    ListPage(
        name="document-versions",
        path="documents/versions",
        title=_("Archived documents"),
        model=DocumentArchive,
        columns=[
            C("name", width=240, cell=_version_name),
            C("area", width=100),
            C("document_type", width=130),
            C("no", width=120, sort="no"),
            C("version_no", _("version"), 90),
            C("doc_no_occurrence", width=110, hidden=True),
            C("date_archived", width=120, kind="date"),
            C("time_archived", width=100, hidden=True),
            C("archived_by", width=140),
            C("interaction_exists", width=140, kind="flag"),
            money("amount", 140),
            C("salesperson_code", _("salesperson"), 120, hidden=True),
        ],
        sorts=[Sort("no", ("no", "id"), falls=True)],
        filters=[
            F("area", _("Area"), "choice", choices=Area.choices, quick=True),
            F("type", _("Type"), "choice", "document_type", choices=DocumentType.choices, quick=True),
            F("no", _("Number"), operators=("is", "begins"), quick=True),
            F("interaction", _("Interaction exists"), "flag", "interaction_exists", quick=True),
            F("archived", _("Archived on"), "date", "date_archived"),
        ],
        search=search_documents,
        prepare=mask_documents,
        href=archive_url,
        parent=("documents", _("Documents")),
        start=Start(
            _("No versions yet"),
            _("Versions of quotes and orders are kept by hand, or on printing and posting as the setup says."),
        ),
        set_name="documentArchives",
    )
)
add_other(
    Other(
        registry.Entry("document-versions", _("Archived documents"), "document-versions", icon="archive-box", order=20),
        KEPT,
        "documentArchives",
    )
)


def _live(version: DocumentArchive) -> Document | None:
    return Document.objects.filter(pk=version.source_id).first()


def _restore(request: HttpRequest, pk: uuid.UUID) -> HttpResponse:
    """Give the live document what it was in this version; it is asked before (I-140)."""
    version = DocumentArchive.objects.filter(pk=pk).first()
    if version is None or request.method != "POST":
        raise Http404
    require("api.read", f"{version.area}Documents")

    def work() -> Answer:
        document = archiving.restore(version)
        tell("document.restored", gettext("%(document)s is as it was.") % {"document": title_of(document)})
        return Answer(redirect=document_url(document))

    return respond(request, work, home=archive_url(version))


registry.add_route("documents/versions/<uuid:pk>/restore", _restore, "document-version-restore")

V = partial(CardField, editable=_never)
register_card(
    CardPage(
        name="document-version",
        path="documents/versions",
        model=DocumentArchive,
        caption=_("Archived document"),
        title=version_title,
        subtitle=lambda version: " · ".join(filter(None, (shown(version, "name"), shown(version, "city")))),
        badges=lambda version: [Badge(gettext("Interaction exists"), "accent")] if version.interaction_exists else [],
        groups=(
            Group(
                "version",
                _("Version"),
                [
                    *(V("version_no"), V("doc_no_occurrence"), V("date_archived"), V("time_archived")),
                    *(V("archived_by"), V("interaction_exists"), V("status")),
                ],
            ),
            Group(
                "general",
                _("General"),
                [
                    party_field("customer_id", editable=_never, visible=lambda one: one.area != Area.PURCHASE),
                    party_field("vendor_id", editable=_never, visible=lambda one: one.area == Area.PURCHASE),
                    contact_field("account_contact_id", editable=_never),
                    *(V("document_date"), V("due_date"), V("salesperson_code"), V("your_reference")),
                    *(V("campaign_no"), V("opportunity_no"), V("currency_code"), V("payment_terms_code")),
                ],
            ),
        ),
        parent=lambda: (reverse("document-versions"), _("Archived documents")),
        masked=secret,
        actions=(
            *paper_actions(VERSION),
            Action(
                "open",
                _("Open the document"),
                lambda version: reverse("document", kwargs={"pk": version.source_id}),
                "link",
                "arrow-top-right-on-square",
                lambda version: _live(version) is not None,
            ),
            Action(
                "restore",
                _("Restore"),
                lambda version: reverse("document-version-restore", kwargs={"pk": version.pk}),
                "post",
                "arrow-uturn-left",
                lambda version: current().may("api.write", f"{version.area}Documents") and _live(version) is not None,
            ),
        ),
        boxes=(FactBox("lines", _("Lines"), "documents/lines.html", _version_lines, main=True),),
        select_related=("customer", "vendor", "salesperson", "currency", "payment_terms"),
    )
)
