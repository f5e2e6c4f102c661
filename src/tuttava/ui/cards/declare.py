"""What a room declares to get a card: fields in groups, badges, actions, fact boxes.

A declaration holds no rules: whether a value may be what was typed is decided by the record's rules when it is saved.
"""

from __future__ import annotations

import uuid
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

from django.db import models

from tuttava.foundation.errors import Text
from tuttava.foundation.records import Record
from tuttava.ui.banners import Banner

Predicate = Callable[[Any], bool]


def always(_record: Any) -> bool:
    """The predicate of what is always there."""
    return True


@dataclass(frozen=True)
class Mark:
    """A small note at a field, such as "from the company", with what can be done about it.

    ``state`` colours it, ``icon`` draws it; ``action`` is the address of a POST that changes it, ``action_label`` says
    what that does.
    """

    text: Text
    state: str = "plain"
    icon: str = "link"
    action: str = ""
    action_label: Text = ""


@dataclass(frozen=True)
class Badge:
    """A word in the header. ``tone``: ``plain``, ``accent``, ``warning`` or ``danger``; ``url`` opens what it names."""

    text: Text
    tone: str = "plain"
    url: str = ""


@dataclass(frozen=True)
class CardField:
    """One value on a card.

    Label, help and kind come from the model field ``name`` unless given. ``value`` makes a field computed (read only);
    ``link`` is the address that a drill-down opens; ``lookup`` the look-up source (default: the referenced model's).
    ``read(text, owner)`` makes the value of what was typed and ``text(row)`` what stands in the input: for fields that
    people type differently from how they are stored. Such a field with a ``value`` shows that, and can be edited.
    """

    name: str
    label: Text = ""
    help: Text = ""
    kind: str = ""
    lookup: str = ""
    visible: Predicate = always
    editable: Predicate = always
    value: Callable[[Any], Any] | None = None
    link: Callable[[Any], str] | None = None
    wide: bool = False
    read: Callable[[str, Any], Any] | None = None
    text: Callable[[Any], str] | None = None


@dataclass(frozen=True)
class Group:
    """Fields that fold together; ``summary`` names the ones shown in the heading while it is folded."""

    name: str
    title: Text
    fields: Sequence[CardField]
    summary: Sequence[str] = ()
    visible: Predicate = always
    open: bool = True
    note: Text = ""


@dataclass(frozen=True)
class Action:
    """Something to do with the record.

    ``url`` makes its address. ``how``: ``link`` goes there, ``dialog`` opens it over the page, ``post`` does it at once
    (the answer may offer Undo), ``external`` opens another site. The first five visible ones without danger stand in
    the header; those with a ``menu`` stand in a menu of that name beside them, with lines between its sections.
    """

    name: str
    label: Text
    url: Callable[[Any], str]
    how: str = "link"
    icon: str = ""
    visible: Predicate = always
    danger: bool = False
    key: str = ""
    menu: Text = ""
    section: str = ""
    #: Whether it stands before the card's own actions, though a room above added it.
    first: bool = False


@dataclass(frozen=True)
class FactBox:
    """A panel beside the groups. ``context`` makes what ``template`` shows; called once for each view of the card.

    ``main`` puts it below the groups, ``late`` behind the sub-lists, ``first`` before all others: what hides itself
    where there is nothing to say.
    """

    name: str
    title: Text
    template: str
    context: Callable[[Any], dict[str, Any]]
    visible: Predicate = always
    main: bool = False
    late: bool = False
    first: bool = False


@dataclass(frozen=True)
class DeletedRecord:
    """What is known of a record that is no longer there; ``restore_url`` is a POST, blank when it cannot come back."""

    title: str
    by: str = ""
    restore_url: str = ""


@dataclass(frozen=True)
class CardPage:
    """A card: one record of ``model`` at ``path`` (with its id, unless ``single`` finds the one record there is).

    ``reload_on`` names fields whose change alters what the whole card shows (the type of a contact). ``marks`` gives
    notes at fields, ``masked`` the fields whose values this user may not see; ``refresh_boxes`` names the fact boxes
    that the page fetches anew, a little later, when these fields were saved. ``includes`` names further records whose
    happenings stand in the timeline (a company's people); it answers a bounded number. ``hinted`` names the fields of
    which ``hint(record, name)`` says, while one is edited, what changing it would bring. ``banner`` is a suggestion
    above the groups for somebody who may change the record.
    """

    name: str
    path: str
    model: type[Record]
    groups: Sequence[Group]
    title: Callable[[Any], Text]
    subtitle: Callable[[Any], Text] | None = None
    caption: Text = ""
    eyebrow: Callable[[Any], Text] | None = None
    parent: Callable[[], tuple[str, Text]] | None = None
    badges: Callable[[Any], Sequence[Badge]] = lambda record: ()
    actions: Sequence[Action] = ()
    boxes: Sequence[FactBox] = ()
    lists: Sequence[Any] = ()
    select_related: Sequence[str] = ()
    annotate: Callable[[Any], Any] = lambda queryset: queryset
    single: Callable[[], Record] | None = None
    reload_on: frozenset[str] = frozenset()
    refresh_boxes: Callable[[set[str]], Sequence[str]] = lambda changed: ()
    marks: Callable[[Any], dict[str, Mark]] = lambda record: {}
    masked: Callable[[Any], frozenset[str]] = lambda record: frozenset()
    includes: Callable[[Any], Sequence[Any]] = lambda record: ()
    hinted: Callable[[Any], frozenset[str]] = lambda record: frozenset()
    hint: Callable[[Any, str], Text] = lambda record, name: ""
    deleted: Callable[[uuid.UUID], DeletedRecord | None] = lambda pk: None
    opened: Callable[[Any], None] = lambda record: None
    save: Callable[[Any, dict[str, Any], int | None], Any] | None = None
    tabs: bool = True
    #: What the timeline can tell instead (a person's whole company): words for the record alone, words for the wider
    #: circle, and what finds the record that this is about. None: there is no wider circle.
    wider: Callable[[Any], tuple[Text, Text, Callable[[], Any]] | None] = lambda record: None
    #: The right without which the card is not shown.
    right: str = "api.read"
    banner: Callable[[Any], Banner | None] = lambda record: None

    @property
    def all_fields(self) -> list[CardField]:
        return [card_field for group in self.groups for card_field in group.fields]

    def field_named(self, name: str) -> CardField | None:
        return next((found for found in self.all_fields if found.name == name), None)


_pages: dict[str, CardPage] = {}


def remember(page: CardPage) -> CardPage:
    """Keep a declaration by its name; :func:`tuttava.ui.cards.mount.register_card` also mounts its pages."""
    _pages[page.name] = page
    return page


_added: dict[str, list[Action]] = {}


def add_action(name: str, action: Action) -> None:
    """Let a room above offer something on the card called ``name``; adding it again replaces it."""
    _added[name] = [*(known for known in _added.get(name, []) if known.name != action.name), action]


_added_boxes: dict[str, list[FactBox]] = {}


def add_box(name: str, box: FactBox) -> None:
    """Let a room above show a fact box on the card called ``name``; adding it again replaces it."""
    _added_boxes[name] = [*(known for known in _added_boxes.get(name, []) if known.name != box.name), box]


def own_boxes_of(page: CardPage) -> list[FactBox]:
    """The card's own fact boxes, then what rooms above added; those of sub-lists come between early and late ones."""
    return sorted([*page.boxes, *_added_boxes.get(page.name, [])], key=lambda box: not box.first)


def actions_of(page: CardPage) -> list[Action]:
    """The card's own actions, then what rooms above added; what is to come first stands before both."""
    return sorted([*page.actions, *_added.get(page.name, [])], key=lambda action: not action.first)


_banners: dict[str, list[Callable[[Any], Banner | None]]] = {}


def add_banner(name: str, banner: Callable[[Any], Banner | None]) -> None:
    """Let a room above suggest something on the card called ``name``, before what the card itself suggests."""
    _banners.setdefault(name, []).append(banner)


def banner_of(page: CardPage, record: Any) -> Banner | None:
    """The one suggestion above the groups, if any."""
    for banner in (*_banners.get(page.name, []), page.banner):
        if (found := banner(record)) is not None:
            return found
    return None


_hints: dict[str, dict[str, Callable[[Any], Text]]] = {}


def add_hint(name: str, field_name: str, hint: Callable[[Any], Text]) -> None:
    """Let a room above say, while a field of the card called ``name`` is edited, what changing it would bring."""
    _hints.setdefault(name, {})[field_name] = hint


def hinted(page: CardPage, record: Any) -> frozenset[str]:
    """The fields of which there is something to say while they are edited."""
    return page.hinted(record) | _hints.get(page.name, {}).keys()


def hint_of(page: CardPage, record: Any, field_name: str) -> str:
    """What changing a field would bring, in words."""
    added = _hints.get(page.name, {}).get(field_name)
    if added is not None:
        return str(added(record))
    return str(page.hint(record, field_name)) if field_name in page.hinted(record) else ""


def cards() -> list[CardPage]:
    """All registered cards."""
    return list(_pages.values())


def card(name: str) -> CardPage:
    """The card called ``name``."""
    return _pages[name]


def card_of(model: type[models.Model]) -> CardPage | None:
    """The card that shows rows of ``model``, if any."""
    return next((page for page in _pages.values() if page.model is model), None)
