"""Delta links: everything that was committed since, once, and nothing else."""

from __future__ import annotations

import time
import uuid
from collections.abc import Iterator
from typing import Any

import pytest
from django.core import signing
from django.db import connection

from tests.api.conftest import Json, Service
from tests.api.live import live_crm, live_services, live_standard, live_user
from tests.api.webhook_sets import SETS
from tuttava.api import delta, setup
from tuttava.api.declare import CRM
from tuttava.api.models import ApiSetup
from tuttava.foundation.directory.models import Company, User
from tuttava.foundation.models import CommentLine, Territory

__all__ = ["live_crm", "live_services", "live_standard", "live_user"]

TRACK = "odata.track-changes"


@pytest.fixture(autouse=True)
def sets(live_company: Company) -> Iterator[None]:
    CRM.register(*SETS)
    before = list(Territory.objects.values_list("pk", flat=True))
    yield
    Territory.objects.exclude(pk__in=before).delete()
    for each in SETS:
        del CRM.sets[each.name]
    ApiSetup.objects.all().delete()
    setup.forget_setup()


def code() -> str:
    return uuid.uuid4().hex[:10].upper()


def start(api: Service, path: str = "testPlaces", **headers: str) -> str:
    """The delta link at the end of a full read."""
    return str(api.get(path, prefer=TRACK, **headers).json["@odata.deltaLink"])


def read(api: Service, link: str, **headers: str) -> tuple[list[Json], str]:
    """All pages of a delta, and the next link."""
    found: list[Json] = []
    while True:
        answer = api.get(link, **headers)
        assert answer.status == 200, answer.content
        found += answer.value
        if "@odata.deltaLink" in answer.json:
            return found, answer.json["@odata.deltaLink"]
        link = answer.json["@odata.nextLink"]


def told(entries: list[Json]) -> list[tuple[str, str]]:
    return [(each["id"], each.get("reason", "here")) for each in entries]


class TestLink:
    def test_last_page_carries_the_link(self, live_crm: Service) -> None:  # A-80, E-6
        Territory.objects.bulk_create(Territory(code=f"L{number}") for number in range(5))
        first = live_crm.get("testPlaces?$filter=startswith(code,'L')", prefer=f"{TRACK}, maxpagesize=3")
        assert "@odata.deltaLink" not in first.json and len(first.value) == 3
        last = live_crm.get(first.json["@odata.nextLink"], prefer="maxpagesize=3")
        assert len(last.value) == 2 and "@odata.nextLink" not in last.json
        assert "?deltaToken=" in last.json["@odata.deltaLink"]
        assert last.headers["Preference-Applied"] == "odata.maxpagesize=3, odata.track-changes"
        assert "@odata.deltaLink" not in live_crm.get("testPlaces").json

    @pytest.mark.parametrize("option", ["$top=3", "$skip=1", "$orderby=name"])
    def test_options_that_cut_or_order_do_without(self, live_crm: Service, option: str) -> None:
        answer = live_crm.get(f"testPlaces?{option}", prefer=TRACK)
        assert answer.status == 200 and "@odata.deltaLink" not in answer.json
        assert "Preference-Applied" not in answer.headers

    def test_search_and_expand_do_without(self, live_crm: Service) -> None:
        for option in ("$search=berg", "$expand=company"):
            assert "@odata.deltaLink" not in live_crm.get(f"contacts?$top=1&{option}", prefer=TRACK).json

    def test_untracked_set_is_named(self, live_crm: Service) -> None:
        answer = live_crm.get("testQuietPlaces", prefer=TRACK)
        assert (answer.status, answer.code) == (501, "BadRequest_MethodNotImplemented")
        assert "testQuietPlaces" in answer.json["error"]["message"]

    def test_options_cannot_be_added(self, live_crm: Service) -> None:
        assert live_crm.get(start(live_crm) + "&$filter=name eq 'x'").status == 400

    def test_unusable_tokens_lead_back_to_the_query(self, live_crm: Service, live_company: Company) -> None:
        link = start(live_crm, "testPlaces?$filter=name eq 'a b'&$select=code")
        setup.stored_setup()
        token = signing.loads(link.partition("deltaToken=")[2], salt=delta._SALT)
        strange = list(token)
        strange[2] = "1-1" + strange[2][strange[2].index("/") :]
        old = list(token)
        old[3] = int(time.time()) - 31 * 24 * 3600
        for each in (old, strange):
            made = signing.dumps(each, salt=delta._SALT, compress=True)
            answer = live_crm.get(f"testPlaces?deltaToken={made}")
            assert (answer.status, answer.code) == (410, "BadRequest_DeltaTokenExpired")
            assert answer.headers["Location"].endswith(
                f"{live_crm.base}/testPlaces?$filter=name%20eq%20'a%20b'&$select=code"
            )
            assert live_crm.get(answer.headers["Location"]).status == 200
        forged = live_crm.get(link[:-2] + ("aa" if link[-2:] != "aa" else "bb"))
        assert forged.status == 410 and forged.headers["Location"].endswith(f"{live_crm.base}/testPlaces")
        young = list(token)
        young[3] = int(time.time()) - 29 * 24 * 3600
        made = signing.dumps(young, salt=delta._SALT, compress=True)
        assert live_crm.get(f"testPlaces?deltaToken={made}").status == 200
        ApiSetup.objects.update(delta_retention_days=10)
        setup.forget_setup()
        assert live_crm.get(f"testPlaces?deltaToken={made}").status == 410

    def test_token_opens_no_other_set_and_no_other_company(
        self, live_crm: Service, live_company: Company
    ) -> None:
        token = start(live_crm).partition("?")[2]
        other = Company.objects.exclude(pk=live_company.pk).earliest("created_at")
        assert live_crm.get(f"testOpenPlaces?{token}").status == 410
        assert live_crm.get(f"{live_crm.root}/companies({other.pk})/testPlaces?{token}").status == 410

    def test_company_may_come_from_the_request(self, live_crm: Service, live_company: Company) -> None:
        answer = live_crm.get(f"{live_crm.root}/testPlaces?company={live_company.pk}", prefer=TRACK)
        link = answer.json["@odata.deltaLink"]
        assert f"/companies({live_company.pk})/testPlaces?deltaToken=" in link
        assert read(live_crm, link)[0] == []


class TestChanges:
    def test_created_changed_and_deleted(self, live_crm: Service, live_company: Company) -> None:  # A-81, E-6
        kept, gone = Territory.objects.create(code=code()), Territory.objects.create(code=code())
        link, gone_id = start(live_crm), str(gone.pk)
        gone.delete()
        Territory.objects.filter(pk=kept.pk).update(name="Renamed")
        new = Territory.objects.create(code=code())
        answer = live_crm.get(link)
        entries, following = read(live_crm, link)
        assert told(entries) == [(gone_id, "deleted"), (str(kept.pk), "here"), (str(new.pk), "here")]
        now = live_crm.get(f"testPlaces({kept.pk})").json
        assert entries[1] == {name: value for name, value in now.items() if name != "@odata.context"}
        assert entries[1]["@odata.etag"] and set(entries[1]) == {"@odata.etag", "id", "code", "name"}
        shown = f"{live_crm.root}/$metadata#companies({live_company.pk})/testPlaces"
        assert answer.json["@odata.context"].endswith(f"{shown}/$delta")
        assert set(entries[0]) == {"@odata.context", "id", "reason"}
        assert entries[0]["@odata.context"].endswith(f"{shown}/$deletedEntity")
        assert read(live_crm, following)[0] == []
        assert told(read(live_crm, link)[0]) == told(entries)

    def test_newer_clients_get_the_newer_form(self, live_crm: Service) -> None:
        place = Territory.objects.create(code=code())
        link, key = start(live_crm), str(place.pk)
        place.delete()
        entries, _link = read(live_crm, link, odata_maxversion="4.01")
        assert entries == [{"@removed": {"reason": "deleted"}, "id": key}]

    def test_filter_and_select_go_on(self, live_crm: Service) -> None:
        inside = Territory.objects.create(code=code(), name="in")
        leaving = Territory.objects.create(code=code(), name="in")
        entering = Territory.objects.create(code=code(), name="out")
        dying = Territory.objects.create(code=code(), name="in")
        link, dead = start(live_crm, "testPlaces?$filter=name eq 'in'&$select=code"), str(dying.pk)
        Territory.objects.filter(pk=inside.pk).update(closed=True)
        Territory.objects.filter(pk=leaving.pk).update(name="out")
        Territory.objects.filter(pk=entering.pk).update(name="in")
        dying.delete()
        entries, _link = read(live_crm, link)
        assert told(entries) == [
            (str(inside.pk), "here"),
            (str(leaving.pk), "changed"),
            (str(entering.pk), "here"),
            (dead, "deleted"),
        ]
        assert set(entries[0]) == {"@odata.etag", "id", "code"}

    def test_what_never_matched_is_not_told(self, live_crm: Service) -> None:
        outside, passing = Territory.objects.create(code=code(), name="out"), code()
        link = start(live_crm, "testPlaces?$filter=name eq 'in'")
        Territory.objects.filter(pk=outside.pk).update(closed=True)
        Territory.objects.create(code=passing, name="out").delete()
        outside.delete()
        assert read(live_crm, link)[0] == []

    def test_change_between_the_pages_of_the_first_read_is_not_lost(self, live_crm: Service) -> None:
        Territory.objects.bulk_create(Territory(code=f"Q{number}") for number in range(4))
        first = live_crm.get("testPlaces?$filter=startswith(code,'Q')", prefer=f"{TRACK}, maxpagesize=2")
        shown = first.value[0]["id"]
        Territory.objects.filter(pk=shown).update(name="After its page was read")
        last = live_crm.get(first.json["@odata.nextLink"], prefer="maxpagesize=2")
        assert told(read(live_crm, last.json["@odata.deltaLink"])[0]) == [(shown, "here")]

    def test_transaction_open_when_the_link_was_made(self, live_crm: Service, live_company: Company) -> None:
        other: Any = connection.copy()
        other.set_schema(live_company.schema)
        other.set_autocommit(False)
        made = uuid.uuid4()
        with other.cursor() as cursor:
            statement = (
                "INSERT INTO foundation_territory (id, version, code, name, closed) VALUES (%s, 1, %s, '', false)"
            )
            cursor.execute(statement, [made, code()])
        link = start(live_crm)
        quick = Territory.objects.create(code=code())
        entries, link = read(live_crm, link)
        assert told(entries) == [(str(quick.pk), "here")]
        other.commit()
        other.close()
        assert told(read(live_crm, link)[0]) == [(str(made), "here")]

    def test_large_delta_comes_in_pages_each_entity_once(self, live_crm: Service) -> None:
        link = start(live_crm)
        Territory.objects.bulk_create(Territory(code=f"R{number}") for number in range(50))
        Territory.objects.filter(code__in=[f"R{number}" for number in range(0, 50, 7)]).update(name="again")
        first = live_crm.get(link, prefer="maxpagesize=7")
        assert len(first.value) == 7 and "@odata.deltaLink" not in first.json
        Territory.objects.filter(code="R3").update(name="meanwhile")
        entries, following = read(live_crm, link, prefer="maxpagesize=7")
        assert len(entries) == len({each["id"] for each in entries}) == 50
        assert [each["code"] for each in read(live_crm, following)[0]] == []
        rest, after_first = read(live_crm, first.json["@odata.nextLink"], prefer="maxpagesize=7")
        assert len(rest) == 43 and [each["code"] for each in read(live_crm, after_first)[0]] == ["R3"]

    def test_changed_line_is_a_change_of_its_header(self, live_crm: Service) -> None:
        place = Territory.objects.create(code=code())
        link = start(live_crm)
        CommentLine.objects.create(owner_kind="contact", owner_id=place.pk, line_no=10000, comment="Hello")
        assert told(read(live_crm, link)[0]) == [(str(place.pk), "here")]

    def test_renumbered_record_is_one_changed_entity(self, live_crm: Service) -> None:
        place = Territory.objects.create(code="BEFORE")
        link = start(live_crm)
        assert live_crm.patch(f"testPlaces({place.pk})", {"code": "AFTER"}).status == 200
        entries, _link = read(live_crm, link)
        assert [(each["id"], each["code"]) for each in entries] == [(str(place.pk), "AFTER")]

    def test_user_without_rights_reads_no_delta(self, live_crm: Service, live_user: User) -> None:
        link = start(live_crm)
        User.objects.filter(pk=live_user.pk).update(is_superuser=False)
        assert live_crm.get(link).status in (403, 404)


class TestContacts:
    def test_contacts_of_the_standard_service(self, live_standard: Service) -> None:  # E-6
        names = [f"Fjord {uuid.uuid4().hex[:6]}" for _ in range(2)]
        made = [live_standard.made("contacts", {"displayName": name, "type": "Company"}) for name in names]
        link = start(live_standard, "contacts?$filter=startswith(displayName,'Fjord')&$select=displayName")
        assert live_standard.patch(f"contacts({made[0]['id']})", {"displayName": f"{names[0]} Nord"}).status == 200
        assert live_standard.delete(f"contacts({made[1]['id']})").status == 204
        entries, _link = read(live_standard, link)
        assert {(each["id"], each.get("reason", each.get("displayName"))) for each in entries} == {
            (made[0]["id"], f"{names[0]} Nord"),
            (made[1]["id"], "deleted"),
        }

    def test_delta_costs_a_fixed_number_of_queries(
        self, live_standard: Service, django_assert_max_num_queries: Any
    ) -> None:
        link = start(live_standard, "contacts")
        for _ in range(5):
            live_standard.made("contacts", {"displayName": "Many", "type": "Person"})
        with django_assert_max_num_queries(20):
            assert len(live_standard.get(link).value) == 5
