"""Every declared set answers conditions and orders over every property that it offers for them."""

from __future__ import annotations

import pytest

from tuttava.api.declare import SERVICES, EntitySet, Service
from tuttava.api.expressions import after, condition, order_by, order_keys, parse
from tuttava.api.expressions.scope import can_compare

pytestmark = pytest.mark.usefixtures("company")
SETS = [(service, each) for service in SERVICES for each in service.sets.values()]


@pytest.mark.parametrize(("service", "entity_set"), SETS, ids=[f"{one.name}-{each.name}" for one, each in SETS])
def test_each_property_can_be_filtered_and_sorted(service: Service, entity_set: EntitySet) -> None:
    offered = [prop for prop in entity_set.properties if can_compare(prop)]
    blank = " or ".join(f"{prop.name} eq null" for prop in offered if prop.filterable)
    rows = entity_set.queryset()
    assert rows.filter(condition(service, entity_set, parse(blank))).count() <= rows.count()
    sortable = [prop.name for prop in offered if prop.sortable]
    for start in range(0, len(sortable), 20):
        keys = order_keys(service, entity_set, ",".join(sortable[start : start + 20]))
        names = {f"sort_{at}": key.expression for at, key in enumerate(keys)}
        first = list(rows.annotate(**names).order_by(*order_by(keys)).values_list(*names)[:1])
        if first:
            assert None not in first[0]
            assert rows.filter(after(keys, first[0])).count() == rows.count() - 1
