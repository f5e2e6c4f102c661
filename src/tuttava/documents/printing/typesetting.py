"""Papers as PDF: typst sets them with the one layout and the fonts that come with the product.

What is printed reaches typst as data and is never read as markup; nothing is fetched from disk or network.
"""

from __future__ import annotations

import importlib.util
import json
import re
from collections.abc import Sequence
from dataclasses import dataclass, field, fields, is_dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any

import typst
from babel import Locale
from django.utils.translation import gettext as _

from tuttava.foundation.errors import DomainError

_LAYOUT = Path(__file__).with_name("layout.typ")
_LONG_WORD = re.compile(r"[^\s\u200b]{28,}")
_PIECE = 14
_CONTROLS = re.compile(r"[\x00-\x09\x0b-\x1f\x7f]")


@dataclass(frozen=True)
class Column:
    """A column of the table; ``align`` is ``start`` or ``end``, ``note``: notes of rows stand below its value."""

    label: str
    align: str = "start"
    width: str = "auto"
    note: bool = False


@dataclass(frozen=True)
class Row:
    """A row of the table: a value for each column, or one text across all of them (``kind`` ``text``)."""

    cells: Sequence[str]
    note: str = ""
    kind: str = "line"
    strong: bool = False


@dataclass(frozen=True)
class Total:
    label: str
    value: str
    strong: bool = False


@dataclass(frozen=True)
class Summary:
    """A small table below the totals: the VAT summary, the ages of what is open."""

    title: str
    columns: Sequence[str]
    rows: Sequence[Sequence[str]]


@dataclass(frozen=True)
class Box:
    """A shaded block of named facts, e.g. where to pay, or of one text."""

    title: str
    facts: Sequence[tuple[str, str]] = ()
    text: str = ""


@dataclass(frozen=True)
class Internal:
    """A last page that stays in the house."""

    title: str
    facts: Sequence[tuple[str, str]]
    columns: Sequence[str] = ()
    rows: Sequence[Sequence[str]] = ()
    notes: Sequence[str] = ()


@dataclass(frozen=True)
class Sender:
    """Us; ``columns`` stand at the foot of each page, the ``logo`` (blank: our name) at the head of the first."""

    name: str
    return_line: str
    columns: Sequence[str]
    logo: bytes = b""


@dataclass(frozen=True)
class Paper:
    """One thing to print. ``mark`` is written across each page, e.g. “Copy”; ``signatures``: who signs, and the words
    below each name."""

    sender: Sender
    locale: Locale
    heading: str
    address: str
    facts: Sequence[tuple[str, str]]
    columns: Sequence[Column]
    rows: Sequence[Row]
    words: dict[str, str]
    totals: Sequence[Total] = ()
    summaries: Sequence[Summary] = ()
    boxes: Sequence[Box] = ()
    notes: Sequence[str] = ()
    intro: str = ""
    mark: str = ""
    signatures: Sequence[tuple[str, str]] = ()
    internal: Internal | None = field(default=None)


def pdf(papers: Sequence[Paper]) -> bytes:
    """Papers as one PDF, pages counted for each by itself; language and direction are those of the first."""
    made = _compiled(papers, "pdf")
    return made if isinstance(made, bytes) else made[0]


def pictures(papers: Sequence[Paper], *, dots_per_inch: float = 110) -> list[bytes]:
    """The pages as PNG, for a preview."""
    made = _compiled(papers, "png", dots_per_inch)
    return [made] if isinstance(made, bytes) else list(made)


def _compiled(papers: Sequence[Paper], kind: Any, ppi: float | None = None) -> Any:
    try:
        return typst.compile(
            _LAYOUT,
            format=kind,
            ppi=ppi,
            font_paths=_fonts(),
            sys_inputs={"papers": json.dumps(_job(papers), ensure_ascii=False)},
        )
    except typst.TypstError as error:
        raise DomainError(
            "pdf_not_made", _("The document could not be turned into PDF. Ask an administrator.")
        ) from error


#: Packages with fonts, and where in them these are: ours, and for Chinese, Japanese and Korean the extra ``cjk``.
_FONT_PACKAGES = {"font_source_sans_pro": "files", "noto_cjk_sans_otc": "."}


@lru_cache(maxsize=1)
def _fonts() -> typst.Fonts:
    """The fonts, read once a process: ours, those that typst brings, and for other scripts the system's."""
    found = {name: importlib.util.find_spec(name) for name in _FONT_PACKAGES}
    places = [
        Path(place) / _FONT_PACKAGES[name]
        for name, spec in found.items()
        for place in (spec.submodule_search_locations or () if spec else ())
    ]
    return typst.Fonts(font_paths=list(places))


def _job(papers: Sequence[Paper]) -> dict[str, Any]:
    first = papers[0]
    return {
        "lang": first.locale.language[:3],
        "region": first.locale.territory if len(first.locale.territory or "") == 2 else None,
        "rtl": first.locale.text_direction == "rtl",
        "title": _clean(first.heading),
        "author": _clean(first.sender.name),
        "logo": list(first.sender.logo),
        "papers": [_paper(paper) for paper in papers],
    }


def _paper(paper: Paper) -> dict[str, Any]:
    told = {each.name: getattr(paper, each.name) for each in fields(paper) if each.name != "locale"}
    sheet = "us-letter" if paper.locale.territory in ("US", "CA", "MX") else "a4"
    return {name: _clean_all(value) for name, value in told.items()} | {"sheet": sheet}


def _clean_all(value: Any) -> Any:
    if isinstance(value, str):
        return _clean(value)
    if isinstance(value, dict):
        return {key: _clean_all(each) for key, each in value.items()}
    if isinstance(value, bytes):
        return None  # the logo is the same on all papers of a job
    if is_dataclass(value):
        return {each.name: _clean_all(getattr(value, each.name)) for each in fields(value)}
    if isinstance(value, list | tuple):
        return [_clean_all(each) for each in value]
    return value


def _clean(text: str) -> str:
    """Without control characters; words too long for any column may break."""
    plain = _CONTROLS.sub(" ", text.replace("\r\n", "\n"))
    return _LONG_WORD.sub(lambda found: "\u200b".join(_pieces(found.group())), plain)


def _pieces(word: str) -> list[str]:
    return [word[at : at + _PIECE] for at in range(0, len(word), _PIECE)]
