"""What business relations tell the rooms above: synchronous, inside the same transaction."""

from __future__ import annotations

from django.dispatch import Signal

#: A contact became, or was linked to, a customer or vendor: quotes without an account are handed over (B-89).
#: ``contact`` (the one in whose name it was done), ``record``, ``template_code`` (blank: none was used).
account_linked = Signal()

#: A record is about to be deleted: what a customer took over from its contact returns (B-84). ``record``, ``contact``
#: (None: it has none).
account_deleting = Signal()

#: Contacts were founded from records of the registers (B-51). ``contacts``. Search strings are built whatever the setup
#: says; a listener answers the ids of those that look like another contact.
contacts_founded = Signal()
