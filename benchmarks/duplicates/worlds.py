"""Generated bases with known duplicates: companies and persons of six countries, a tenth of them entered repeatedly.

Every record is a view of its entity: fields are left blank as often as in real registers and numbers written in the
formats of different people, in the first record as in further ones; further records are damaged besides (see
``damage``). Seeds from 1000 on are for measuring; of those below 100 the shipped model was trained on 20 to 39 and
chosen with 41, 50 and 51.
"""

from __future__ import annotations

import random
from dataclasses import dataclass

import numpy as np
import polars as pl
from numpy.typing import NDArray

from benchmarks.duplicates import damage, words
from benchmarks.duplicates.truth import TRUTH, entities
from tuttava.contacts.vocabulary import LANDS

DUPLICATED = 0.1
#: How many further records a duplicated entity has.
COPIES = ((1, 0.65), (2, 0.25), (3, 0.1))
EVALUATION_SEED = 1000
#: How often a field is blank: companies, persons.
BLANK = {
    "address": (0.08, 0.25),
    "address_2": (0.3, 0.5),
    "post_code": (0.06, 0.2),
    "city": (0.04, 0.15),
    "phone": (0.12, 0.2),
    "mobile_phone": (0.1, 0.1),
    "email": (0.22, 0.2),
    "home_page": (0.55, 1.0),
    "vat_number": (0.45, 1.0),
    "registration_no": (0.55, 1.0),
    "birth_date": (1.0, 0.7),
    "company_name": (1.0, 0.1),
    "country": (0.1, 0.2),
}


@dataclass(frozen=True)
class World:
    """Records by role, and for each record its entity and the damage done to it."""

    records: pl.DataFrame
    entity: NDArray[np.int64]
    damage: list[str]

    def pairs(self) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
        """All pairs of records of one entity, lower row number first."""
        return true_pairs(self.entity)


def true_pairs(entity: NDArray[np.int64]) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """All unordered pairs of rows with one entity number."""
    order = np.argsort(entity, kind="stable")
    ranked = entity[order]
    lefts, rights, step = [], [], 1
    while step < len(ranked):
        same = np.flatnonzero(ranked[:-step] == ranked[step:])
        if not len(same):
            break
        lefts.append(order[same])
        rights.append(order[same + step])
        step += 1
    if not lefts:
        return np.empty(0, np.int64), np.empty(0, np.int64)
    left, right = np.concatenate(lefts), np.concatenate(rights)
    return np.minimum(left, right), np.maximum(left, right)


def world(size: int, seed: int = EVALUATION_SEED) -> World:
    """A base of about ``size`` records; the same seed gives the same base."""
    rng = np.random.default_rng(seed)
    per_entity = 1 + DUPLICATED * sum(count * share for count, share in COPIES)
    truth = entities(int(size / per_entity), rng)
    count = np.zeros(len(truth), np.int64)
    doubled = rng.random(len(truth)) < DUPLICATED
    further, shares = zip(*COPIES, strict=True)
    count[doubled] = rng.choice(further, size=int(doubled.sum()), p=shares)
    copies = np.repeat(np.arange(len(truth)), count)
    entity = np.concatenate([np.arange(len(truth)), copies])
    records = blanked(written(truth[entity], rng), rng)
    changed, notes = _damage(records[len(truth) :], _others(truth, copies, rng), rng)
    order = rng.permutation(len(entity))
    whole = pl.concat([records[: len(truth)], changed])[order]
    damages = [""] * len(truth) + notes
    return World(whole, entity[order], [damages[row] for row in order])


def blanked(records: pl.DataFrame, rng: np.random.Generator) -> pl.DataFrame:
    """With fields left out as often as people leave them out."""
    person = pl.col("kind") == "person"
    columns = []
    for field, (company_share, person_share) in BLANK.items():
        draw = pl.lit(pl.Series(rng.random(len(records))))
        share = pl.when(person).then(person_share).otherwise(company_share)
        columns.append(pl.when(draw >= share).then(field).alias(field))
    return records.with_columns(columns)


def written(records: pl.DataFrame, rng: np.random.Generator) -> pl.DataFrame:
    """With numbers in the formats in which people write them."""
    land = pl.col("country").fill_null("")
    calling = land.replace_strict({land.code: land.calling for land in LANDS}, default="")
    trunk = land.replace_strict(words.TRUNK, default="")
    columns = []
    for field in ("phone", "mobile_phone"):
        style, number = pl.lit(pl.Series(rng.random(len(records)))), pl.col(field)
        spaced = number.str.replace(r"^(\d\d)(\d\d)(\d\d)(\d+)$", "$1 $2 $3 $4")
        dashed = number.str.replace(r"^(\d{2,3})(\d+)$", "$1-$2")
        columns.append(
            pl.when(style < 0.3)
            .then(calling + " " + spaced)
            .when(style < 0.4)
            .then(calling + number)
            .when(style < 0.6)
            .then(trunk + number)
            .when(style < 0.8)
            .then(trunk + spaced)
            .when(style < 0.9)
            .then(trunk + dashed)
            .otherwise(calling.str.replace("+", "00", literal=True) + number)
            .str.strip_chars()
            .alias(field)
        )
    spaced = pl.col("vat_number").str.replace(r"^(\D\D)(\d{3})(\d{3})(\d{3})", "$1 $2 $3 $4")
    bare = pl.col("vat_number").str.slice(2)
    style = pl.lit(pl.Series(rng.random(len(records))))
    vat = pl.when(style < 0.6).then("vat_number").when(style < 0.8).then(spaced).otherwise(bare)
    return records.with_columns(*columns, vat_number=vat)


def _others(truth: pl.DataFrame, copies: NDArray[np.int64], rng: np.random.Generator) -> pl.DataFrame:
    """For each copy a stranger of the same kind and country, from whom new addresses, numbers and employers come."""
    groups = truth.select(pl.concat_str("country", "kind")).to_series().cast(pl.Categorical).to_physical().to_numpy()
    order = np.argsort(groups, kind="stable")
    first, last = (np.searchsorted(groups[order], groups[copies], side=side) for side in ("left", "right"))
    return truth[order[rng.integers(first, last)]]


def _damage(copies: pl.DataFrame, others: pl.DataFrame, rng: np.random.Generator) -> tuple[pl.DataFrame, list[str]]:
    chance = random.Random(int(rng.integers(2**63)))
    done = [
        damage.damaged(row, other, chance)
        for row, other in zip(copies.iter_rows(named=True), others.iter_rows(named=True), strict=True)
    ]
    rows = {field: [row[field] for row, _note in done] for field in TRUTH}
    return pl.DataFrame(rows, schema=copies.schema), [note for _row, note in done]
