"""``python -m benchmarks.duplicates.degenerate NAME``: bases on which naive searches take for ever."""

from __future__ import annotations

import json
import sys
import time
from collections.abc import Callable

import numpy as np
import polars as pl

from benchmarks.duplicates import worlds
from benchmarks.measure import peak_memory

SIZE = 100_000


def _base() -> pl.DataFrame:
    return worlds.world(SIZE).records


def one_mail() -> pl.DataFrame:
    """Half of the contacts have one e-mail address."""
    half = pl.int_range(pl.len()) < SIZE // 2
    return _base().with_columns(email=pl.when(half).then(pl.lit("info@example.com")).otherwise("email"))


def one_name() -> pl.DataFrame:
    """Everybody is called Test."""
    return _base().with_columns(
        *(pl.lit(None, pl.String).alias(field) for field in ("first_name", "middle_name", "surname")),
        name=pl.lit("Test"),
    )


def one_number() -> pl.DataFrame:
    """One field, the telephone number, is the same everywhere."""
    return _base().with_columns(phone=pl.lit("+47 22 00 00 00"))


def one_card() -> pl.DataFrame:
    """The same card 20,000 times, field for field."""
    return _base().head(1).select(pl.all().repeat_by(20_000).explode())


def empty() -> pl.DataFrame:
    """No field is filled."""
    frame = _base()
    return frame.clear(len(frame))


def signs() -> pl.DataFrame:
    """Names of emoji and of other scripts."""
    rng = np.random.default_rng(7)
    alphabet = list("😀🎉🦊漢字仮名мирשלוםسلامΩλφ")
    names = ["".join(rng.choice(alphabet, 4)) for _name in range(SIZE)]
    frame = _base().head(SIZE)
    written = pl.Series(names[: len(frame)])
    return frame.with_columns(name=written, surname=pl.when(pl.col("kind") == "person").then(written))


BASES: dict[str, Callable[[], pl.DataFrame]] = {
    "one e-mail address on half of 100,000 contacts": one_mail,
    "100,000 contacts named Test": one_name,
    "one telephone number on all of 100,000 contacts": one_number,
    "one card entered 20,000 times": one_card,
    "100,000 empty contacts": empty,
    "100,000 names of emoji and other scripts": signs,
}


def main() -> None:
    from tuttava.matching.finding import find_duplicates
    from tuttava.matching.records import Records
    from tuttava.matching.warm import warm_up

    frame = BASES[sys.argv[1]]()
    warm_up()
    started = time.perf_counter()
    found = find_duplicates(Records.of({name: frame[name] for name in frame.columns}))
    seconds = time.perf_counter() - started
    memory = peak_memory()
    print(json.dumps({"name": sys.argv[1], "seconds": seconds, "megabytes": memory, "pairs": len(found.left)}))


if __name__ == "__main__":
    main()
