"""Filters that few entries meet together have an index of their own, so that a long log is not read for them."""

from __future__ import annotations

import pytest
from django.db import connection

from tuttava.foundation.directory.models import Company
from tuttava.interactions.models import InteractionLogEntry

ROWS = 3000


@pytest.fixture
def log(company: Company) -> None:
    """A log of evaluated entries and of entries with campaign and opportunity, hardly any of which are both."""
    columns = {
        "id": "gen_random_uuid()",
        "version": "1",
        "entry_no": "i",
        "date": "date '2026-01-01' + i / 100",
        "evaluation": "CASE WHEN i % 3 = 1 THEN 'positive' ELSE 'none' END",
        "campaign_no": "CASE WHEN i % 3 = 0 THEN 'C' || i % 20 ELSE '' END",
        "opportunity_no": "CASE WHEN i % 3 = 0 THEN 'O' || i % 20 ELSE '' END",
    }
    for field in InteractionLogEntry._meta.concrete_fields:
        if field.column not in columns and not field.null:
            default = field.get_default()
            columns[field.column] = f"'{default if default is not None else ''}'"
    with connection.cursor() as cursor:
        cursor.execute(
            f"INSERT INTO {InteractionLogEntry._meta.db_table} ({', '.join(columns)})"
            f" SELECT {', '.join(columns.values())} FROM generate_series(1, {ROWS}) i"
        )
        cursor.execute(f"ANALYZE {InteractionLogEntry._meta.db_table}")


@pytest.mark.parametrize(
    ("filled", "more", "index"),
    [
        ("campaign_no", {}, "interaction_by_rated_campaign"),
        ("opportunity_no", {"salesperson": "PS"}, "interaction_by_rated_opp"),
    ],
)
@pytest.mark.usefixtures("log")
def test_evaluated_entries_of_campaigns_and_opportunities_are_found_at_once(
    filled: str, more: dict[str, str], index: str
) -> None:
    rows = InteractionLogEntry.objects.filter(evaluation="positive", postponed=False, **more).exclude(**{filled: ""})
    assert index in rows.order_by("-date", "-entry_no")[:51].explain()
