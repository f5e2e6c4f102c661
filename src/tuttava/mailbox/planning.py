"""Who wrote to whom (I-149, I-151): what a message means once it is known whose its addresses are."""

from __future__ import annotations

import enum
from dataclasses import dataclass, field

from tuttava.mailbox.matching import Found, Party, People
from tuttava.mailbox.messages import Mail


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
class Exchange:
    """One entry to be: who of ours, who of theirs."""

    salesperson_code: str
    party: Party
    #: Whose alone the entry is (his address), blank: everybody's.
    private_for: str = ""


@dataclass
class Plan:
    """The entries of a message, or the reason why there are none; ``blocked``: contacts that are skipped (I-22)."""

    outbound: bool
    exchanges: list[Exchange] = field(default_factory=list)
    blocked: list[Found] = field(default_factory=list)
    reason: Reason = Reason.NONE


def refusal(mail: Mail) -> tuple[Outcome, Reason] | None:
    """The tests of I-149 that need no register."""
    if not mail.readable:
        return Outcome.NOT_RELEVANT, Reason.UNREADABLE
    if mail.draft:
        return Outcome.DRAFT, Reason.NONE
    if not mail.sender:
        return Outcome.NOT_RELEVANT, Reason.NO_SENDER
    if not mail.recipients:
        return Outcome.NOT_RELEVANT, Reason.NO_RECIPIENT
    return (Outcome.NOT_RELEVANT, Reason.AUTOMATIC) if mail.automatic else None


def plan_of(mail: Mail, people: People) -> Plan:
    """Outbound when the sender is ours, inbound when a contact's (I-151)."""
    ours = people.salesperson(mail.sender)
    plan = _outbound(mail, people, ours) if ours is not None else _inbound(mail, people)
    if not plan.exchanges and plan.blocked:
        plan.reason = Reason.PRIVACY_BLOCKED
    return plan


def _outbound(mail: Mail, people: People, salesperson_code: str) -> Plan:
    plan = Plan(outbound=True, reason=Reason.NO_PARTY)
    for address in mail.recipients:
        if people.salesperson(address) is not None:
            plan.reason = Reason.INTERNAL
            continue
        party, blocked = people.contact(address), people.blocked_contact(address)
        if party is not None:
            _add(plan, Exchange(salesperson_code, party, people.private.get(salesperson_code, "")))
        elif blocked is not None:
            plan.blocked.append(blocked)
    return plan


def _inbound(mail: Mail, people: People) -> Plan:
    plan = Plan(outbound=False, reason=Reason.NO_PARTY)
    party, blocked = people.contact(mail.sender), people.blocked_contact(mail.sender)
    to_us = [code for code in map(people.salesperson, mail.recipients) if code is not None]
    if party is None:
        plan.reason = Reason.UNKNOWN_SENDER
        plan.blocked += [blocked] if blocked is not None else []
        return plan
    for code in to_us:
        _add(plan, Exchange(code, party, people.private.get(code, "")))
    return plan


def _add(plan: Plan, exchange: Exchange) -> None:
    """Somebody reached under two addresses was written to once."""
    contact = exchange.party.contact
    known = ((each.salesperson_code, each.party.contact.contact_id) for each in plan.exchanges)
    if (exchange.salesperson_code, contact.contact_id) not in known:
        plan.exchanges.append(exchange)
