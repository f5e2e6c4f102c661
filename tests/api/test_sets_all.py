"""What every declared set answers: lists, orders, filters, expands, counts (A-43 to A-49, A-110)."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import pytest

from tests.api.conftest import CRM, STANDARD, Service, SignIn
from tuttava.api.declare import SERVICES, EntitySet
from tuttava.api.edm import Kind

pytestmark = pytest.mark.usefixtures("company")

SETS = [
    pytest.param(service.path, each, id=f"{service.name}-{each.name}")
    for service in SERVICES
    for each in service.sets.values()
    if not each.needs_parent and not each.needs_filter and "GET" in each.methods and not each.outside
]
_LITERALS = {
    Kind.STRING: "''",
    Kind.GUID: "00000000-0000-0000-0000-000000000000",
    Kind.BOOLEAN: "false",
    Kind.DATE: "0001-01-01",
    Kind.TIME: "00:00:00",
    Kind.INSTANT: "0001-01-01T00:00:00Z",
}


def of(sign_in: SignIn, path: str) -> Service:
    return sign_in("SUPER", service=path, name=f"super-{'crm' if path == CRM else 'standard'}")


def comparable(entity_set: EntitySet) -> list[str]:
    """Conditions that take each property's blank."""
    found = []
    for prop in entity_set.properties:
        if prop.computed or not prop.filterable or prop.type.many or prop.write_only:
            continue
        blank = f"'{prop.type.enum.members[0].name}'" if prop.type.enum else _LITERALS.get(prop.type.kind, "0")
        found.append(f"{prop.name} eq {blank}")
    return found


@pytest.mark.parametrize(("path", "entity_set"), SETS)
def test_every_property_is_answered_filtered_and_sorted(
    sign_in: SignIn, path: str, entity_set: EntitySet
) -> None:
    service = of(sign_in, path)
    page = service.get(f"{entity_set.name}?$top=3&$count=true")
    assert page.status == 200, page.content
    for row in page.value:
        assert [name for name in row if "@" not in name] == [prop.name for prop in entity_set.properties]
        assert None not in row.values()
    for some in by_few(comparable(entity_set)):
        all_rows = " and ".join(f"({condition} or {condition.replace(' eq ', ' ne ')})" for condition in some)
        answer = service.get(f"{entity_set.name}/$count?$filter={all_rows}")
        assert (answer.status, answer.content.decode()) == (200, str(page.json["@odata.count"])), some
    for some in by_few([prop.name for prop in entity_set.properties if not prop.computed and prop.sortable]):
        order = ",".join(f"{name} desc" for name in some)
        assert service.get(f"{entity_set.name}?$top=2&$orderby={order}").status == 200, some


def by_few(every: Sequence[str]) -> Iterator[Sequence[str]]:
    """A few at a time: one request asks about all of them."""
    return (every[start : start + 8] for start in range(0, len(every), 8))


@pytest.mark.parametrize(("path", "entity_set"), SETS)
def test_every_navigation_expands_both_ways(sign_in: SignIn, path: str, entity_set: EntitySet) -> None:
    service = of(sign_in, path)
    answer = service.get(f"{entity_set.name}?$top=3&$expand=*")
    assert answer.status == 200, answer.content
    declared = next(each for each in SERVICES if each.path == path)
    for navigation in entity_set.navigations:
        target = declared.target(navigation)
        if target is None:
            continue
        assert navigation.name not in entity_set.by_name
        assert not navigation.partner or navigation.partner in target.navigation_by_name, navigation.name
        if navigation.contained and not navigation.many:
            continue
        for row in answer.value[:1]:
            assert service.get(f"{entity_set.name}({row['id']})/{navigation.name}").status in (200, 204)


@pytest.mark.parametrize(("path", "entity_set"), SETS)
def test_natural_key_finds_the_row(sign_in: SignIn, path: str, entity_set: EntitySet) -> None:
    service = of(sign_in, path)
    for row in service.get(f"{entity_set.name}?$top=2").value:
        if entity_set.natural_key:
            parts = [f"{name}={literal(entity_set, name, row[name])}" for name in entity_set.natural_key]
            found = service.get(f"{entity_set.name}({','.join(parts)})")
            assert (found.status, found.json.get("id")) == (200, row["id"])


def literal(entity_set: EntitySet, name: str, value: object) -> str:
    return f"'{value}'" if entity_set.by_name[name].type.kind in (Kind.STRING, Kind.ENUM) else str(value)


@pytest.mark.parametrize("path", [STANDARD, CRM])
def test_natural_keys_name_declared_properties(path: str) -> None:
    for each in next(service for service in SERVICES if service.path == path).sets.values():
        assert set(each.natural_key) <= set(each.by_name), each.name
