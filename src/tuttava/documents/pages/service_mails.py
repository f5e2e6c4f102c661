"""The queue of mails that tell customers that a service order is finished (I-143)."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.html import format_html
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from tuttava.documents import service_emails
from tuttava.documents.models import Area, Document, ServiceEmail, ServiceEmailStatus
from tuttava.documents.pages.kinds import document_url
from tuttava.documents.pages.overview import Other, add_other
from tuttava.foundation.context import require, tell
from tuttava.foundation.models import Job
from tuttava.ui import registry
from tuttava.ui.answers import Answer, respond
from tuttava.ui.lists.declare import Column, Filter, ListPage, PageLink, Sort, Start
from tuttava.ui.lists.mount import register_list
from tuttava.ui.wizards import dialog

C, F = Column, Filter
LIST = "service-emails"
_TONES = {ServiceEmailStatus.SENT: "success", ServiceEmailStatus.ERROR: "danger"}


def _status(row: Any) -> str:
    tone = _TONES.get(ServiceEmailStatus(row.status), "plain")
    return format_html('<span class="badge {}">{}</span>', tone, row.get_status_display())


def _orders(rows: list[Any]) -> None:
    """The orders that the mails of a page are about, as far as they are still there."""
    numbers = {row.document_no for row in rows}
    found = {order.no: order for order in Document.objects.filter(area=Area.SERVICE, no__in=numbers)}
    for row in rows:
        row.order = found.get(row.document_no)


def _order(row: Any) -> str:
    if row.order is None:
        return str(row.document_no)
    return format_html('<a class="plain-link" href="{}">{}</a>', document_url(row.order), row.document_no)


def _working(begin: Callable[[], Job], title: Any, lead: Any, submit: Any) -> Callable[[HttpRequest], HttpResponse]:
    """A dialog that says what will be done; a POST leaves it to a job."""

    def view(request: HttpRequest) -> HttpResponse:
        require("api.write", service_emails.SET)
        if request.method == "POST":
            return respond(request, done, home=reverse(LIST))
        context = {"title": title, "lead": lead, "fields": [], "submit": submit, "home": reverse(LIST)}
        return dialog(request, "ui/wizards/form.html", context)

    def done() -> Answer:
        begin()
        tell("service_emails.begun", _("It is being done. Background work shows how far it is."))
        return Answer(redirect=reverse(LIST))

    return view


_SEND = _working(
    service_emails.send_queue_later,
    gettext_lazy("Send service e-mails"),
    gettext_lazy("Every mail that is queued is sent once."),
    gettext_lazy("Send"),
)
_PURGE = _working(
    service_emails.purge_queue_later,
    gettext_lazy("Purge service e-mails"),
    gettext_lazy("Mails that were sent or failed are taken off the list. Those that are queued stay."),
    gettext_lazy("Purge"),
)
registry.add_route("documents/service-emails/send", _SEND, f"{LIST}-send-queue")
registry.add_route("documents/service-emails/purge", _PURGE, f"{LIST}-purge")
register_list(
    ListPage(
        name=LIST,
        path="documents/service-emails",
        title=gettext_lazy("Service e-mails"),
        model=ServiceEmail,
        columns=[
            C("subject", width=280),
            C("to_address", width=220),
            C("document_no", gettext_lazy("service order"), 140, cell=_order),
            C("status", width=100, cell=_status),
            C("at", width=170, kind="moment"),
            C("error", width=240),
            C("entry_no", width=110, sort="entry", hidden=True),
        ],
        sorts=[Sort("entry", ("entry_no",), falls=True)],
        filters=[F("status", gettext_lazy("Status"), "choice", choices=ServiceEmailStatus.choices, quick=True)],
        prepare=_orders,
        page_links=[
            PageLink("send", gettext_lazy("Send"), f"{LIST}-send-queue", "paper-airplane", "api.write"),
            PageLink("purge", gettext_lazy("Purge"), f"{LIST}-purge", "trash", "api.write"),
        ],
        parent=("documents", gettext_lazy("Documents")),
        start=Start(
            gettext_lazy("Nothing waits to be sent"),
            gettext_lazy("A service order that is finished puts a mail here when its customer wants to be told."),
        ),
        set_name=service_emails.SET,
    )
)
add_other(
    Other(
        registry.Entry(LIST, gettext_lazy("Service e-mails"), LIST, icon="envelope", order=90),
        Area.SERVICE.label,
        service_emails.SET,
    )
)
