"""Finding records by typed text: the best hits, with bounded work at any number of records.

It works for every model that says in ``searched`` what it is found by (see :mod:`~tuttava.foundation.search_tokens`).

The search goes in tiers and stops as soon as it has enough: an exact key (number, e-mail address, tax number, phone
number), the name begins with the text, all words are whole words of the record, all words begin words of it, all
words are parts of its name. Every tier reads one index and takes no more rows than asked for.
"""

from __future__ import annotations

import uuid
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from functools import lru_cache
from typing import Any, cast

from django.db import connection, models, transaction
from django.db.models import Q, QuerySet

from tuttava.foundation.bulk import update_many
from tuttava.foundation.context import current
from tuttava.foundation.fields import as_code
from tuttava.foundation.former import former_id, table_of
from tuttava.foundation.search_tokens import (
    SHORTEST_PART,
    Searched,
    email_key,
    is_ideographic,
    key_of,
    national,
    set_search,
)
from tuttava.foundation.text import digits, folded_words, spellings, words

#: A list shows at most this many hits of a search; whoever has more types another word.
MOST_HITS = 500
_LONGEST_TEXT = 200
_MOST_WORDS = 8
_SHORTEST_PHONE = 5
_MOST_TESTED = 2000
_BATCH = 1000
_PHONE_SIGNS = frozenset("+-./() \u00a0\u2011\u2013&=?xX")


@dataclass(frozen=True)
class Typed:
    """What somebody typed into the search: its words, and what it could be if it were a key."""

    text: str
    words: tuple[str, ...]
    name: str
    key: str
    email: str
    domain: str
    phone: str
    international: bool

    @property
    def is_key(self) -> bool:
        """Whether this looks like a number or an e-mail address: one that is found needs no further search."""
        return bool(self.email) or any(char.isdecimal() for char in self.key)


@lru_cache(maxsize=256)
def read(text: str) -> Typed:
    """Understand typed text; whatever is longer than any name is cut."""
    text = text[:_LONGEST_TEXT].strip()
    found = tuple(dict.fromkeys(words(text)))[:_MOST_WORDS]
    is_phone = bool(text) and all(char.isdecimal() or char in _PHONE_SIGNS for char in text)
    phone = digits(text) if is_phone else ""
    one_word = len(text.split()) == 1
    local, at, domain = text.rpartition("@") if one_word else ("", "", "")
    if one_word and not at and "." in text.strip(".") and not is_phone:
        domain = text
    return Typed(
        text=text,
        words=found,
        name=" ".join(folded_words(text)),
        key=key_of(text),
        email=email_key(text) if local else "",
        domain=email_key(domain.strip(".")),
        phone=phone.lstrip("0"),
        international=is_phone and (text.startswith("+") or phone.startswith("00")),
    )


def search_ids(text: str, rows: QuerySet[Any], *, limit: int = 50) -> list[uuid.UUID]:
    """Ids of those of ``rows`` that ``text`` means, best first, at most ``limit``.

    Privacy-blocked records are found by their number only, unless the user may see personal data (C-72).
    """
    typed = read(text)
    if not typed.text:
        return []
    rows = rows.order_by()
    numbered, begun = _numbered(typed, rows), _name_begins(typed, rows, limit)
    with by_tokens():
        keys = [*numbered, *_keys(typed, rows, limit)]
        found = dict.fromkeys([*keys, *begun])
        for tier in () if keys and typed.is_key else _TIERS:
            if len(found) >= limit:
                break
            found.update(dict.fromkeys(tier(typed, rows, limit)))
    return list(found)[:limit]


def search_queryset(text: str, queryset: QuerySet[Any]) -> QuerySet[Any]:
    """``queryset`` narrowed to what ``text`` finds in it: at most :data:`MOST_HITS`, the best ones.

    Filters of ``queryset`` take part in the search; its order stays, so lists page through the hits as usual.
    """
    return queryset.filter(pk__in=search_ids(text, queryset, limit=MOST_HITS))


def refresh_search(model: type[models.Model], ids: Sequence[uuid.UUID], **also: Any) -> None:
    """Make these records found by what they hold now, after their rows were written past the rules; set-based.

    ``also``: values of further fields to store with it.
    """
    for start in range(0, len(ids), _BATCH):
        rows: list[Any] = list(model._default_manager.filter(pk__among=ids[start : start + _BATCH]))
        for row in rows:
            set_search(row)
            for name, value in also.items():
                setattr(row, name, value)
        update_many(rows, ["search_tokens", "search_text", *also])


@contextmanager
def by_tokens() -> Iterator[None]:
    """Steer the planner to the token index: it guesses badly how many rows a rare beginning finds.

    It would take a rare beginning for a common one and walk through the table, or along another index, until enough is
    found. Common ones it knows from its statistics; for those the table stays the better way, if a dear one.
    """
    with transaction.atomic(savepoint=False), connection.cursor() as cursor:
        _steer(cursor, index_scans="off", page_cost="20")
        yield
        _steer(cursor, index_scans="on", page_cost="1")


def _steer(cursor: Any, *, index_scans: str, page_cost: str) -> None:
    cursor.execute(
        "SELECT set_config('enable_indexscan', %(scans)s, true), set_config('enable_indexonlyscan', %(scans)s, true),"
        " set_config('seq_page_cost', %(cost)s, true)",
        {"scans": index_scans, "cost": page_cost},
    )


Tier = Callable[[Typed, "QuerySet[Any]", int], Iterable[uuid.UUID]]


def _seen(rows: QuerySet[Any]) -> QuerySet[Any]:
    """What may be found by personal fields."""
    flag = _searched(rows).locked_by
    return rows.filter(**{flag: False}) if flag and not current().may("privacy.manage") else rows


def _searched(rows: QuerySet[Any]) -> Searched:
    return cast("Searched", rows.model.searched)


def _numbered(typed: Typed, rows: QuerySet[Any]) -> Iterable[uuid.UUID]:
    """The record with this number, or that the one which had it was folded into (M-41)."""
    found = list(rows.filter(no=as_code(typed.text)).values_list("pk", flat=True))
    former = former_id(table_of(rows.model), typed.text) if typed.is_key and not found else None
    return list(rows.filter(pk=former).values_list("pk", flat=True)) if former else found


def _keys(typed: Typed, rows: QuerySet[Any], limit: int) -> Iterable[uuid.UUID]:
    """A whole key, e-mail address or phone number."""
    exact = [f"={key}" for key in (typed.key, typed.email) if key]
    query = [_lexeme(key) for key in exact]
    if len(typed.phone) >= _SHORTEST_PHONE:
        front = national(f"+{typed.phone}") if typed.international else typed.phone
        query += [_lexeme(f"={front}"), beginning(f"~{typed.phone[::-1]}")]
    return _hits(_seen(rows).filter(search_tokens__matches=any_of(query)), limit) if query else ()


def _name_begins(typed: Typed, rows: QuerySet[Any], limit: int) -> Iterable[uuid.UUID]:
    """Records whose name begins with the text, in the order of their names."""
    if not typed.name:
        return ()
    begins = _seen(rows).filter(search_text__gte=typed.name, search_text__lt=f"{typed.name}\U0010ffff")
    return list(begins.order_by("search_text", "pk").values_list("pk", flat=True)[:limit])


def _key_begins(typed: Typed, rows: QuerySet[Any], limit: int) -> Iterable[uuid.UUID]:
    """The beginning of a number, of an e-mail address or its domain, or some digits of a phone number."""
    query = []
    if len(typed.phone) >= SHORTEST_PART:
        front = national(f"+{typed.phone}") if typed.international else typed.phone
        query += [beginning(f"={front}")] if front else []
        query += [beginning(f"~{typed.phone[::-1]}")]
    elif len(typed.key) >= SHORTEST_PART and digits(typed.key):
        query += [beginning(f"={typed.key}")]
    query += [beginning(f"={typed.email}")] if typed.email else []
    query += [beginning(f"@{typed.domain}")] if len(typed.domain) >= SHORTEST_PART else []
    return _hits(_seen(rows).filter(search_tokens__matches=any_of(query)), limit) if query else ()


def _whole_words(typed: Typed, rows: QuerySet[Any], limit: int) -> Iterable[uuid.UUID]:
    if not typed.words:
        return ()
    whole = _every(typed.words, lambda word: _lexeme(f"^{word}"))
    return _hits(_seen(rows).filter(search_tokens__matches=whole), limit, typed)


def _beginnings(typed: Typed, rows: QuerySet[Any], limit: int) -> Iterable[uuid.UUID]:
    if _all_short(typed):
        return ()
    return _all_words(typed, rows, limit, lambda word: beginning(f"^{word}"))


def _parts(typed: Typed, rows: QuerySet[Any], limit: int) -> Iterable[uuid.UUID]:
    if _all_short(typed):
        return ()
    return _all_words(typed, rows, limit, lambda word: f"({beginning(f'^{word}')} | {beginning(word)})")


_TIERS: tuple[Tier, ...] = (_key_begins, _whole_words, _beginnings, _parts)


def _is_short(word: str) -> bool:
    return len(word) < SHORTEST_PART and not is_ideographic(word)


def _all_short(typed: Typed) -> bool:
    """Beginnings of one or two letters alone would read half the index; names that begin so are found already."""
    return all(_is_short(word) for word in typed.words)


def _all_words(typed: Typed, rows: QuerySet[Any], limit: int, term: Callable[[str], str]) -> list[uuid.UUID]:
    """Records in which every word is found; single letters are tested on the first that the other words find."""
    indexed = [word for word in typed.words if len(word) > 1 or is_ideographic(word)]
    tested = [word for word in typed.words if word not in indexed]
    found = _seen(rows).filter(search_tokens__matches=_every(indexed, term))
    if tested:
        letters = Q(search_tokens__holds=_every(tested, lambda word: beginning(f"^{word}")))
        near = found.annotate(fits=letters).values_list(*_read_for_rank(found), "fits")[:_MOST_TESTED]
        return _ranked((row[:-1] for row in near if row[-1]), typed)
    return _hits(found, limit, typed)


def _hits(found: QuerySet[Any], limit: int, typed: Typed | None = None) -> list[uuid.UUID]:
    """Up to a few times ``limit`` rows in the order the index gives, the best of them first."""
    most = limit if limit >= MOST_HITS else 4 * limit
    return _ranked(found.values_list(*_read_for_rank(found))[:most], typed)


def _read_for_rank(found: QuerySet[Any]) -> tuple[str, ...]:
    """Key, name and what decides between equally good hits."""
    ranked_by = _searched(found).ranked_by
    return ("pk", "search_text", ranked_by) if ranked_by else ("pk", "search_text")


def _ranked(rows: Iterable[tuple[Any, ...]], typed: Typed | None) -> list[uuid.UUID]:
    wanted = {spelling for word in typed.words for spelling in spellings(word)} if typed else set()
    return [row[0] for row in sorted(rows, key=lambda row: _rank(row[1], row[2:], wanted))]


def _rank(text: str, kind: tuple[str, ...], wanted: set[str]) -> tuple[int, int, tuple[str, ...], int, str]:
    """Hits in the name before hits elsewhere, whole words before beginnings, companies first, short names first."""
    named = text.split()
    whole = sum(word in wanted for word in named)
    begun = sum(word.startswith(tuple(wanted)) for word in named) if wanted else 0
    return (-begun, -whole, kind, len(text), text)


def _lexeme(token: str) -> str:
    return "'" + token.replace("\\", "\\\\").replace("'", "''") + "'"


def beginning(token: str) -> str:
    return f"{_lexeme(token)}:*"


def any_of(terms: list[str]) -> str:
    return " | ".join(terms)


def _every(found: Iterable[str], term: Callable[[str], str]) -> str:
    """All words, each in any of its spellings."""
    return " & ".join(f"({any_of([term(spelling) for spelling in spellings(word)])})" for word in found)
