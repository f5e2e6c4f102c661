"""What the rooms of trade and of interactions know about the records of the registers.

They fill in ``customer_figures.sql["balance_due"]`` and so on: SQL about the row of the register at hand.
"""

from __future__ import annotations

from tuttava.api.provided import Provided

customer_figures = Provided()
vendor_figures = Provided()
