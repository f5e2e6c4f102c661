"""Number series in the CRM service (17.12, C-98 to C-112)."""

from __future__ import annotations

import pytest

from tests.api.conftest import CRM, Service, SignIn

pytestmark = pytest.mark.usefixtures("company")


@pytest.fixture
def admin(sign_in: SignIn) -> Service:
    return sign_in("SUPER", service=CRM, name="admin")


def series(admin: Service, code: str = "T", **line: object) -> None:
    admin.made(
        "numberSeries?$expand=numberSeriesLines",
        {"code": code, "numberSeriesLines": [{"startingNo": "T1", "endingNo": "T3", "warningNo": "T3", **line}]},
    )


def test_series_is_made_with_its_lines_and_shows_the_current_one(admin: Service) -> None:  # A-63, C-107
    made = admin.made(
        "numberSeries?$expand=numberSeriesLines",
        {"code": "t ", "numberSeriesLines": [{"startingNo": "T1", "endingNo": "T10"}]},
    )
    assert made["code"] == "T"
    assert [line["lineNo"] for line in made["numberSeriesLines"]] == [10000]
    assert (made["startingNo"], made["endingNo"], made["lastNoUsed"], made["mode"]) == ("T01", "T10", "", "Normal")


def test_drawing_through_the_service_uses_numbers_up_and_warns(admin: Service) -> None:  # C-105, C-107, A-42
    series(admin)
    address = "numberSeries(code='T')/Microsoft.NAV."
    assert admin.get(f"{address}peekNext(date=2026-01-01)").json["value"] == "T1"
    drawn = [admin.post(f"{address}getNext").json["value"] for _ in range(2)]
    last = admin.post(f"{address}getNext", {}, prefer='odata.include-annotations="tuttava.*"').json
    assert [*drawn, last["value"]] == ["T1", "T2", "T3"]
    assert [message["code"] for message in last["@tuttava.messages"]] == ["number_series.warning"]
    refused = admin.post(f"{address}getNext")
    assert (refused.status, refused.domain_code) == (400, "number_series.exhausted")


def test_related_series_can_be_chosen(admin: Service) -> None:  # C-110
    series(admin)
    series(admin, "U")
    admin.made("numberSeriesRelationships", {"code": "T", "seriesCode": "U"})
    found = admin.get("numberSeries(code='T')/Microsoft.NAV.choices()").value
    assert [each["code"] for each in found] == ["T", "U"]


def test_contact_takes_its_number_from_a_related_series(admin: Service) -> None:  # C-1, C-110
    usual = admin.get("marketingSetup").value[0]["contactNos"]
    series(admin, "U")
    refused = admin.post("contacts", {"name": "A", "noSeries": "U"})
    assert (refused.status, refused.domain_code, refused.target) == (400, "number_series.not_related", "noSeries")
    admin.made("numberSeriesRelationships", {"code": usual, "seriesCode": "U"})
    made = admin.made("contacts", {"name": "A", "noSeries": "U"})
    assert (made["no"], made["noSeries"]) == ("T1", "U")
    changed = admin.patch(f"contacts({made['id']})", {"noSeries": usual})
    assert (changed.status, changed.code) == (400, "BadRequest_InvalidOperation")
    assert "read-only" in changed.json["error"]["message"]


def test_setup_is_one_row_that_can_be_changed_but_not_deleted(admin: Service) -> None:  # C-113, A-5
    (row,) = admin.get("marketingSetup").value
    changed = admin.patch(f"marketingSetup({row['id']})", {"searchHitPct": 70}, if_match=row["@odata.etag"])
    assert (changed.status, changed.json["searchHitPct"]) == (200, 70)
    refused = admin.delete(f"marketingSetup({row['id']})")
    assert (refused.status, refused.code, refused.headers["Allow"]) == (
        405,
        "BadRequest_MethodNotAllowed",
        "GET, PATCH, HEAD",
    )


def test_setup_is_read_by_all_and_written_by_administrators(crm: Service) -> None:  # 17.12, A-14
    (row,) = crm.get("marketingSetup").value
    answer = crm.patch(f"marketingSetup({row['id']})", {"searchHitPct": 70})
    assert (answer.status, answer.target) == (403, "marketingSetup")
