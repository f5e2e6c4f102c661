"""Who may read what was said: e-mail that is private, and interactions of privacy-blocked contacts (C-72).

Whoever may not sees when, with whom and that there was an interaction, but neither description, subject and number
dialled nor comments and files. A private e-mail is open to the salesperson whose it is, told by the e-mail address of
the user's account, which administrators alone change, and to those with the right :data:`PRIVATE_RIGHT`. What is
hidden is hidden in the database's answers already, so that no filter and no order tells of it.
"""

from __future__ import annotations

import uuid
from collections.abc import Iterable, Sequence
from typing import Any

from django.db.models import Case, CharField, Exists, F, OuterRef, Q, QuerySet, Value, When
from django.db.models.expressions import Combinable
from django.utils.translation import gettext as _

from tuttava.contacts.privacy import MASK, log_looks
from tuttava.contacts.privacy import RIGHT as PRIVACY_RIGHT
from tuttava.foundation import records
from tuttava.foundation.context import current, require
from tuttava.foundation.directory.models import User
from tuttava.foundation.errors import DomainError, PermissionDenied
from tuttava.foundation.journal import unit_of_work
from tuttava.foundation.records import Edit
from tuttava.interactions.models import InteractionAttachment, InteractionComment, InteractionLogEntry

PRIVATE_RIGHT = "interaction_log.private"
SET = "interactionLogEntries"
#: Entries of one file that are looked at for who may be seen in it.
MOST_SHARING = 100
#: Columns of an entry that tell what was said.
CONTENTS = ("description", "subject", "contact_via")


def own_address() -> str:
    """The e-mail address of the user's account in lower case, blank without one; read once a context."""
    context = current()
    key = ("interactions.own_address", context.user_name)
    if key not in context.cache:
        accounts = User.objects.filter(username=context.user_name) if context.user_name else User.objects.none()
        context.cache[key] = (accounts.values_list("email", flat=True).first() or "").lower()
    return str(context.cache[key])


def hidden_ones(entry: str = "") -> Q | None:
    """The condition of entries whose contents this user may not read; None: there are none.

    ``entry`` is the path to the entry with its underscores (``entry__``), where the rows are not entries themselves.
    """
    found: Q | None = None
    if not current().may(PRIVATE_RIGHT, SET):
        own = own_address()
        found = Q(**{f"{entry}private_for__gt": ""})
        found = found & ~Q(**{f"{entry}private_for": own}) if own else found
    if not current().may(PRIVACY_RIGHT):
        blocked = Q(**{f"{entry}contact__privacy_blocked": True})
        found = blocked if found is None else found | blocked
    return found


def is_hidden(entry: InteractionLogEntry) -> bool:
    """Whether this user may not read what was said."""
    if entry.private_for and entry.private_for != own_address() and not current().may(PRIVATE_RIGHT, SET):
        return True
    blocked = entry.contact is not None and entry.contact.privacy_blocked
    return blocked and not current().may(PRIVACY_RIGHT)


def shown(entry: InteractionLogEntry, name: str) -> str:
    """A text of the entry as this user may see it."""
    text = str(getattr(entry, name))
    return MASK if text and is_hidden(entry) else text


def require_contents(entry: InteractionLogEntry) -> None:
    """Refuse whoever may not read what was said (``permission.denied``); a look at blocked contacts is noted (C-72)."""
    if not is_hidden(entry):
        log_looks([entry.contact] if entry.contact is not None else [])
        return
    raise PermissionDenied(PRIVATE_RIGHT if entry.private_for else PRIVACY_RIGHT, SET)


# -- in queries ------------------------------------------------------------------------------------------------------


def masked_column(name: str, entry: str = "", column: str = "") -> Combinable:
    """A text column of entries, with the mask where it is hidden; ``column`` where it stands beside the entry."""
    plain = F(column or f"{entry}{name}")
    condition = hidden_ones(entry)
    if condition is None:
        return plain
    blank = Q(**{column or f"{entry}{name}": ""})
    return Case(When(condition & ~blank, then=Value(MASK)), default=plain, output_field=CharField())


def open_column(name: str) -> Combinable:
    """A column of entries, NULL where it is hidden."""
    condition = hidden_ones()
    return F(name) if condition is None else Case(When(condition, then=Value(None)), default=F(name))


def readable_attachments(rows: QuerySet[InteractionAttachment]) -> QuerySet[InteractionAttachment]:
    """Without the files that only hidden entries have."""
    condition = hidden_ones()
    if condition is None:
        return rows
    using = InteractionLogEntry.objects.filter(attachment_id=OuterRef("pk"))
    return rows.exclude(Exists(using.filter(condition)) & ~Exists(using.exclude(condition)))


def without_hidden_changes(rows: QuerySet[Any]) -> QuerySet[Any]:
    """Changes (of the journal, field by field) without those that tell what was said in hidden entries.

    What was deleted since cannot be told apart any more and is left out, too.
    """
    condition = hidden_ones()
    if condition is None:
        return rows
    readable = InteractionLogEntry.objects.exclude(condition)
    files = readable_attachments(InteractionAttachment.objects.all())
    kinds = (
        (
            InteractionLogEntry,
            Q(column_name__in=[*CONTENTS, "attachment_id"]),
            readable.filter(pk=OuterRef("record_id")),
        ),
        (InteractionComment, Q(column_name="comment"), readable.filter(pk=OuterRef("owner_id"))),
        (InteractionAttachment, Q(), files.filter(pk=OuterRef("record_id"))),
    )
    for model, told, open_ones in kinds:
        rows = rows.exclude(Q(told, record_type=model._meta.label_lower) & ~Exists(open_ones))
    return rows


# -- making private, and sharing -------------------------------------------------------------------------------------


def set_private(ids: Sequence[uuid.UUID], private: bool) -> list[InteractionLogEntry]:
    """Close logged e-mails to others, or open them: for the salesperson whose they are, or with the right.

    Raises ``not_logged_email`` for what is no logged e-mail, and ``permission.denied``.
    """
    require("interaction_log.write", SET)
    with unit_of_work("make interactions private" if private else "share interactions"):
        rows = InteractionLogEntry.objects.filter(pk__in=ids, postponed=False).order_by("entry_no")
        entries = list(rows.select_related("salesperson").select_for_update(of=("self",)))
        edits = [_edit(entry, private) for entry in entries]
        records.save_many(edits)
    return entries


def _edit(entry: InteractionLogEntry, private: bool) -> Edit[InteractionLogEntry]:
    if not entry.email_logged:
        raise DomainError(
            "not_logged_email",
            _("Interaction %(entry)s is no logged e-mail. Only those can be private.") % {"entry": entry.entry_no},
            field="private",
        )
    if not may_set_private(entry):
        raise PermissionDenied(PRIVATE_RIGHT, SET)
    edit = Edit(entry, records.rules_of(InteractionLogEntry))
    edit.put("private_for", private_address(entry) if private else "")
    return edit


def private_address(entry: InteractionLogEntry) -> str:
    """Whose it is when it is private: the address of its salesperson, else of whoever closes it."""
    address = entry.salesperson.email if entry.salesperson is not None else ""
    return (address or own_address()).lower()


def may_set_private(entry: InteractionLogEntry) -> bool:
    """Whether this user may close or open the entry: it is his, or he has the right."""
    if not entry.email_logged or entry.postponed:
        return False
    if current().may(PRIVATE_RIGHT, SET):
        return bool(entry.private_for or private_address(entry))
    owner = entry.private_for or private_address(entry)
    return bool(owner) and owner == own_address()


def log_looks_at_file(attachment: InteractionAttachment) -> None:
    """The same for a file of their interactions."""
    log_looks_at(InteractionLogEntry.objects.filter(attachment=attachment).values_list("pk", flat=True)[:MOST_SHARING])


def log_looks_at(ids: Iterable[uuid.UUID]) -> None:
    """Write down looks at what was said with blocked contacts, in clear (C-72)."""
    entries = InteractionLogEntry.objects.filter(pk__in=list(ids), contact__privacy_blocked=True).select_related(
        "contact"
    )
    log_looks({entry.contact_id: entry.contact for entry in entries if entry.contact is not None}.values())
