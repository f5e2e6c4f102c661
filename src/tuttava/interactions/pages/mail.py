"""Writing a mail to a contact, to the ticked rows of a list, or going on with one that was kept (I-20, I-105)."""

from __future__ import annotations

import uuid
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import replace
from typing import Any

from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext
from django.views.decorators.http import require_POST

from tuttava.contacts.addresses import active_addresses
from tuttava.contacts.models import Contact
from tuttava.contacts.pages.links import contact_url, list_url
from tuttava.contacts.privacy import masked
from tuttava.foundation.context import current, require, tell
from tuttava.foundation.errors import DomainError
from tuttava.foundation.mail import Attachment
from tuttava.foundation.mail_html import document
from tuttava.foundation.rich_text import as_html, as_typed
from tuttava.interactions.confidential import require_contents
from tuttava.interactions.kept_mails import Message, is_unsent, unsent_message
from tuttava.interactions.mail_kinds import chosen, mail_kinds, mail_languages
from tuttava.interactions.mailing import (
    MOST_BYTES,
    MOST_CONTACTS,
    page_of,
    probe_of,
    save_unsent,
    send_mail_to_contacts,
    send_mails_later,
    send_unsent,
)
from tuttava.interactions.merge_fields import FIELDS, SOURCES
from tuttava.interactions.merge_values import values_of
from tuttava.interactions.models import InteractionLogEntry
from tuttava.interactions.preflight import Finding, look_over_mail
from tuttava.ui import registry
from tuttava.ui.answers import Answer, fragment, respond
from tuttava.ui.cards import Action, add_action
from tuttava.ui.lists.declare import BulkLink
from tuttava.ui.lists.mount import add_link
from tuttava.ui.lists.selected import as_ids, rows_in_state, selected_query
from tuttava.ui.wizards import dialog

RIGHT = "interaction_log.write"
#: Up to so many mails are sent while the user waits; more go as a job.
AT_ONCE = 10
#: Findings shown beside the form.
SHOWN = 20
NOTHING_RUNS = "default-src 'none'; style-src 'unsafe-inline'; img-src data:; sandbox"
_LIST = "contacts"


def to_contact(request: HttpRequest, pk: uuid.UUID) -> HttpResponse:
    """A mail to one contact."""
    require("api.read", "contacts")
    contact = Contact.objects.filter(pk=pk).first()
    if contact is None:
        raise Http404
    return _compose(request, [contact], home=contact_url(contact))


def to_unsent(request: HttpRequest, pk: uuid.UUID) -> HttpResponse:
    """A mail that was kept."""
    require("interaction_log.read")
    rows = InteractionLogEntry.objects.select_related("contact", "attachment")
    entry = rows.filter(pk=pk, postponed=True).first()
    if entry is None or entry.contact is None or not is_unsent(entry):
        raise Http404
    require_contents(entry)
    return _compose(request, [entry.contact], home=contact_url(entry.contact), entry=entry)


@require_POST
def choose(request: HttpRequest) -> HttpResponse:
    """The rows ticked in the list of contacts become the recipients of a mail."""
    return HttpResponseRedirect(f"{reverse('contacts-mail')}?{selected_query(request)}")


def to_chosen(request: HttpRequest) -> HttpResponse:
    """A mail to each of several contacts."""
    require("api.read", "contacts")
    asked = request.POST if request.method == "POST" else request.GET
    contacts = _chosen(asked.get("ids", ""), asked.get("state", ""))
    return _compose(request, contacts, home=list_url())


def _chosen(ids: str, state: str) -> list[Contact]:
    if state:
        rows = rows_in_state(_LIST, state)
    else:
        rows = Contact.objects.filter(pk__in=as_ids(ids.split(",")))
    return list(rows.order_by("no")[: MOST_CONTACTS + 1])


def _compose(
    request: HttpRequest, contacts: Sequence[Contact], *, home: str, entry: InteractionLogEntry | None = None
) -> HttpResponse:
    require(RIGHT)
    if request.method != "POST":
        return _form(request, contacts, home, entry)
    return respond(
        request,
        lambda: _done(request, contacts, entry),
        home=home,
        refused=lambda error: _form(request, contacts, home, entry, error),
    )


def _done(request: HttpRequest, contacts: Sequence[Contact], entry: InteractionLogEntry | None) -> Answer:
    message = _message(request, entry)
    if request.POST.get("do") == "save":
        save_unsent(contacts[0], message, entry)
        tell("mail.kept", _("The mail is kept and not sent yet. You find it among the postponed interactions."))
    elif entry is not None:
        send_unsent(entry, message)
        tell("mail.sent", _("The mail is sent."))
    else:
        _send(_reachable(contacts) if request.POST.get("skip") else contacts, message)
    return Answer(reload=True, close=True)


def _send(contacts: Sequence[Contact], message: Message) -> None:
    if len(contacts) > AT_ONCE:
        send_mails_later(contacts, message)
        tell("mail.sending", _("The mails are being sent."))
        return
    count = len(send_mail_to_contacts(contacts, message))
    words = ngettext("The mail is sent.", "%(count)s mails are sent.", count)
    tell("mail.sent", words % {"count": count})


def _message(request: HttpRequest, entry: InteractionLogEntry | None) -> Message:
    """What was typed, with the files chosen now and those kept from before."""
    subject = " ".join(request.POST.get("subject", "").split())
    if not subject:
        raise DomainError("field_required", _("A mail needs a subject. Enter one."), field="subject")
    kept = unsent_message(entry).files if entry is not None else ()
    wanted = set(request.POST.getlist("kept"))
    files = [file for place, file in enumerate(kept) if str(place) in wanted]
    sent = request.FILES.getlist("files")
    if sum(file.size or 0 for file in sent) > MOST_BYTES:
        raise DomainError(
            "attachments_too_large",
            _("The attachments have more than %(most)s MB together. Send fewer or smaller files.")
            % {"most": MOST_BYTES // 1024 // 1024},
            field="files",
        )
    files += [Attachment(file.name or "file", file.read(), file.content_type or "") for file in sent]
    return replace(_typed(request), subject=subject, files=files)


def _typed(request: HttpRequest) -> Message:
    """What stands in the form, without its files."""
    return Message(
        request.POST.get("subject", ""),
        request.POST.get("body", ""),
        template_code=request.POST.get("template", ""),
        language_code=request.POST.get("language", ""),
    )


def _addresses(contacts: Sequence[Contact]) -> dict[uuid.UUID, str]:
    """Where each contact's mail will go; blank: nowhere (I-95)."""
    active = active_addresses([contact.pk for contact in contacts])
    return {
        contact.pk: (active[contact.pk].email if contact.pk in active else "") or contact.email for contact in contacts
    }


def _reachable(contacts: Sequence[Contact]) -> list[Contact]:
    addresses = _addresses(contacts)
    return [contact for contact in contacts if addresses[contact.pk] and not contact.privacy_blocked]


# --- beside the form --------------------------------------------------------------------------------------------------


def check(request: HttpRequest) -> HttpResponse:
    """What is in the way of a mail as it is typed now, and what the kind chosen for it proposes."""
    require(RIGHT)
    if request.method != "POST":
        raise Http404
    contacts, message = _chosen(request.POST.get("ids", ""), ""), _typed(request)

    def work() -> Answer:
        return Answer(
            parts={"mail-findings": findings_part(request, look_over_mail(contacts, message))},
            extra={"proposed": _proposed(contacts, message)},
        )

    return respond(request, work, home=list_url())


def _proposed(contacts: Sequence[Contact], message: Message) -> dict[str, str]:
    """Subject and text that the kind of mail begins with; nothing when it cannot be had in the language."""
    with suppress(DomainError):
        kind = chosen(message.template_code, message.language_code, contacts[0]) if contacts else None
        return {"subject": kind.subject, "body": kind.body} if kind is not None else {}
    return {}


def findings_part(request: HttpRequest, findings: Sequence[Finding]) -> str:
    """The look-over as a list; it says so when all is well."""
    return fragment(request, "interactions/findings.html", {"findings": findings[:SHOWN]})


def preview(request: HttpRequest) -> HttpResponse:
    """The mail as the first contact would see it, on a page that runs and fetches nothing."""
    require(RIGHT)
    contact = next(iter(_chosen(request.POST.get("ids", ""), "")), None)
    if request.method != "POST" or contact is None:
        raise Http404
    message = _typed(request)
    try:
        entry = probe_of(contact, message)
        page = page_of(entry, message, values_of([entry])[0])
    except DomainError as error:
        page = document(str(as_html(str(error.message))))
    answer = HttpResponse(page)
    answer.headers["Content-Security-Policy"] = NOTHING_RUNS
    return answer


# --- the form ---------------------------------------------------------------------------------------------------------


def _form(
    request: HttpRequest,
    contacts: Sequence[Contact],
    home: str,
    entry: InteractionLogEntry | None,
    error: DomainError | None = None,
) -> HttpResponse:
    kept = unsent_message(entry) if entry is not None else Message("")
    shown = _typed(request) if error is not None else kept
    addresses = _addresses(contacts)
    reached = [(masked(each).name, addresses[each.pk]) for each in _reachable(contacts)]
    languages = mail_languages() if (kinds := mail_kinds()) else []
    context = {
        "action": reverse("interaction-mail", kwargs={"pk": entry.pk}) if entry is not None else request.path,
        "ids": ",".join(str(each.pk) for each in contacts),
        "reached": reached[:20],
        "more": max(len(reached) - 20, 0),
        "findings": look_over_mail(contacts, shown)[:SHOWN],
        "some_left_out": len(reached) < len(contacts),
        "several": len(contacts) > 1,
        "too_many": len(contacts) > MOST_CONTACTS,
        "nobody": not reached,
        "subject": shown.subject,
        "body": as_typed(shown.body),
        "kinds": kinds,
        "kind": shown.template_code,
        "languages": languages,
        "language": shown.language_code,
        "merge_fields": merge_fields(),
        "draft_key": f"mail:{entry.pk if entry else contacts[0].pk}" if len(contacts) == 1 else "",
        "files": [file.file_name for file in kept.files],
        "error": error,
        "home": home,
        "most": MOST_BYTES // 1024 // 1024,
        "most_bytes": MOST_BYTES,
    }
    return dialog(request, "interactions/mail.html", context, status=422 if error else 200)


def merge_fields() -> list[tuple[str, list[tuple[str, str]]]]:
    """What an editor offers to insert: source, then name and words of each of its fields."""
    return [
        (str(SOURCES[source]), [(f"{source}.{name}", str(words)) for name, words in names.items()])
        for source, names in FIELDS.items()
    ]


def _may_mail(contact: Any) -> bool:
    return current().may(RIGHT) and not contact.privacy_blocked and bool(contact.email)


registry.add_route("contacts/<uuid:pk>/mail", to_contact, "contact-mail")
registry.add_route("contacts/mail", to_chosen, "contacts-mail")
registry.add_route("contacts/mail-check", check, "contacts-mail-check")
registry.add_route("contacts/mail-preview", preview, "contacts-mail-preview")
registry.add_route("contacts/mail-chosen", choose, "contacts-mail-chosen")
registry.add_route("interactions/<uuid:pk>/mail", to_unsent, "interaction-mail")
registry.add_script("interactions/mail.js")
add_action(
    "contact",
    Action(
        "mail",
        gettext_lazy("E-mail"),
        lambda contact: reverse("contact-mail", kwargs={"pk": contact.pk}),
        "dialog",
        "envelope",
        _may_mail,
    ),
)
add_link(_LIST, BulkLink("mail", gettext_lazy("E-mail"), "contacts-mail-chosen", icon="envelope", right=RIGHT))
