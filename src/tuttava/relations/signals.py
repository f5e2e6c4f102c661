"""What business relations tell the rooms above: synchronous, inside the same transaction."""

from __future__ import annotations

from django.dispatch import Signal

#: A contact became, or was linked to, a customer or vendor: quotes without an account are handed over (B-89).
#: ``contact`` (the one in whose name it was done), ``record``, ``template_code`` (blank: none was used).
account_linked = Signal()

#: A customer is about to be deleted: what it took over from its contact returns (B-84). ``record``, ``contact`` or None.
account_deleting = Signal()
