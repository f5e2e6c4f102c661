"""A merge in a change feed: the survivor changed, the duplicate is gone (A-83)."""

from __future__ import annotations

from tests.api.conftest import Service
from tests.api.live import live_crm, live_services, live_standard, live_user
from tests.merging.test_api_merges import act
from tuttava.merging.models import Merge

__all__ = ["live_crm", "live_services", "live_standard", "live_user"]


def test_delta_tells_of_both(live_crm: Service, live_standard: Service) -> None:  # A-83, M-41
    first, second = (live_crm.made("contacts", {"name": name})["id"] for name in ("Nordlys AS", "Nordlys"))
    links = [
        (service, service.get("contacts?$select=id", prefer="odata.track-changes").json["@odata.deltaLink"])
        for service in (live_crm, live_standard)
    ]
    merge = live_crm.post(f"contacts({first})/Microsoft.NAV.startMerge", {}).json
    number = live_crm.get(f"contacts({second})").json["no"]
    act(live_crm, merge, "chooseDuplicate", {"duplicate": number})
    assert act(live_crm, merge, "merge").json["status"] == "Merged"
    try:
        for service, link in links:
            changes = {each["id"]: each.get("reason", "changed") for each in service.get(link).value}
            assert changes == {first: "changed", second: "deleted"}
    finally:
        live_crm.delete(f"contacts({first})")
        Merge.objects.filter(pk=merge["id"]).delete()
