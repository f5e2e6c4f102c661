"""What rooms add to the interface: places in the rail, addresses, setup pages, commands, Home.

A room registers in its ``AppConfig.ready`` (usually by importing its ``pages`` module there). ``web`` mounts whatever
is registered, so the machines know no room and no room edits another's files. Registering a name again replaces it.

Texts are lazy translations; ``url`` is the name of an address; ``right`` the right without which the entry is hidden
(the page itself checks again). ``order`` sorts; equal orders keep the order of registration.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Any

from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.urls import URLPattern, path, reverse

from tuttava.foundation.context import current
from tuttava.foundation.errors import Text

View = Callable[..., HttpResponseBase]


@dataclass(frozen=True)
class Entry:
    """A page one can go to. ``words`` are further words by which the palette finds it, ``icon`` a heroicons name."""

    name: str
    label: Text
    url: str
    icon: str = "document"
    order: int = 100
    right: str = "api.read"
    description: Text = ""
    words: Text = ""
    query: str = ""

    @property
    def href(self) -> str:
        return reverse(self.url) + (f"?{self.query}" if self.query else "")


@dataclass(frozen=True)
class SetupEntry(Entry):
    """A page of the Setup overview, in ``group``."""

    group: Text = ""


@dataclass(frozen=True)
class Command(Entry):
    """An action the palette and Home offer (*New person*); ``key`` is its one-letter key, ``quick`` puts it on Home.

    ``everywhere``: the key opens its dialog on every page that has no use of its own for it; the address gets what lies
    under it: the page (``from``) and the row in focus (``row``).
    """

    key: str = ""
    quick: bool = False
    everywhere: bool = False


@dataclass(frozen=True)
class Hit:
    """A record found: ``label`` its name, ``detail`` what tells it from others, ``href`` its page."""

    label: str
    href: str
    detail: str = ""
    icon: str = "document"


@dataclass(frozen=True)
class RecordSearch:
    """Finds records for the palette: ``find(text, limit)`` answers best hits first."""

    name: str
    label: Text
    find: Callable[[str, int], Sequence[Hit]]
    right: str = "api.read"


@dataclass(frozen=True)
class Cue:
    """A number on Home that opens the list it counts. ``count`` answers the number and whether it is exact."""

    name: str
    label: Text
    url: str
    count: Callable[[], tuple[int, bool]]
    query: str = ""
    icon: str = "document"
    order: int = 100
    right: str = "api.read"

    @property
    def href(self) -> str:
        return reverse(self.url) + (f"?{self.query}" if self.query else "")


@dataclass(frozen=True)
class HomePanel:
    """A panel on Home: ``context(request)`` fills ``template``."""

    name: str
    title: Text
    template: str
    context: Callable[[HttpRequest], dict[str, Any]]
    order: int = 100
    right: str = "api.read"


@dataclass
class _Registered:
    nav: dict[str, Entry] = field(default_factory=dict)
    setup: dict[str, SetupEntry] = field(default_factory=dict)
    commands: dict[str, Command] = field(default_factory=dict)
    searches: dict[str, RecordSearch] = field(default_factory=dict)
    cues: dict[str, Cue] = field(default_factory=dict)
    panels: dict[str, HomePanel] = field(default_factory=dict)
    routes: dict[str, URLPattern] = field(default_factory=dict)
    scripts: list[str] = field(default_factory=list)


_registered = _Registered()


def add_route(route: str, view: View, name: str) -> None:
    """Mount ``view`` at ``route`` (Django path syntax, below the company's address) under ``name``."""
    _registered.routes[name] = path(route, view, name=name)


def add_script(path: str) -> None:
    """Load a module of a room (a static file) with every page: dialogs open over pages of other rooms."""
    if path not in _registered.scripts:
        _registered.scripts.append(path)


def scripts() -> list[str]:
    return list(_registered.scripts)


def has_route(name: str) -> bool:
    """Whether a room mounted an address of that name (rooms may be left out of an installation)."""
    return name in _registered.routes


def add_nav(entry: Entry) -> None:
    """Put a room into the rail."""
    _registered.nav[entry.name] = entry


def add_setup(entry: SetupEntry) -> None:
    """Put a page into the Setup overview (and the palette)."""
    _registered.setup[entry.name] = entry


def add_command(command: Command) -> None:
    """Offer an action in the palette and, when ``quick``, on Home and in the New menu."""
    _registered.commands[command.name] = command


def add_search(search: RecordSearch) -> None:
    """Let the palette find records of a room."""
    _registered.searches[search.name] = search


def add_cue(cue: Cue) -> None:
    """Put a number on Home."""
    _registered.cues[cue.name] = cue


def add_panel(panel: HomePanel) -> None:
    """Put a panel on Home."""
    _registered.panels[panel.name] = panel


def _allowed(entries: Sequence[Any]) -> list[Any]:
    may = current().may
    return sorted((entry for entry in entries if may(entry.right)), key=lambda entry: entry.order)


def routes() -> list[URLPattern]:
    """All registered addresses, for ``web.urls``."""
    return list(_registered.routes.values())


def nav() -> list[Entry]:
    return _allowed([*_registered.nav.values()])


def setup_entries() -> list[SetupEntry]:
    return _allowed([*_registered.setup.values()])


def commands() -> list[Command]:
    return _allowed([*_registered.commands.values()])


def searches() -> list[RecordSearch]:
    return [search for search in _registered.searches.values() if current().may(search.right)]


def cues() -> list[Cue]:
    return _allowed([*_registered.cues.values()])


def panels() -> list[HomePanel]:
    return _allowed([*_registered.panels.values()])
