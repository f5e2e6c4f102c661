"""``python -m tuttava.linkage.spark CONTACTS TARGET``: duplicates of a base that no single machine can hold.

Reads contacts (Parquet, or CSV with a heading) whose columns are named by roles (see ``fields``) with a key in
``unique_id``, and writes ``TARGET/pairs`` and ``TARGET/clusters`` as Parquet. Run it by itself for a try on one
machine, or hand it to ``spark-submit`` for a cluster.
"""

from __future__ import annotations

import argparse
import logging
import tempfile
from typing import TYPE_CHECKING

from splink import Linker, SparkAPI
from splink.backends.spark import similarity_jar_location

from tuttava.linkage import fields

if TYPE_CHECKING:
    from pyspark.sql import DataFrame, SparkSession

#: The probability from which two records count as one party.
THRESHOLD = 0.95


def session(master: str | None = None) -> SparkSession:
    """The session of ``spark-submit``, or a new one at ``master`` (``local[2]`` is this machine, two cores).

    Splink brings its similarity functions for Spark in a JAR of its own; clusters need a place for checkpoints.
    """
    from pyspark.sql import SparkSession

    builder = SparkSession.builder.appName("Tuttava duplicates").config("spark.jars", similarity_jar_location())
    if master:
        builder = builder.master(master).config("spark.ui.enabled", "false")
        builder = builder.config("spark.sql.shuffle.partitions", "4").config("spark.default.parallelism", "4")
        builder = builder.config("spark.driver.host", "127.0.0.1").config("spark.driver.bindAddress", "127.0.0.1")
        builder = builder.config("spark.sql.warehouse.dir", tempfile.mkdtemp(prefix="tuttava-spark-"))
    started = builder.getOrCreate()
    if not started.sparkContext.getCheckpointDir():
        started.sparkContext.setCheckpointDir(tempfile.mkdtemp(prefix="tuttava-checkpoints-"))
    return started


def read(spark: SparkSession, source: str) -> DataFrame:
    """Contacts from Parquet, or from CSV with a heading; every column as text."""
    frame = spark.read.csv(source, header=True) if source.endswith((".csv", ".csv.gz")) else spark.read.parquet(source)
    return frame.selectExpr(*(f"CAST(`{name}` AS STRING) AS `{name}`" for name in frame.columns))


def find(spark: SparkSession, contacts: DataFrame, target: str, threshold: float = THRESHOLD) -> int:
    """Write the pairs and clusters of ``contacts`` below ``target``; returns how many pairs were found."""
    contacts.createOrReplaceTempView("tuttava_contacts")
    present = [name for name in contacts.columns if name in fields.ROLES]
    clean = spark.sql(fields.cleaned("tuttava_contacts", present, "spark")).persist()
    mode, count = "overwrite", 0
    for persons in (False, True) if "kind" in present else (True,):
        of_kind = f"kind = '{'person' if persons else 'company'}'"
        part = clean.where(of_kind) if "kind" in present else clean
        count += _find_kind(spark, part, persons, (target, mode), threshold)
        mode = "append"
    return count


def _find_kind(spark: SparkSession, part: DataFrame, persons: bool, target: tuple[str, str], threshold: float) -> int:
    """One model for companies and one for persons."""
    model = fields.Model(frozenset(part.columns) - {fields.ID}, persons=persons)
    api = SparkAPI(spark_session=spark)
    linker = Linker(api.register(part), model.settings(), log_level=logging.ERROR)
    fields.train(linker, model, plain=True)
    found = linker.inference.predict(threshold_match_probability=threshold)
    clusters = linker.clustering.cluster_pairwise_predictions_at_threshold(found, threshold)
    place, mode = target
    pairs = found.as_spark_dataframe().select("unique_id_l", "unique_id_r", "match_probability").persist()
    pairs.write.mode(mode).parquet(f"{place}/pairs")
    clusters.as_spark_dataframe().select("cluster_id", "unique_id").write.mode(mode).parquet(f"{place}/clusters")
    return int(pairs.count())


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m tuttava.linkage.spark", description=__doc__)
    parser.add_argument("contacts", help="Parquet, or CSV with a heading")
    parser.add_argument("target", help="directory for the pairs and clusters")
    parser.add_argument("--master", help="where to run without spark-submit, for example local[4]")
    parser.add_argument("--threshold", type=float, default=THRESHOLD, help="probability from which two are one")
    wanted = parser.parse_args()
    spark = session(wanted.master)
    count = find(spark, read(spark, wanted.contacts), wanted.target, wanted.threshold)
    print(f"{count} pairs written to {wanted.target}/pairs")


if __name__ == "__main__":
    main()
