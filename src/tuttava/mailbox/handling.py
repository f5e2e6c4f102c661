"""What becomes of one message: entries in the log, or the reason why not (I-149 to I-157)."""

from __future__ import annotations

import enum
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field

from django.db import connection
from django.utils.translation import gettext as _

from tuttava.contacts.models import CorrespondenceType
from tuttava.foundation.journal import unit_of_work
from tuttava.interactions.logging_core import NewComment, NewInteraction, log_interactions
from tuttava.interactions.models import (
    InformationFlow,
    InitiatedBy,
    InteractionAttachment,
    InteractionLogEntry,
    InteractionTemplate,
)
from tuttava.interactions.storing import NewContent, hash_of, store_attachments
from tuttava.mailbox.activity import note
from tuttava.mailbox.inheriting import inherited
from tuttava.mailbox.matching import Found, Party, People, people_of
from tuttava.mailbox.messages import Mail
from tuttava.mailbox.models import Level

_SUBJECT_LENGTH = 100
_COMMENT_LENGTH = 2000


class Outcome(enum.StrEnum):
    LOGGED = "Logged"
    ALREADY_LOGGED = "AlreadyLogged"
    NOT_RELEVANT = "NotRelevant"
    DRAFT = "Draft"


class Reason(enum.StrEnum):
    """Why a message is not relevant (17.10)."""

    NONE = ""
    NO_SENDER = "no_sender"
    NO_RECIPIENT = "no_recipient"
    UNKNOWN_SENDER = "unknown_sender"
    NO_PARTY = "no_party"
    INTERNAL = "internal"
    AUTOMATIC = "automatic"
    PRIVACY_BLOCKED = "privacy_blocked"
    UNREADABLE = "unreadable"


@dataclass(frozen=True)
class Handled:
    """What became of a message."""

    outcome: Outcome
    reason: Reason = Reason.NONE
    entries: Sequence[InteractionLogEntry] = ()
    attachment: InteractionAttachment | None = None


@dataclass(frozen=True)
class Where:
    """Where the message lies: the mailbox's own id of it and an address; ``whole``: all of it is stored (I-155)."""

    mail_message_id: str = ""
    link: str = ""
    whole: bool = True


@dataclass(frozen=True)
class _Exchange:
    """One entry to be: who of ours, who of theirs."""

    salesperson_code: str
    party: Party


@dataclass
class _Plan:
    outbound: bool
    exchanges: list[_Exchange] = field(default_factory=list)
    blocked: list[Found] = field(default_factory=list)
    reason: Reason = Reason.NONE


#: Runs inside the transaction that logs a message; what it raises undoes that.
Then = Callable[[Handled], None]


def handle(mail: Mail, template: InteractionTemplate, where: Where, then: Then | None = None) -> Handled:
    """Log a message, in one transaction, or tell why it is not logged.

    Two at once with the same message log it once. ``then`` runs before the transaction ends.
    """
    refused = _refusal(mail)
    if refused is not None:
        return refused
    plan = _plan(mail)
    if not plan.exchanges and _is_logged(mail):
        return Handled(Outcome.ALREADY_LOGGED)
    for contact in plan.blocked:
        _note_blocked(contact, mail)
    if not plan.exchanges:
        return Handled(Outcome.NOT_RELEVANT, plan.reason)
    with unit_of_work("log e-mail"):
        _hold(mail)
        if _is_logged(mail):
            return Handled(Outcome.ALREADY_LOGGED)
        handled = _log(mail, template, where, plan)
        if then is not None:
            then(handled)
    return handled


def _refusal(mail: Mail) -> Handled | None:
    """The tests of I-149 that need no register."""
    if not mail.readable:
        return Handled(Outcome.NOT_RELEVANT, Reason.UNREADABLE)
    if mail.draft:
        return Handled(Outcome.DRAFT)
    if not mail.sender:
        return Handled(Outcome.NOT_RELEVANT, Reason.NO_SENDER)
    if not mail.recipients:
        return Handled(Outcome.NOT_RELEVANT, Reason.NO_RECIPIENT)
    return Handled(Outcome.NOT_RELEVANT, Reason.AUTOMATIC) if mail.automatic else None


def _own_id(mail: Mail) -> str:
    """What a message without Message-ID is known by: its content, so that it is known under another id, too (I-150)."""
    return f"sha256:{mail.sha256}"


def _is_logged(mail: Mail) -> bool:
    """Whether an attachment carries the message already: found by hash, compared in full (I-150)."""
    attachments = InteractionAttachment.objects.all()
    if mail.message_id:
        known = attachments.filter(internet_message_hash=hash_of(mail.message_id), internet_message_id=mail.message_id)
    else:
        known = attachments.filter(mail_message_hash=hash_of(_own_id(mail)), mail_message_id=_own_id(mail))
    return known.exists()


def _hold(mail: Mail) -> None:
    """Nobody else logs this message until the transaction ends."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT pg_advisory_xact_lock(hashtext(current_schema() || '.mail'), hashtext(%s))",
            [mail.message_id or _own_id(mail)],
        )


def _plan(mail: Mail) -> _Plan:
    """Who wrote to whom (I-151): outbound when the sender is ours, inbound when a contact's."""
    people = people_of([mail.sender, *mail.recipients])
    ours = people.salesperson(mail.sender)
    plan = _outbound(mail, people, ours) if ours is not None else _inbound(mail, people)
    if not plan.exchanges and plan.blocked:
        plan.reason = Reason.PRIVACY_BLOCKED
    return plan


def _outbound(mail: Mail, people: People, salesperson_code: str) -> _Plan:
    plan = _Plan(outbound=True, reason=Reason.NO_PARTY)
    for address in mail.recipients:
        if people.salesperson(address) is not None:
            plan.reason = Reason.INTERNAL
            continue
        party, blocked = people.contact(address), people.blocked_contact(address)
        if party is not None:
            _add(plan, _Exchange(salesperson_code, party))
        elif blocked is not None:
            plan.blocked.append(blocked)
    return plan


def _inbound(mail: Mail, people: People) -> _Plan:
    plan = _Plan(outbound=False, reason=Reason.NO_PARTY)
    party, blocked = people.contact(mail.sender), people.blocked_contact(mail.sender)
    to_us = [code for code in map(people.salesperson, mail.recipients) if code is not None]
    if party is None:
        plan.reason = Reason.UNKNOWN_SENDER
        plan.blocked += [blocked] if blocked is not None else []
        return plan
    for code in to_us:
        _add(plan, _Exchange(code, party))
    return plan


def _add(plan: _Plan, exchange: _Exchange) -> None:
    """Somebody reached under two addresses was written to once."""
    contact = exchange.party.contact
    known = ((each.salesperson_code, each.party.contact.contact_id) for each in plan.exchanges)
    if (exchange.salesperson_code, contact.contact_id) not in known:
        plan.exchanges.append(exchange)


def _note_blocked(contact: Found, mail: Mail) -> None:
    """I-22: skipped silently, and noted."""
    note(
        Level.INFO,
        _("Log message"),
        _("Contact %(no)s is privacy-blocked; its mail is not logged.") % {"no": contact.no},
        message_id=mail.message_id,
    )


def _log(mail: Mail, template: InteractionTemplate, where: Where, plan: _Plan) -> Handled:
    attachment = store_attachments([_content(mail, where)])[0]
    related = inherited(mail, [each.party.contact.contact_id for each in plan.exchanges])
    common = _common(mail, template, outbound=plan.outbound) | {"attachment_id": attachment.pk} | related
    items = [_interaction(common, each) for each in plan.exchanges]
    return Handled(Outcome.LOGGED, entries=log_interactions(items), attachment=attachment)


def _content(mail: Mail, where: Where) -> NewContent:
    """I-155."""
    return NewContent(
        data=mail.raw if where.whole else None,
        file_name="message.eml" if where.whole else "",
        extension="eml" if where.whole else "",
        mail_message_id=where.mail_message_id if mail.message_id else _own_id(mail),
        internet_message_id=mail.message_id,
        message_url=where.link,
    )


def _common(mail: Mail, template: InteractionTemplate, *, outbound: bool) -> dict[str, object]:
    """What all entries of a message share (I-154)."""
    at = mail.sent_at if outbound else mail.received_at
    subject = mail.subject[:_SUBJECT_LENGTH]
    return {
        "interaction_template_code": template.code,
        "interaction_group_code": template.interaction_group_code,
        "cost_lcy": template.unit_cost_lcy,
        "duration_min": template.unit_duration_min,
        "information_flow": InformationFlow.OUTBOUND if outbound else InformationFlow.INBOUND,
        "initiated_by": InitiatedBy.US if outbound else InitiatedBy.THEM,
        "correspondence_type": CorrespondenceType.EMAIL,
        "description": subject,
        "subject": subject,
        "date": at.date(),
        "time_of_interaction": at.time().replace(microsecond=0, tzinfo=None),
    }


def _interaction(common: dict[str, object], exchange: _Exchange) -> NewInteraction:
    contact = exchange.party.contact
    return NewInteraction(
        values=common
        | {
            "contact_id": contact.contact_id,
            "contact_company_id": contact.company_id,
            "contact_alt_address_id": contact.alt_address_id,
            "salesperson_code": exchange.salesperson_code,
        },
        comments=list(_comments(exchange.party.others)),
        more={"email_logged": True},
    )


def _comments(others: Sequence[Found]) -> Iterable[NewComment]:
    """The contacts that share the address (I-152)."""
    if others:
        names = ", ".join(f"{each.no} {each.name}".strip() for each in others)
        text = _("The same e-mail address stands in: %(contacts)s.") % {"contacts": names}
        yield NewComment(text[:_COMMENT_LENGTH])
