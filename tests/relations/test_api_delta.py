"""How programs hear of changes of records and of their links (A-80 to A-83); what is written here is committed."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest

from tests.api.conftest import Json, Service
from tests.api.live import live_crm, live_services, live_standard, live_user
from tuttava.contacts.models import Contact
from tuttava.foundation.directory.models import Company
from tuttava.partners.models import Customer, Vendor

__all__ = ["live_crm", "live_services", "live_standard", "live_user"]

TRACK = "odata.track-changes"


@pytest.fixture(autouse=True)
def clean(live_company: Company, live_crm: Service) -> Iterator[None]:
    """Leave the shared company as it was."""
    kinds: tuple[tuple[str, Any], ...] = (("customers", Customer), ("vendors", Vendor), ("contacts", Contact))
    before = {name: set(model.objects.values_list("pk", flat=True)) for name, model in kinds}
    yield
    for name, model in kinds:
        for pk in model.objects.exclude(pk__in=before[name]).values_list("pk", flat=True):
            assert live_crm.delete(f"{name}({pk})").status in (204, 404)


def start(service: Service, path: str) -> str:
    return str(service.get(path, prefer=TRACK).json["@odata.deltaLink"])


@pytest.mark.parametrize("name", ["customers", "vendors"])
def test_a_delta_tells_what_changed_on_either_side(
    live_standard: Service, live_crm: Service, name: str
) -> None:
    kept, gone = (live_standard.made(name, {"displayName": each}) for each in ("Fjord AS", "Fjell AS"))
    contact = live_crm.get(f"{name}({kept['id']})/contacts").value[0]
    link = start(live_standard, f"{name}?$select=number,phoneNumber")
    live_crm.patch(f"contacts({contact['id']})", {"phoneNo": "555"})
    live_standard.patch(f"{name}({kept['id']})", {"number": f"NEW-{name}"})
    live_standard.delete(f"{name}({gone['id']})")
    told: dict[str, Json] = {row["id"]: row for row in live_standard.get(link).value}
    assert set(told) == {kept["id"], gone["id"]}
    assert (told[kept["id"]]["number"], told[kept["id"]]["phoneNumber"]) == (f"NEW-{name}".upper(), "555")
    assert told[gone["id"]]["reason"] == "deleted"


def test_a_delta_tells_of_links_and_their_end(live_crm: Service) -> None:  # 17.1, A-81
    link = start(live_crm, "contactBusinessRelations")
    record = live_crm.made("customers", {"name": "Fjord AS"})
    row = live_crm.get(f"customers({record['id']})/contactBusinessRelation").json
    answer = live_crm.get(link).json
    assert [(each["id"], each["no"]) for each in answer["value"]] == [(row["id"], record["no"])]
    live_crm.delete(f"contactBusinessRelations({row['id']})")
    assert [each["reason"] for each in live_crm.get(answer["@odata.deltaLink"]).value] == ["deleted"]


def test_people_leave_the_delta_when_their_company_is_no_customer_any_more(
    live_standard: Service, live_crm: Service
) -> None:  # 16.3, A-81
    record = live_crm.made("customers", {"name": "Fjord AS", "contact": "Eva Lund"})
    person = live_crm.get(f"customers({record['id']})/primaryContact").json
    link = start(live_standard, "customerContacts")
    live_standard.delete(f"customers({record['id']})")
    told = live_standard.get(link).value
    assert (person["id"], "changed") in [(each["id"], each["reason"]) for each in told]
