"""The part of a unit of work that a room keeps in a history of its own (:func:`.journal.told_elsewhere`), taken back.

Whatever a unit is called and whatever else it did, each room is asked for its part before anything is written.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from tuttava.foundation.journal import UnitOfWork


@dataclass(frozen=True)
class Moved:
    """Rows that a room removed and put back."""

    removed: int = 0
    reinserted: int = 0


#: Takes the room's part back. Called with the plan of the undo made, and takes out of it what it does itself.
Part = Callable[[], Moved]
#: Answers the room's part of a unit, None: it has none. Called inside the undo; refuses what cannot be taken back.
Look = Callable[[UnitOfWork], Part | None]
_looks: list[Look] = []


def partly_taken_back_by(look: Look) -> None:
    """Let a room take its part of any unit back."""
    _looks.append(look)


def parts_of(unit: UnitOfWork) -> list[Part]:
    """The parts that rooms have of a unit; raises what one of them refuses."""
    return [part for look in _looks if (part := look(unit)) is not None]
