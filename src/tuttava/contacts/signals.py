"""What the register tells the rooms above it: synchronous, inside the same transaction, set-based.

Listeners get sequences, never one row at a time, so a batch of a thousand contacts costs them one call. A listener
that raises a :class:`~tuttava.foundation.errors.DomainError` refuses the whole action.
"""

from __future__ import annotations

import uuid
from collections.abc import Callable, Collection
from dataclasses import dataclass

from django.dispatch import Signal

#: Contacts were inserted or changed. ``edits``: the :class:`~tuttava.foundation.records.Edit` objects, which still know
#: the stored values (``edit.old``, ``edit.changed``). Business relations synchronise on it, and a primary person's
#: new name reaches customer and vendor (C-19, C-32).
contacts_saved = Signal()

#: Companies whose data bears on duplicates were saved, or a contact became a company (C-10, C-81).
#: ``companies``: the contacts; ``inserted``: all of them are new. Rebuild their search strings; show duplicates when
#: the context is interactive.
company_checked = Signal()

#: Fields beyond those of C-81 whose change makes a company worth comparing again: rooms that compare say which (D-13).
checked_fields: list[Callable[[], Collection[str]]] = []

#: Contacts stopped being companies (C-10): drop them from the duplicate index. ``contacts``: the contacts.
company_unchecked = Signal()

#: Persons changed their company (C-25). ``moves``: sequence of :class:`Move`.
persons_moved = Signal()

#: Contacts are about to be deleted (C-84 to C-86): detach or delete what names them. ``removals``: sequence of
#: :class:`Removal`. Links and comments of the register itself are removed by the register.
contacts_deleting = Signal()

#: An alternative address is about to be deleted: forget it where it is named. ``address``: the row (C-56).
alt_address_deleting = Signal()

#: Contacts were written back as the journal has them: deleted ones restored under their former ids (C-87), or changes
#: undone. ``ids``: their ids.
contacts_restored = Signal()

#: An undo took back that contacts were created; nothing that the database holds refers to them. ``ids``: their ids.
contacts_removed = Signal()

#: Labelled e-mail addresses of contacts were added, changed or deleted. ``ids``: the contacts' ids.
contact_emails_changed = Signal()

#: Everything held about a contact is being handed out (C-74). Argument: ``contact``. A listener returns a dict of what
#: its room holds, by section name.
personal_data_exported = Signal()

#: A contact's personal data was erased (C-74): erase what the room holds beside it. Argument: ``contact``.
personal_data_erased = Signal()


@dataclass(frozen=True)
class Move:
    """A person who left ``old_company_id`` (None: was independent) for ``new_company_id`` (None: is independent now).

    ``work_follows``: open tasks and opportunities go along instead of staying with the old company.
    """

    person_id: uuid.UUID
    old_company_id: uuid.UUID | None
    new_company_id: uuid.UUID | None
    work_follows: bool = False


@dataclass(frozen=True)
class Removal:
    """A contact that is being deleted. ``heir_id``: the company that inherits a person's history (None: nobody)."""

    contact_id: uuid.UUID
    is_company: bool
    heir_id: uuid.UUID | None
