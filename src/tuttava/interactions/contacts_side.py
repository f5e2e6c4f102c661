"""What becomes of interactions when contacts change type, move, go or are erased (C-11, C-25, C-74, C-84, C-85)."""

from __future__ import annotations

import base64
import uuid
from collections import defaultdict
from collections.abc import Collection, Iterable, Sequence
from typing import Any

from django.db import connection
from django.db.models import Exists, F, Model, OuterRef, Q, QuerySet
from django.utils.translation import gettext as _

from tuttava.contacts.blockers import Blocker, Situation, provides
from tuttava.contacts.models import Contact, ContactAltAddress
from tuttava.contacts.signals import (
    Move,
    Removal,
    alt_address_deleting,
    contacts_deleting,
    personal_data_erased,
    personal_data_exported,
    persons_moved,
)
from tuttava.foundation.attachments import erase_contents
from tuttava.foundation.cleaning import blank_of
from tuttava.foundation.journal import JournalChange
from tuttava.interactions.attachments import content_of
from tuttava.interactions.guard import lifted
from tuttava.interactions.models import (
    InteractionAttachment,
    InteractionComment,
    InteractionDraft,
    InteractionFields,
    InteractionLogEntry,
)
from tuttava.interactions.removing import own_files, remove_hanging, remove_unused_files

BATCH = 1000
#: What of an entry tells about the contact; figures, dates and codes stay for statistics.
PERSONAL = ("description", "subject", "contact_via")


def connect() -> None:
    """Listen to the register."""
    for signal, listener in (
        (alt_address_deleting, _address_deleting),
        (persons_moved, _moved),
        (contacts_deleting, _deleting),
        (personal_data_exported, _exported),
        (personal_data_erased, _erased),
    ):
        signal.connect(listener, dispatch_uid=f"interactions.{listener.__name__}")


@provides(Situation.CHANGE_TYPE)
def _logged(ids: Sequence[uuid.UUID]) -> Iterable[Blocker]:
    """A contact that interactions name stays what it is (C-11)."""
    entries = InteractionLogEntry.objects.filter(contact_id=OuterRef("pk"))
    for pk, no in Contact.objects.filter(Exists(entries), pk__in=ids).values_list("pk", "no"):
        yield Blocker(
            "contact.type.has_interactions", pk, _("It has interactions in the log."), "interactionLogEntries", no
        )


# -- moving ----------------------------------------------------------------------------------------------------------


def _moved(*, moves: Sequence[Move], **_signal: Any) -> None:
    """The old company keeps what was said and names itself; who it was stays noted (C-25, I-82).

    What an independent person said comes along into its first company. Unfinished work goes with the person.
    """
    left: dict[uuid.UUID, list[uuid.UUID]] = defaultdict(list)
    joined: dict[uuid.UUID, list[uuid.UUID]] = defaultdict(list)
    for move in moves:
        if move.old_company_id is not None:
            left[move.old_company_id].append(move.person_id)
        elif move.new_company_id is not None:
            joined[move.new_company_id].append(move.person_id)
    logged = InteractionLogEntry.objects.filter(postponed=False)
    for company, people in left.items():
        rows = logged.filter(contact_id__in=people, contact_company_id=company)
        rows.update(former_contact=F("contact"), contact=company)
    for company, people in joined.items():
        rows = logged.filter(contact_id__in=people, contact_company_id=None)
        rows.update(contact_company=company)
    targets: dict[uuid.UUID | None, list[uuid.UUID]] = defaultdict(list)
    for move in moves:
        targets[move.new_company_id].append(move.person_id)
    for target, people in targets.items():
        for rows in _unfinished(Q(contact_id__in=people)):
            rows.update(contact_company=target)


def _unfinished(condition: Q) -> tuple[QuerySet[Any], QuerySet[Any]]:
    return InteractionLogEntry.objects.filter(condition, postponed=True), InteractionDraft.objects.filter(condition)


# -- deleting --------------------------------------------------------------------------------------------------------


def _deleting(*, removals: Sequence[Removal], **_signal: Any) -> None:
    """A person's interactions go to its company; those of a company stay without contact (C-84, C-85)."""
    heirs: dict[uuid.UUID | None, list[uuid.UUID]] = defaultdict(list)
    for removal in removals:
        heirs[removal.heir_id].append(removal.contact_id)
    everybody = [removal.contact_id for removal in removals]
    companies = [removal.contact_id for removal in removals if removal.is_company]
    addresses = list(ContactAltAddress.objects.filter(contact_id__in=everybody).values_list("pk", flat=True))
    models: tuple[type[InteractionFields], ...] = (InteractionLogEntry, InteractionDraft)
    for model in models:
        rows = model._default_manager.all()
        if companies:
            rows.filter(contact_company_id__in=companies).update(contact=None, contact_company=None)
        for heir, ids in heirs.items():
            rows.filter(contact_id__in=ids).update(contact=heir, contact_company=heir)
        if addresses:
            rows.filter(contact_alt_address_id__in=addresses).update(contact_alt_address=None)
    InteractionLogEntry.objects.filter(former_contact_id__in=everybody).update(former_contact=None)


def _address_deleting(*, address: ContactAltAddress, **_signal: Any) -> None:
    """Entries and wizards that chose the address name none any more (I-67)."""
    for model in (InteractionLogEntry, InteractionDraft):
        model._default_manager.filter(contact_alt_address=address).update(contact_alt_address=None)


# -- personal data ---------------------------------------------------------------------------------------------------


def _of(contact: Contact) -> QuerySet[InteractionLogEntry]:
    """Everything logged with the contact itself, also before it left a company."""
    return InteractionLogEntry.objects.filter(Q(contact=contact) | Q(former_contact=contact)).order_by("entry_no")


def _exported(*, contact: Contact, **_signal: Any) -> dict[str, list[dict[str, Any]]]:
    """Interactions with comments and files, and unfinished ones."""
    entries = list(_of(contact))
    ids = [entry.pk for entry in entries]
    comments = InteractionComment.objects.filter(entry_id__in=ids).order_by("entry__entry_no", "line_no")
    files = [entry.attachment_id for entry in entries if entry.attachment_id is not None]
    return {
        "interactions": [_values(entry) for entry in entries],
        "interaction_comments": [_values(comment) for comment in comments],
        "interaction_files": [_file(row) for row in InteractionAttachment.objects.filter(pk__in=files).order_by("no")],
        "interaction_drafts": [_values(draft) for draft in InteractionDraft.objects.filter(contact=contact)],
    }


def _values(row: Model) -> dict[str, Any]:
    return {field.attname: getattr(row, field.attname) for field in row._meta.concrete_fields}


def _file(row: InteractionAttachment) -> dict[str, Any]:
    told = {**_values(row), "content": base64.b64encode(content_of(row)).decode()}
    return {name: value for name, value in told.items() if name != "merge_source"}


def _erased(*, contact: Contact, **_signal: Any) -> None:
    """Texts, comments and files go; that something was said, when and what it cost stays (C-74)."""
    InteractionDraft.objects.filter(contact=contact).delete()
    with lifted():
        while entries := list(_of(contact).exclude(_blanked())[:BATCH]):
            _erase(entries)


def _blanked() -> Q:
    """Entries without anything personal."""
    comments = InteractionComment.objects.filter(entry_id=OuterRef("pk"))
    return Q(description="", subject="", contact_via="", attachment_id=None) & ~Q(Exists(comments))


def _erase(entries: Sequence[InteractionLogEntry]) -> None:
    ids = [entry.pk for entry in entries]
    files = own_files(entries)
    hanging = list(InteractionComment.objects.filter(entry_id__in=ids).values_list("pk", flat=True))
    remove_hanging(ids)
    blanks = {name: blank_of(InteractionLogEntry, name) for name in PERSONAL}
    InteractionLogEntry.objects.filter(pk__in=ids).update(**blanks, attachment=None)
    remove_unused_files(files)
    for file in files:
        erase_contents(file)
    _scrub(ids, hanging, files)


def _scrub(entries: Collection[uuid.UUID], comments: Collection[uuid.UUID], files: Collection[uuid.UUID]) -> None:
    """Take the same out of the history; erased comments and files leave it, so that no undo puts them back."""
    gone = JournalChange.objects.filter(record_id__in=[*comments, *files])
    gone._raw_delete(gone.db)
    with connection.cursor() as cursor:
        cursor.execute(
            "UPDATE foundation_journalchange SET old = old - %s::text[], new = new - %s::text[]"
            " WHERE record_type = %s AND record_id = ANY (%s)",
            [[*PERSONAL], [*PERSONAL], InteractionLogEntry._meta.label_lower, list(entries)],
        )
