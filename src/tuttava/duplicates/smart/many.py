"""Ids of contacts as arrays of their sixteen bytes: a batch has tens of thousands, and an object for each takes longer
than comparing them."""

from __future__ import annotations

import uuid
from collections.abc import Iterable
from typing import NamedTuple, TypeAlias

import numpy as np
from numpy.typing import NDArray

from tuttava.duplicates.smart.pairs import Pair

Ids: TypeAlias = NDArray[np.void]
Ints: TypeAlias = NDArray[np.int64]
Truths: TypeAlias = NDArray[np.bool_]


def as_bytes(ids: Iterable[uuid.UUID]) -> Ids:
    """Ids as an array of their sixteen bytes."""
    return np.frombuffer(b"".join([pk.bytes for pk in ids]), dtype="V16")


def of_texts(texts: str) -> Ids:
    """The same of ids written one behind the other, with or without hyphens."""
    return np.frombuffer(bytes.fromhex(texts.replace("-", "")), dtype="V16")


def as_uuids(ids: Ids) -> list[uuid.UUID]:
    """The ids themselves."""
    return [uuid.UUID(bytes=each) for each in ids.tolist()]


def literal(ids: Ids) -> str:
    """The ids as the server reads an array of them."""
    return "{" + ",".join(np.frombuffer(ids.tobytes().hex().encode(), dtype="S32").astype(str).tolist()) + "}"


def hashed(ids: Ids) -> NDArray[np.uint64]:
    """Sixteen bytes in eight: time and chance mixed."""
    halves = np.ascontiguousarray(ids).view(np.uint64).reshape(-1, 2)
    return halves[:, 0] * np.uint64(0x9E3779B97F4A7C15) ^ halves[:, 1]


class Places:
    """Where each id stands in an array of distinct ones."""

    def __init__(self, ids: Ids) -> None:
        hashes = hashed(ids)
        self._order = np.argsort(hashes)
        self._sorted = hashes[self._order]

    def of(self, ids: Ids) -> Ints:
        """The place of each of these ids; -1 for one that is not there."""
        if not len(self._sorted) or not len(ids):
            return np.full(len(ids), -1, dtype=np.int64)
        wanted = hashed(ids)
        place = np.minimum(np.searchsorted(self._sorted, wanted), len(self._sorted) - 1)
        return np.where(self._sorted[place] == wanted, self._order[place], -1)


class Pairs(NamedTuple):
    """Pairs of contacts, the smaller id in ``one``."""

    one: Ids
    other: Ids

    @classmethod
    def of(cls, pairs: Iterable[Pair]) -> Pairs:
        """The same of pairs of ids."""
        every = as_bytes(pk for pair in pairs for pk in pair)
        return cls.ordered(every[::2], every[1::2])

    @classmethod
    def ordered(cls, one: Ids, other: Ids) -> Pairs:
        """Pairs whichever way round."""
        mine, others = (np.ascontiguousarray(ids).view(">u8").reshape(-1, 2) for ids in (one, other))
        turned = (mine[:, 0] > others[:, 0]) | ((mine[:, 0] == others[:, 0]) & (mine[:, 1] > others[:, 1]))
        return cls(np.where(turned, other, one), np.where(turned, one, other))

    def joined(self, more: Pairs) -> Pairs:
        """These pairs and others, each once."""
        both = Pairs(np.concatenate((self.one, more.one)), np.concatenate((self.other, more.other)))
        _codes, first = np.unique(both._codes(), return_index=True)
        return both.taken(first)

    def taken(self, chosen: Ints | Truths) -> Pairs:
        """Some of them."""
        return Pairs(self.one[chosen], self.other[chosen])

    def among(self, others: Pairs) -> Truths:
        """Which of these are among ``others``."""
        return np.isin(self._codes(), others._codes())

    def keys(self) -> list[Pair]:
        """The pairs of ids."""
        return list(zip(as_uuids(self.one), as_uuids(self.other), strict=True))

    def _codes(self) -> NDArray[np.uint64]:
        return hashed(self.one) * np.uint64(0x9E3779B97F4A7C15) ^ hashed(self.other)


def distinct(ids: Ids) -> Ids:
    """Each id once."""
    _hashes, first = np.unique(hashed(ids), return_index=True)
    return ids[first]
