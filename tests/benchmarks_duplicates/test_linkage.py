"""The field set for Splink: what is cleaned and what is compared."""

from __future__ import annotations

import polars as pl
import pytest

duckdb = pytest.importorskip("duckdb")
pytest.importorskip("splink")

from tuttava.linkage import fields  # noqa: E402


def test_cleaning_folds_accents_signs_and_formats() -> None:
    source = pl.DataFrame(
        {
            "unique_id": [1, 2],
            "name": ["Ørnes Bygg A/S", " "],
            "phone": ["+47 22 33 44 55", "(020) 7946-0018"],
            "post_code": ["114 90", None],
            "email": ["Info@Example.COM", ""],
        }
    )
    connection = duckdb.connect()
    connection.register("source", source.to_arrow())
    rows = connection.execute(fields.cleaned("source", source.columns, "duckdb")).fetchall()
    assert rows[0] == (1, "ornes bygg as", "22334455", "11490", "info@example.com")
    assert rows[1] == (2, None, "79460018", None, None)


def test_rules_name_only_columns_that_are_there() -> None:
    model = fields.Model(frozenset({"name", "city", "email"}), persons=False)
    rules = " ".join(rule.get_blocking_rule("duckdb").blocking_rule_sql for rule in model.blocking())
    assert "city" in rules
    assert "phone" not in rules
    assert "post_code" not in rules


def test_files_of_persons_are_compared_by_name_parts() -> None:
    febrl = fields.Model(frozenset({"first_name", "surname", "birth_date", "national_id", "post_code"}), link=True)
    assert not febrl.registered
    assert febrl.settings().link_type == "link_only"
    assert len(febrl.comparisons()) == 5
