"""What speaks against a pair of companies whatever the trees make of the rest: names that have nothing in common.

A mailbox, a switchboard and an address may belong to a house with many tenants. Before a base is large enough to tell
how many share them they look like one company's own.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from tuttava.matching.comparing import Figures
from tuttava.matching.kernels import Float, inlined, kernel
from tuttava.matching.layout import COMPANY
from tuttava.matching.measures import F_KIND, F_NUMBER, F_OVERLAP

#: Share of two names that must agree, and the log-odds taken off where it does not.
SOMETHING_IN_COMMON, TAKEN_OFF = 0.4, 6.0


@inlined
def guard(figures: Figures) -> Float:
    """Return the log-odds that are taken off a pair, 0 if none; an equal registered number outweighs other names."""
    other = figures[F_KIND] == COMPANY and figures[F_OVERLAP] < SOMETHING_IN_COMMON
    return np.float32(TAKEN_OFF) if other and not figures[F_NUMBER] >= np.float32(0.999) else np.float32(0)


@kernel
def guard_rows(figures: NDArray[np.float32], parts: NDArray[np.float64]) -> None:
    """Take it off what the name of each row says."""
    for row in range(len(figures)):
        parts[row, F_OVERLAP] -= guard(figures[row])
