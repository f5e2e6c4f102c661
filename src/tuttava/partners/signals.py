"""What the registers tell the rooms above: synchronous, inside the same transaction.

A listener that raises a :class:`~tuttava.foundation.errors.DomainError` refuses the whole action.
"""

from __future__ import annotations

from django.dispatch import Signal

#: Records of a register are about to be locked for a change. ``model``, ``ids``: lock first what is locked before them.
records_holding = Signal()

#: Records of a register were inserted or changed. ``edits``: the :class:`~tuttava.foundation.records.Edit` objects of
#: one model, which still know the stored values.
records_saved = Signal()

#: A primary contact was entered on a customer or vendor (B-71 to B-76). ``edit``, ``contact_id`` (None: cleared).
primary_contact_entered = Signal()

#: The name of a contact person was entered (B-77). ``edit``, ``name``.
contact_name_entered = Signal()

#: A record of a register is about to be deleted (B-84, B-85). ``record``.
record_deleting = Signal()

#: Records were written back as the journal has them. ``model``, ``ids``.
records_restored = Signal()
