"""What speaks against a pair whatever the trees make of the rest: other names, other places.

People who work together share nearly everything but their names, and branches of a chain everything but their place.
What they share is one fact told many times; trees that add it up as many facts are held back here.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from tuttava.matching.comparing import Figures
from tuttava.matching.kernels import Float, Int, Truth, inlined, kernel
from tuttava.matching.measures import (
    DIFFERENT,
    F_BIRTH,
    F_CITY,
    F_GIVEN,
    F_MAIL_WEIGHT,
    F_NATIONAL,
    F_NUMBER,
    F_OVERLAP,
    F_PHONE,
    F_PHONE_WEIGHT,
    F_RELATION,
    F_STREET,
    F_SURNAME,
    F_SWAPPED,
)

#: Likeness below which two names, streets or towns are different ones; from which on values are the same.
OTHER_NAME, OTHER_PLACE, SAME = 0.8, 0.6, 0.999
#: Weight of a value that the two share with nobody else; of one that all of an office have it is less.
OWN = 10.9
#: Log-odds taken off.
GIVEN_DIFFERS, SURNAME_DIFFERS, PLACE_DIFFERS = 5.0, 8.0, 7.0
NUMBER_AND_PLACE_DIFFER, ONE_NUMBER_SEVERAL_PLACES, MOVED = 6.0, 2.5, 1.0


@inlined
def below(value: Float, border: Float) -> Truth:
    """Say whether a figure is known and below the border."""
    return not np.isnan(value) and value < border


@inlined
def same(value: Float) -> Truth:
    """Say whether both sides are known to have the same."""
    return not np.isnan(value) and value >= SAME


@inlined
def own(figures: Figures) -> Truth:
    """Say whether the two have a number or an address of mail in common that nobody else has."""
    mail, phone = figures[F_MAIL_WEIGHT], figures[F_PHONE_WEIGHT]
    return (not np.isnan(mail) and mail >= OWN) or (same(figures[F_PHONE]) and not np.isnan(phone) and phone >= OWN)


@inlined
def against_names(figures: Figures) -> tuple[Float, Int]:
    """Return what other names of two people take off, and the figure it is told at."""
    if (
        same(figures[F_NATIONAL])
        or same(figures[F_BIRTH])
        or not (np.isnan(figures[F_SWAPPED]) or below(figures[F_SWAPPED], 0.85))
    ):
        return 0.0, F_GIVEN
    if below(figures[F_GIVEN], OTHER_NAME) and figures[F_RELATION] == DIFFERENT:
        return GIVEN_DIFFERS, F_GIVEN
    if below(figures[F_SURNAME], OTHER_NAME) and not own(figures):
        return SURNAME_DIFFERS, F_SURNAME
    return 0.0, F_GIVEN


@inlined
def against_places(figures: Figures) -> tuple[Float, Int]:
    """Return what another place takes off of two companies, and the figure it is told at."""
    elsewhere = below(figures[F_CITY], OTHER_PLACE) and not figures[F_STREET] >= OTHER_PLACE
    if not elsewhere or same(figures[F_PHONE]):
        return 0.0, F_CITY
    if same(figures[F_NUMBER]):
        return (ONE_NUMBER_SEVERAL_PLACES if below(figures[F_PHONE], SAME) else MOVED), F_CITY
    if below(figures[F_NUMBER], OTHER_NAME):
        return NUMBER_AND_PLACE_DIFFER, F_CITY
    return (MOVED if own(figures) and np.isnan(figures[F_PHONE]) else PLACE_DIFFERS), F_CITY


@inlined
def guard(figures: Figures) -> tuple[Float, Int]:
    """Return the log-odds that are taken off a pair (0: none), and the figure they belong to."""
    if not np.isnan(figures[F_GIVEN]) or not np.isnan(figures[F_SURNAME]):
        return against_names(figures)
    if not np.isnan(figures[F_OVERLAP]):
        return against_places(figures)
    return 0.0, F_CITY


@kernel
def guard_rows(figures: NDArray[np.float32], parts: NDArray[np.float64]) -> None:
    """Take it off the part of each row that it belongs to."""
    for row in range(len(figures)):
        taken, place = guard(figures[row])
        parts[row, place] -= taken
