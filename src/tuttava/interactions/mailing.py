"""Mails written to contacts: from a card, a list or a saved draft; one entry each, once really sent (I-20, I-105)."""

from __future__ import annotations

import uuid
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from email.utils import make_msgid
from typing import Any

from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from tuttava.contacts.addresses import active_address
from tuttava.contacts.models import Contact, CorrespondenceType
from tuttava.contacts.privacy import use_contact_for_new_work
from tuttava.foundation import jobs, mail
from tuttava.foundation.context import current, require, tell
from tuttava.foundation.errors import DomainError
from tuttava.foundation.ids import new_id
from tuttava.foundation.journal import unit_of_work
from tuttava.foundation.mail import Mail, Post
from tuttava.foundation.mail_html import clean_html, document
from tuttava.foundation.mail_server import NotSent
from tuttava.foundation.models import Job
from tuttava.foundation.rich_text import as_html
from tuttava.interactions import patience
from tuttava.interactions.drafting import salesperson_for
from tuttava.interactions.keeping import fail, remove_unused
from tuttava.interactions.kept_mails import Message, as_written, is_unsent, unsent_message
from tuttava.interactions.logging_core import FIELDS, NewInteraction, log_interactions
from tuttava.interactions.mail_kinds import chosen
from tuttava.interactions.merge_fields import fill
from tuttava.interactions.merge_values import RELATED, recipient_addresses, values_of
from tuttava.interactions.models import (
    Delivery,
    DeliveryState,
    DeliveryStatus,
    InteractionLogEntry,
    InteractionTemplate,
)
from tuttava.interactions.outgoing import address_missing, contact_gone, headers_of
from tuttava.interactions.rendering import fill_html, render_layout
from tuttava.interactions.storing import NewContent
from tuttava.interactions.template_setup import emails_template, template_setup

#: Bytes that the files of one mail may have together; most mail servers take no more.
MOST_BYTES = 25 * 1024 * 1024
MOST_CONTACTS = 500
KIND = "interactions.send_mails"


def send_mail_to_contacts(contacts: Sequence[Contact], message: Message) -> list[InteractionLogEntry]:
    """Send a mail to each of some contacts and log it once it is sent (I-105); answers the entries.

    A mail that could not be sent stays with its contact as an unsent one, and is told. Raises
    ``email_address_missing``, ``mail_account_missing``, ``emails_template_required`` and ``contact.privacy_blocked``
    before anything is sent, and ``mail.not_sent`` when none could be. To be called outside any transaction.
    """
    require("interaction_log.write")
    _refuse_unsendable(message)
    return _send_all(_stored([_Draft(contact) for contact in contacts], message, "emails", to_be_sent=True))


def send_mails_later(contacts: Sequence[Contact], message: Message) -> Job:
    """The same as a job with progress; what is refused is refused at once."""
    require("interaction_log.write")
    _refuse_unsendable(message)
    stored = _stored([_Draft(contact) for contact in contacts], message, "emails", to_be_sent=True)
    title = ngettext("Send %(count)s mail", "Send %(count)s mails", len(stored)) % {"count": len(stored)}
    return jobs.enqueue(KIND, title, {"entries": [str(entry.pk) for entry, _mail in stored]})


@jobs.job(KIND)
def _send_job(run: jobs.JobRun) -> dict[str, int]:
    """Send what still is unsent; a mail that another worker had begun to send is not sent again.

    A server that is away is waited for, as in :mod:`.delivery`.
    """
    ids = [uuid.UUID(each) for each in run.arguments["entries"]]
    begun = set(Delivery.objects.filter(entry__in=ids).values_list("entry_id", flat=True))
    with mail.opened() as post:
        unsent = _unsent(ids)
        for place, entry in enumerate(unsent, len(ids) - len(unsent)):
            run.progress(place, len(ids))
            if entry.pk in begun:
                if entry.delivery_status != DeliveryStatus.ERROR:
                    interrupted(entry)
                continue
            patience.wait_for_turn(run.check)
            _wait_for_server(run, post)
            if _sent_later(post, entry):
                patience.server_is_back(run.state)
    failed = len(_unsent(ids))
    return {"sent": len(ids) - failed, "failed": failed}


def _wait_for_server(run: jobs.JobRun, post: Post) -> None:
    """Raise :class:`jobs.JobWaits` while the server is away, for as long as it is waited for."""
    try:
        post.ready()
    except NotSent as error:
        until = patience.back_at(run.state)
        if until is not None:
            raise jobs.JobWaits(until, str(error.message)) from error


def _sent_later(post: Post, entry: InteractionLogEntry) -> bool:
    """Whether it could be sent; if not, its entry says why."""
    try:
        final = _kept_mail(entry)
    except DomainError as error:
        with unit_of_work("send mail"):
            fail(entry, str(error.message))
        return False
    try:
        _send(post, entry, final)
    except DomainError:
        return False
    return True


def _unsent(ids: Sequence[uuid.UUID]) -> list[InteractionLogEntry]:
    rows = InteractionLogEntry.objects.filter(pk__in=ids, postponed=True).order_by("entry_no")
    return list(rows.select_related(*RELATED))


def interrupted(entry: InteractionLogEntry) -> None:
    """A mail whose sender died while handing it over stays unsent, says so and is not sent again by itself."""
    text = _("Sending was interrupted; the mail may have arrived. Ask the contact before you send it again.")
    with unit_of_work("send mail"):
        fail(entry, text)
        begun = Delivery.objects.filter(entry=entry, state=DeliveryState.HANDING_OVER)
        begun.update(state=DeliveryState.UNKNOWN, error=text, changed_at=timezone.now())


def _kept_mail(entry: InteractionLogEntry) -> Mail:
    """The mail of an entry, filled in now; raises what a mail refuses."""
    if entry.contact is None:
        raise contact_gone()
    use_contact_for_new_work(entry.contact)
    return _filled(entry, unsent_message(entry), values_of([entry])[0])


def save_unsent(contact: Contact, message: Message, entry: InteractionLogEntry | None = None) -> InteractionLogEntry:
    """Keep a mail to be sent later: a postponed entry with the template of drafts (I-20). ``entry``: saved before."""
    require("interaction_log.write")
    _refuse_huge(message)
    return _stored([_Draft(contact, entry)], message, "email_draft", to_be_sent=False)[0][0]


def send_unsent(entry: InteractionLogEntry, message: Message) -> InteractionLogEntry:
    """Send a mail that was kept; its entry becomes one of a sent mail under the same number (I-20)."""
    require("interaction_log.write")
    _refuse_unsendable(message)
    if entry.contact is None or not is_unsent(entry):
        raise DomainError("not_postponed", _("Interaction %(no)s is no unsent mail.") % {"no": entry.entry_no})
    return _send_all(_stored([_Draft(entry.contact, entry)], message, "emails", to_be_sent=True))[0]


def _refuse_unsendable(message: Message) -> None:
    mail.require_account()
    _refuse_huge(message)
    emails_template()


def _refuse_huge(message: Message) -> None:
    if sum(len(file.content) for file in message.files) > MOST_BYTES:
        raise DomainError(
            "attachments_too_large",
            _("The attachments have more than %(most)s MB together. Send fewer or smaller files.")
            % {"most": MOST_BYTES // 1024 // 1024},
            field="attachments",
        )


@dataclass(frozen=True)
class _Draft:
    """Whom a mail is for, and the entry under which it was kept before."""

    contact: Contact
    entry: InteractionLogEntry | None = None


def _stored(
    drafts: Sequence[_Draft], message: Message, event: str, *, to_be_sent: bool
) -> list[tuple[InteractionLogEntry, Mail]]:
    """The mails as unsent ones, as they were written, all or none; with each what goes out when it is to be sent."""
    if not drafts or len(drafts) > MOST_CONTACTS:
        raise DomainError(
            "too_many_rows", _("Choose between 1 and %(most)s contacts.") % {"most": MOST_CONTACTS}, field="ids"
        )
    with unit_of_work("write mail"):
        items = [_values(draft.contact, message, event) for draft in drafts]
        before = [draft.entry.attachment_id for draft in drafts if draft.entry]
        stored = log_interactions(
            [
                NewInteraction(values, content=_file(as_written(_probe(draft, values), message)), resumed=draft.entry)
                for draft, values in zip(drafts, items, strict=True)
            ],
            postponed=True,
        )
        remove_unused(before)
        mails = _mails(drafts, items, message, stored) if to_be_sent else [Mail(to=(), subject="") for _entry in stored]
    return list(zip(stored, mails, strict=True))


def _mails(
    drafts: Sequence[_Draft], items: Sequence[dict[str, Any]], message: Message, stored: Sequence[InteractionLogEntry]
) -> list[Mail]:
    """The mail to each contact, filled in and checked; what one of them refuses is refused for all."""
    probes = [_probe(draft, values) for draft, values in zip(drafts, items, strict=True)]
    for probe, entry in zip(probes, stored, strict=True):
        probe.entry_no = entry.entry_no
    return [_filled(probe, message, values) for probe, values in zip(probes, values_of(probes), strict=True)]


def _filled(entry: InteractionLogEntry, message: Message, values: Mapping[str, str]) -> Mail:
    """What is sent for an entry: the text with its values, in the layout of its kind (I-98)."""
    to = recipient_addresses(entry)
    if not to:
        raise address_missing(entry)
    return mail.checked_mail(
        Mail(
            to=to,
            subject=fill(message.subject, values),
            html=page_of(entry, message, values),
            attachments=message.files,
            reply_to=entry.salesperson.email if entry.salesperson else "",
        )
    )


def page_of(entry: InteractionLogEntry, message: Message, values: Mapping[str, str]) -> str:
    """The mail as its reader sees it: one complete, harmless document."""
    kind = chosen(message.template_code, message.language_code, entry.contact) if entry.contact else None
    if kind is not None:
        return render_layout(kind.layout, values, message.body)
    return document(clean_html(fill_html(as_html(message.body), values)))


def probe_of(contact: Contact, message: Message) -> InteractionLogEntry:
    """The entry that a mail to a contact would be, not stored. Raises ``contact.privacy_blocked``."""
    return _probe(_Draft(contact), _values(contact, message, "emails"))


def _probe(draft: _Draft, values: dict[str, Any]) -> InteractionLogEntry:
    """An entry as it is going to be, for its merge fields and addresses."""
    probe = InteractionLogEntry(**values)
    probe.contact = draft.contact
    probe.entry_no = draft.entry.entry_no if draft.entry else 0
    return probe


def _values(contact: Contact, message: Message, event: str) -> dict[str, Any]:
    """Like those of any interaction with the template of the event, whatever layout the mail has (I-20, I-105)."""
    use_contact_for_new_work(contact)
    setup = template_setup()
    kind = chosen(message.template_code, message.language_code, contact)
    code = getattr(setup, f"{event}_code") or setup.emails_code
    template = _template(code)
    address = active_address(contact)
    subject = " ".join(message.subject.split())[:100]
    return {
        "contact_id": contact.pk,
        "contact_company_id": contact.pk if contact.is_company else contact.company_id,
        "contact_alt_address_id": address.pk if address and address.email else None,
        "date": current().date,
        "time_of_interaction": timezone.localtime().time().replace(microsecond=0),
        "interaction_template_code": template.code,
        "interaction_group_code": template.interaction_group_code or "",
        "interaction_language_code": (kind.language if kind else "") or contact.language_code,
        "description": subject or template.description,
        "subject": subject,
        "information_flow": template.information_flow,
        "initiated_by": template.initiated_by,
        "correspondence_type": CorrespondenceType.EMAIL,
        "salesperson_code": salesperson_for(contact),
        "cost_lcy": template.unit_cost_lcy,
        "duration_min": template.unit_duration_min,
        "campaign_no": template.campaign_no,
        "campaign_target": template.campaign_target,
        "campaign_response": template.campaign_response,
    }


def _template(code: str | None) -> InteractionTemplate:
    return InteractionTemplate.objects.filter(code=code).first() or InteractionTemplate(code="")


def _file(data: bytes, message_id: str = "") -> NewContent:
    return NewContent(
        data=data, file_name="mail.eml", extension="eml", internet_message_id=message_id, read_only=bool(message_id)
    )


def _send_all(waiting: Sequence[tuple[InteractionLogEntry, Mail]]) -> list[InteractionLogEntry]:
    """Send each once; those that fail stay unsent, with the reason."""
    sent: list[InteractionLogEntry] = []
    refused: list[DomainError] = []
    with mail.opened() as post:
        for entry, message in waiting:
            try:
                sent.append(_send(post, entry, message))
            except DomainError as error:
                refused.append(error)
    if refused and not sent:
        raise refused[0]
    for each in refused:
        tell(each.code, each.message, severity="warning")
    return sent


def _send(post: Post, entry: InteractionLogEntry, message: Mail) -> InteractionLogEntry:
    """Hand one mail over and log it as sent. The book says before that it is being handed over, so that a mail whose
    sender died is known to have been under way."""
    message_id = make_msgid(domain="tuttava.invalid")
    final = replace(
        message,
        headers=headers_of(entry, message_id),
        related_set="interactionLogEntries",
        related_id=entry.pk,
    )
    book = None
    try:
        post.ready()
        book = Delivery.objects.create(
            entry=entry, batch_id=new_id(), state=DeliveryState.HANDING_OVER, message_id=message_id
        )
        post.hand_over(final)
    except DomainError as error:
        with unit_of_work("send mail"):
            fail(entry, str(error.message))
            _settle(book, DeliveryState.FAILED, str(error.message))
        raise
    with unit_of_work("send mail"):
        _settle(book, DeliveryState.DONE)
        return _logged(entry, _file(mail.as_bytes(final), message_id))


def _settle(book: Delivery | None, state: str, error: str = "") -> None:
    if book is not None:
        Delivery.objects.filter(pk=book.pk).update(state=state, error=error[:2000], changed_at=timezone.now())


def _logged(entry: InteractionLogEntry, content: NewContent) -> InteractionLogEntry:
    """The unsent mail becomes an entry of the log, with what was sent as its file (I-105)."""
    before = [entry.attachment_id]
    values = {name: getattr(entry, name) for name in FIELDS if name != "attachment_id"}
    item = NewInteraction(
        values,
        content=content,
        resumed=entry,
        more={"delivery_status": DeliveryStatus.NONE},
        salesperson_needed=False,
    )
    (logged,) = log_interactions([item])
    remove_unused(before)
    return logged
