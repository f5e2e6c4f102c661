"""Changes of segments since they were read (A-80, A-81, A-96)."""

from __future__ import annotations

import pytest

from tests.api.conftest import Json, Service
from tests.api.live import live_crm, live_services, live_user
from tests.segments.making import make_company, make_segment
from tuttava.foundation import records
from tuttava.segments import by_hand

__all__ = ["live_crm", "live_services", "live_user"]
pytestmark = pytest.mark.usefixtures("live_company")


def test_changed_lines_and_deleted_segments_are_told(live_crm: Service) -> None:
    kept, gone = make_segment(), make_segment()
    link = live_crm.get("segments", prefer="odata.track-changes").json["@odata.deltaLink"]
    hub = make_company(name="Berg AS")
    line = by_hand.add_line(kept, {"contact_id": hub.pk})
    records.delete(gone)
    found: list[Json] = live_crm.get(link).value
    assert {each["id"]: each.get("reason") or each["noOfLines"] for each in found} == {
        str(kept.pk): 1,
        str(gone.pk): "deleted",
    }
    assert live_crm.get("segmentLines", prefer="odata.track-changes").status == 501
    by_hand.delete_line(line)
    records.delete(kept)
    records.delete(hub)
