"""The search on Spark, in local mode; only where the extra ``spark`` and Java are installed."""

from __future__ import annotations

import shutil
from pathlib import Path

import numpy as np
import polars as pl
import pytest
from benchmarks.duplicates import worlds

pytest.importorskip("pyspark")
pytestmark = pytest.mark.skipif(shutil.which("java") is None, reason="Spark needs Java")


def test_spark_finds_the_duplicates_of_a_file_of_persons(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    from tuttava.linkage import fields, spark

    monkeypatch.setattr(fields, "RANDOM_PAIRS", 5e4)
    base = worlds.world(800, 4)
    source = tmp_path / "persons.csv"
    persons = base.records.with_row_index("unique_id").filter(pl.col("kind") == "person")
    persons.select("unique_id", "first_name", "surname", "post_code", "birth_date", "mobile_phone").write_csv(source)
    session = spark.session("local[2]")
    count = spark.find(session, spark.read(session, str(source)), str(tmp_path / "found"))
    session.stop()
    pairs = pl.read_parquet(tmp_path / "found" / "pairs" / "*.parquet")
    assert len(pairs) == count > 0
    left, right = (base.entity[pairs[f"unique_id_{side}"].cast(pl.Int64).to_numpy()] for side in "lr")
    assert np.mean(left == right) > 0.5
    clusters = pl.read_parquet(tmp_path / "found" / "clusters" / "*.parquet")
    assert clusters["unique_id"].n_unique() == len(persons)
