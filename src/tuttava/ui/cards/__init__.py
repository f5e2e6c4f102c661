"""The card machine: a room declares a :class:`CardPage`, the machine makes its pages."""

from tuttava.ui.cards.declare import (
    Action,
    Badge,
    CardField,
    CardPage,
    DeletedRecord,
    FactBox,
    Group,
    Mark,
    add_action,
    add_box,
    card,
    card_of,
    cards,
)
from tuttava.ui.cards.lookups import Candidate, register_lookup
from tuttava.ui.cards.mount import register_card, views_of
from tuttava.ui.cards.pictures import PICTURE
from tuttava.ui.cards.timeline import CHANGES, Asked, Happening, Source, add_source

__all__ = [
    "CHANGES",
    "PICTURE",
    "Action",
    "Asked",
    "Badge",
    "Candidate",
    "CardField",
    "CardPage",
    "DeletedRecord",
    "FactBox",
    "Group",
    "Happening",
    "Mark",
    "Source",
    "add_action",
    "add_box",
    "add_source",
    "card",
    "card_of",
    "cards",
    "register_card",
    "register_lookup",
    "views_of",
]
