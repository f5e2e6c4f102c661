"""What becomes of messages: entries in the log, or the reason why not (I-149 to I-157).

Messages are logged many at a time, because what one costs is mostly asking the database. Each is logged, and can be
taken back, as if it had come alone.
"""

from __future__ import annotations

import uuid
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from itertools import islice

from django.utils.translation import gettext as _

from tuttava.contacts.models import CorrespondenceType
from tuttava.foundation.journal import part_unit, unit_of_work
from tuttava.interactions.logging_core import NewComment, NewInteraction, log_interactions
from tuttava.interactions.models import (
    InformationFlow,
    InitiatedBy,
    InteractionAttachment,
    InteractionLogEntry,
    InteractionTemplate,
)
from tuttava.interactions.storing import NewContent, store_attachments
from tuttava.mailbox.activity import Line, note_all
from tuttava.mailbox.inheriting import Conversations
from tuttava.mailbox.known import hold, identity, logged_of, own_id
from tuttava.mailbox.matching import Found, people_of
from tuttava.mailbox.messages import Mail
from tuttava.mailbox.models import Level
from tuttava.mailbox.planning import Exchange, Outcome, Plan, Reason, plan_of, refusal

_SUBJECT_LENGTH = 100
_COMMENT_LENGTH = 2000


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
class Incoming:
    """A message to be handled."""

    mail: Mail
    where: Where


@dataclass(frozen=True)
class _Planned:
    """A message with the entries that it means; ``place``: which of all that are handled."""

    place: int
    mail: Mail
    where: Where
    plan: Plan


#: Runs inside the transaction that logs messages, with what becomes of each; what it raises undoes that.
Then = Callable[[Sequence[Handled]], None]


def handle(mail: Mail, template: InteractionTemplate, where: Where) -> Handled:
    """Log one message; as :func:`handle_all`."""
    return handle_all([Incoming(mail, where)], template)[0]


def handle_all(incoming: Sequence[Incoming], template: InteractionTemplate, then: Then | None = None) -> list[Handled]:
    """Log messages, all in one transaction, or tell of each why it is not logged; in order.

    Two at once with the same message log it once. ``then`` runs before the transaction ends, if anything is logged.
    What is raised leaves nothing behind.
    """
    answers: dict[int, Handled] = {}
    planned = _planned(incoming, answers)
    wanted = [each for each in planned if each.plan.exchanges]
    noted = _without_entries([each for each in planned if not each.plan.exchanges], answers)
    if not wanted:
        note_all(_blocked(noted))
        return [answers[place] for place in range(len(incoming))]
    with unit_of_work("log e-mail") as unit:
        fresh = _held(wanted, answers)
        if fresh:
            _log(fresh, template, answers)
        found = [answers[place] for place in range(len(incoming))]
        if fresh and then is not None:
            then(found)
        part_unit(unit, [_records_of(answers[each.place]) for each in fresh])
        note_all(_blocked([*noted, *fresh]))
    return found


def _planned(incoming: Sequence[Incoming], answers: dict[int, Handled]) -> list[_Planned]:
    """What the messages mean, their addresses looked up at once; those refused at sight are answered."""
    readable: list[tuple[int, Incoming]] = []
    for place, each in enumerate(incoming):
        refused = refusal(each.mail)
        if refused is not None:
            answers[place] = Handled(*refused)
        else:
            readable.append((place, each))
    people = people_of(address for _place, each in readable for address in (each.mail.sender, *each.mail.recipients))
    return [_Planned(place, each.mail, each.where, plan_of(each.mail, people)) for place, each in readable]


def _without_entries(planned: Sequence[_Planned], answers: dict[int, Handled]) -> list[_Planned]:
    """Answer messages that mean no entry; those that were logged before are left out of what is answered for."""
    known = logged_of([identity(each.mail) for each in planned])
    for each in planned:
        before = identity(each.mail) in known
        answers[each.place] = (
            Handled(Outcome.ALREADY_LOGGED) if before else Handled(Outcome.NOT_RELEVANT, each.plan.reason)
        )
    return [each for each in planned if answers[each.place].outcome != Outcome.ALREADY_LOGGED]


def _held(wanted: Sequence[_Planned], answers: dict[int, Handled]) -> list[_Planned]:
    """Those that are to be logged now, each message once; nobody else logs them before the transaction ends."""
    identities = [identity(each.mail) for each in wanted]
    hold(identities)
    known = logged_of(identities)
    fresh: list[_Planned] = []
    for each, told in zip(wanted, identities, strict=True):
        if told in known:
            answers[each.place] = Handled(Outcome.ALREADY_LOGGED)
        else:
            known.add(told)
            fresh.append(each)
    return fresh


def _blocked(planned: Iterable[_Planned]) -> list[Line]:
    """I-22: skipped silently, and noted."""
    text = _("Contact %(no)s is privacy-blocked; its mail is not logged.")
    return [
        Line(Level.INFO, _("Log message"), text % {"no": contact.no}, each.mail.message_id)
        for each in planned
        for contact in each.plan.blocked
    ]


def _records_of(handled: Handled) -> list[uuid.UUID]:
    """What was stored for a message."""
    stored = [] if handled.attachment is None else [handled.attachment.pk]
    return stored + [entry.pk for entry in handled.entries]


def _log(fresh: Sequence[_Planned], template: InteractionTemplate, answers: dict[int, Handled]) -> None:
    attachments = store_attachments([_content(each.mail, each.where) for each in fresh])
    conversations = Conversations.of([each.mail for each in fresh])
    items: list[NewInteraction] = []
    for each, attachment in zip(fresh, attachments, strict=True):
        contacts = [exchange.party.contact.contact_id for exchange in each.plan.exchanges]
        common = _common(each.mail, template, outbound=each.plan.outbound) | {"attachment_id": attachment.pk}
        common |= conversations.inherited(each.mail, contacts)
        items += [_interaction(common, exchange) for exchange in each.plan.exchanges]
    entries = iter(log_interactions(items))
    for each, attachment in zip(fresh, attachments, strict=True):
        own = list(islice(entries, len(each.plan.exchanges)))
        answers[each.place] = Handled(Outcome.LOGGED, entries=own, attachment=attachment)


def _content(mail: Mail, where: Where) -> NewContent:
    """I-155."""
    return NewContent(
        data=mail.raw if where.whole else None,
        file_name="message.eml" if where.whole else "",
        extension="eml" if where.whole else "",
        mail_message_id=where.mail_message_id if mail.message_id else own_id(mail),
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


def _interaction(common: dict[str, object], exchange: Exchange) -> NewInteraction:
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
        more={"email_logged": True, "private_for": exchange.private_for},
    )


def _comments(others: Sequence[Found]) -> Iterable[NewComment]:
    """The contacts that share the address (I-152)."""
    if others:
        names = ", ".join(f"{each.no} {each.name}".strip() for each in others)
        text = _("The same e-mail address stands in: %(contacts)s.") % {"contacts": names}
        yield NewComment(text[:_COMMENT_LENGTH])
