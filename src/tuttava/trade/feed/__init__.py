"""The trade feed (17.11): facts that another program posted, read into ours in batches that can be repeated.

A row names its fields as the model does, and parties by number (``customer_no``, ``vendor_no``, ``source_no``,
``account_no``, ``main_contact_no``, ``billing_contact_no``) or by id; a posted document may carry ``lines``. Fields
that are left out take their initial values. :func:`load` stores all rows of a batch or none; a file import reads with
:func:`read`, keeps the refused rows, and stores the others.
"""

from tuttava.trade.feed.kinds import MOST_ROWS
from tuttava.trade.feed.reading import Batch, RowRefused, read
from tuttava.trade.feed.storing import Loaded, load, next_entry_no, put, rewrite, store

__all__ = ["MOST_ROWS", "Batch", "Loaded", "RowRefused", "load", "next_entry_no", "put", "read", "rewrite", "store"]
