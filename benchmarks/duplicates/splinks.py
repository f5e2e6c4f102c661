"""Splink 5 on DuckDB, with the field set that the product documents for bases beyond one machine."""

from __future__ import annotations

import logging
import os
from typing import TYPE_CHECKING, Any

import numpy as np
import polars as pl

from benchmarks.duplicates.contestants import Answer, Contestant
from benchmarks.duplicates.scores import Scored, components, keys
from benchmarks.duplicates.sets import LabelledSet

if TYPE_CHECKING:
    import duckdb

    from tuttava.linkage.fields import Model

#: The threshold for clusters in Splink's own first example.
OWN = 0.95
LOWEST = 0.01
#: Bases with fewer records are blocked on single columns, as Splink's examples for such bases are.
SMALL = 20_000


class Splink(Contestant):
    """Companies and persons get a model each, trained on the base; all stages count, as none can be done before."""

    title = "Splink 5, DuckDB"
    _scores: Scored | None = None

    def prepare(self) -> None:
        import duckdb  # noqa: F401
        import splink  # noqa: F401

        from tuttava.linkage import fields  # noqa: F401

        logging.getLogger("splink").setLevel(logging.ERROR)

    def find(self, data: LabelledSet) -> Answer:
        connection, models = cleaned(data)
        self._scores = merged([self._part(connection, number, model) for number, model in enumerate(models)], data)
        own = self._scores.above(OWN)
        return Answer(own, components(len(data), own), OWN)

    def _part(self, connection: duckdb.DuckDBPyConnection, number: int, model: Model) -> Any:
        """The scored pairs of one kind of record."""
        from splink import DuckDBAPI, Linker

        from tuttava.linkage import fields

        api = DuckDBAPI(connection)
        tables = [f"part{number}_0", f"part{number}_1"] if model.link else [f"part{number}_0"]
        linker = Linker([api.register(table) for table in tables], model.settings(), log_level=logging.ERROR)
        fields.train(linker, model)
        found = linker.inference.predict(threshold_match_probability=LOWEST, warning_mode="never")
        wanted = "unique_id_l, unique_id_r, match_probability"
        return connection.execute(f"SELECT {wanted} FROM {found.physical_name}").fetchnumpy()

    def all_scores(self, data: LabelledSet) -> Scored:
        if self._scores is None:
            raise RuntimeError("find first")
        return self._scores

    def candidates(self, data: LabelledSet) -> float | None:
        """True pairs that satisfy one of the blocking rules."""
        connection, models = cleaned(data)
        left, right = data.pairs()
        connection.register("truth", pl.DataFrame({"l": left, "r": right}).to_arrow())
        met: set[int] = set()
        for number, model in enumerate(models):
            rules = [rule.get_blocking_rule("duckdb").blocking_rule_sql for rule in model.blocking()]
            sides = (f"part{number}_0", f"part{number}_{int(model.link)}")
            rows = connection.execute(
                f"SELECT truth.l, truth.r FROM truth JOIN {sides[0]} l ON l.unique_id = truth.l "
                f"JOIN {sides[1]} r ON r.unique_id = truth.r WHERE {' OR '.join(f'({rule})' for rule in rules)}"
            ).fetchnumpy()
            met |= set(keys((rows["l"], rows["r"]), len(data)).tolist())
        return len(met) / max(1, len(left))


def cleaned(data: LabelledSet) -> tuple[duckdb.DuckDBPyConnection, list[Model]]:
    """A database with the cleaned records, a table for each kind (and file), and the models for them."""
    import duckdb

    from tuttava.linkage import fields

    connection = duckdb.connect()
    connection.execute(f"SET threads = {os.cpu_count() or 2}")
    connection.execute(
        f"CREATE VIEW source AS SELECT file_row_number AS {fields.ID}, * "
        f"FROM read_parquet('{data.path}', file_row_number = true)"
    )
    present = [row[0] for row in connection.execute("DESCRIBE source").fetchall() if row[0] in fields.ROLES]
    connection.execute(f"CREATE TABLE clean AS {fields.cleaned('source', present, 'duckdb')}")
    link = data.second_file is not None
    kinds = [False, True] if "kind" in present else [True]
    models = []
    for number, persons in enumerate(kinds):
        of_kind = f"(kind = 'person') = {persons}" if "kind" in present else "true"
        for file in range(1 + link):
            side = f"(unique_id >= {data.second_file}) = {bool(file)}" if link else "true"
            table = f"part{number}_{file}"
            connection.execute(f"CREATE TABLE {table} AS SELECT * FROM clean WHERE {of_kind} AND {side}")
        models.append(fields.Model(frozenset(present), persons, link, small=len(data) < SMALL))
    return connection, models


def merged(parts: list[Any], data: LabelledSet) -> Scored:
    """The pairs of all parts."""
    left, right = (np.concatenate([part[f"unique_id_{side}"] for part in parts]).astype(np.int64) for side in "lr")
    score = np.concatenate([part["match_probability"] for part in parts]).astype(np.float32)
    return Scored(np.minimum(left, right), np.maximum(left, right), score)
