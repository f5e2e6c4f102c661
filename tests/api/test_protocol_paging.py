"""Query options and pages (sections 5 and 6)."""

from __future__ import annotations

import pytest

from tests.api.conftest import Answered, Json, Service, SignIn
from tuttava.api.setup import forget_setup, stored_setup

pytestmark = pytest.mark.usefixtures("company")

NAMES = [f"Name {letter}" for letter in "ABCDEFG"]


@pytest.fixture
def seven(api: Service) -> list[Json]:
    return [api.made("contacts", {"displayName": name, "type": "Company", "city": name[-1]}) for name in NAMES]


def link_of(answer: Answered) -> str:
    return str(answer.json.get("@odata.nextLink", "")).replace("http://testserver", "")


def pages(api: Service, path: str, size: int) -> list[list[str]]:
    """The names on all pages."""
    found, link = [], path
    while link:
        answer = api.get(link, prefer=f"odata.maxpagesize={size}")
        assert answer.status == 200, answer.content
        found.append([each["displayName"] for each in answer.value])
        link = link_of(answer)
    return found


@pytest.mark.usefixtures("seven")
class TestPages:
    """A-51 to A-53."""

    @pytest.mark.parametrize(
        ("query", "size", "expected"),
        [
            ("", 3, ["ABC", "DEF", "G"]),
            ("", 7, ["ABCDEFG"]),
            ("&$top=5", 2, ["AB", "CD", "E"]),
            ("&$top=4", 2, ["AB", "CD"]),
            ("&$top=2", 2, ["AB"]),
            ("&$top=0", 2, [""]),
            ("&$skip=2", 2, ["CD", "EF", "G"]),
            ("&$skip=2&$top=3", 2, ["CD", "E"]),
            ("&$skip=9", 2, [""]),
        ],
    )
    def test_top_skip_and_pages(self, api: Service, query: str, size: int, expected: list[str]) -> None:
        found = pages(api, f"contacts?$orderby=displayName{query}", size)
        assert ["".join(name[-1] for name in page) for page in found] == expected

    def test_following_a_link_repeats_filter_order_selection_and_count(self, api: Service) -> None:
        path = "contacts?$filter=city gt 'B'&$orderby=displayName desc&$select=displayName&$count=true"
        first = api.get(path, prefer="maxpagesize=2")
        second = api.get(link_of(first), prefer="maxpagesize=2")
        assert [each["displayName"] for each in first.value + second.value] == list(reversed(NAMES))[:4]
        assert list(second.value[0]) == ["@odata.etag", "id", "displayName"]
        assert first.json["@odata.count"] == second.json["@odata.count"] == 5
        assert second.headers["Preference-Applied"] == "odata.maxpagesize=2"

    def test_rows_that_come_and_go_between_pages(self, api: Service, seven: list[Json]) -> None:
        first = api.get("contacts?$orderby=displayName", prefer="maxpagesize=3")
        api.delete(f"contacts({seven[0]['id']})")
        api.delete(f"contacts({seven[4]['id']})")
        api.made("contacts", {"displayName": "Name A0", "type": "Company"})
        rest = pages(api, link_of(first), 3)
        assert ["".join(name[-1] for name in page) for page in rest] == ["DFG"]

    def test_ties_are_broken_by_id(self, api: Service) -> None:
        found = pages(api, "contacts?$orderby=type", 2)
        assert sorted(name for page in found for name in page) == NAMES

    @pytest.mark.parametrize("preference", ["maxpagesize=x", "maxpagesize=0", "maxpagesize=-1", "odata.maxpagesize"])
    def test_senseless_page_size_is_not_applied(self, api: Service, preference: str) -> None:
        answer = api.get("contacts", prefer=preference)
        assert len(answer.value) == 7 and "Preference-Applied" not in answer.headers

    def test_operator_lowers_the_ceiling(self, api: Service) -> None:
        setup = stored_setup()
        setup.max_page_size = 4
        setup.save()
        forget_setup()
        answer = api.get("contacts", prefer="maxpagesize=1000")
        assert len(answer.value) == 4 and link_of(answer)
        assert answer.headers["Preference-Applied"] == "odata.maxpagesize=4"

    @pytest.mark.parametrize(
        "change", ["&$top=1", "&$skip=1", "&$filter=city eq 'A'", "&$orderby=city", "&$count=true"]
    )
    def test_nothing_can_be_added_to_a_link(self, api: Service, change: str) -> None:
        link = link_of(api.get("contacts", prefer="maxpagesize=2"))
        answer = api.get(link + change)
        assert (answer.status, answer.code) == (400, "BadRequest")

    @pytest.mark.parametrize("token", ["x", "", "a:b:c", "eyJ4IjoxfQ:1:2", "%00", "x" * 5000])
    def test_unusable_token(self, api: Service, token: str) -> None:
        answer = api.get(f"contacts?$skiptoken={token}")
        assert (answer.status, answer.code) in [(400, "SkipTokenIsNoLongerValid"), (400, "BadRequest")]
        if token not in ("", "%00"):
            assert answer.code == "SkipTokenIsNoLongerValid"

    def test_token_of_another_set_is_not_taken(self, api: Service) -> None:
        token = link_of(api.get("contacts", prefer="maxpagesize=2")).partition("$skiptoken=")[2]
        assert api.get(f"currencies?$skiptoken={token}").status == 400

    def test_link_of_somebody_else_shows_what_one_may_see(self, api: Service, sign_in: SignIn) -> None:
        link = link_of(api.get("contacts", prefer="maxpagesize=2"))
        assert sign_in("CRM-READ").get(link).status == 200
        assert sign_in("PRIVACY").get(link).status == 404


@pytest.mark.usefixtures("seven")
class TestOptions:
    """A-43, A-46 to A-49."""

    @pytest.mark.parametrize(
        ("query", "status", "code"),
        [
            ("$nonsense=1", 400, "BadRequest"),
            ("$apply=x", 501, "BadRequest_MethodNotImplemented"),
            ("$compute=x", 501, "BadRequest_MethodNotImplemented"),
            ("$top=1&$top=1", 400, "BadRequest"),
            ("$filter=city eq 'A'&%24filter=city eq 'A'", 400, "BadRequest"),
            ("$top=x", 400, "BadRequest"),
            ("$top=-1", 400, "BadRequest"),
            ("$skip=1.5", 400, "BadRequest"),
            ("$count=yes", 400, "BadRequest"),
            ("$select=nosuch", 400, "BadRequest"),
            ("$select=city/x", 400, "BadRequest"),
            ("$expand=nosuch", 400, "BadRequest"),
            ("$expand=picture(", 400, "BadRequest"),
            ("$expand=picture($levels=2)", 400, "BadRequest"),
            ("$expand=picture($top=x)", 400, "BadRequest"),
            ("$expand=picture($select=nosuch)", 400, "BadRequest"),
            ("$orderby=nosuch", 400, "BadRequest"),
            ("$orderby=city upward", 400, "BadRequest"),
            ("$filter=nosuch eq 1", 400, "BadRequest"),
            ("$filter=city__startswith eq 'A'", 400, "BadRequest"),
            ("$filter=city eq", 400, "BadRequest"),
            ("$filter=city eq 5", 400, "BadRequest"),
            ("$filter=id eq 'abc'", 400, "BadRequest"),
            ("$search=x", 400, "BadRequest"),
            ("$format=atom", 406, "BadRequest"),
            ("$schemaversion=3.0", 400, "BadRequest"),
        ],
    )
    def test_option_that_is_refused(self, api: Service, query: str, status: int, code: str) -> None:
        answer = api.get(f"contacts?{query}")
        assert (answer.status, answer.code) == (status, code)

    def test_unknown_option_is_refused_wherever_it_stands(self, api: Service, seven: list[Json]) -> None:
        entity = f"contacts({seven[0]['id']})"
        for method, path, body in [
            ("GET", f"{entity}?$nonsense=1", None),
            ("GET", f"{entity}/city?$nonsense=1", None),
            ("PATCH", f"{entity}?$nonsense=1", {}),
            ("POST", "contacts?$nonsense=1", {"displayName": "Never"}),
            ("DELETE", f"{entity}?$nonsense=1", None),
        ]:
            answer = api.call(method, path, body, if_match="*")
            assert (answer.status, answer.code) == (400, "BadRequest"), path

    @pytest.mark.parametrize("query", ["aid=FIN", "tenant=x", "foo=1&foo=2", "filter=x", "%24count=true", "", "&&=&"])
    def test_option_that_is_ignored_or_accepted(self, api: Service, query: str) -> None:
        assert len(api.get(f"contacts?{query}").value) == 7

    def test_plus_means_blank_and_values_are_decoded_once(self, api: Service) -> None:
        assert [each["city"] for each in api.get("contacts?$filter=displayName+eq+'Name+C'").value] == ["C"]
        assert [each["city"] for each in api.get("contacts?$filter=displayName%20eq%20%27Name%20C%27").value] == ["C"]
        assert api.get("contacts?$filter=displayName eq 'Name%2520C'").value == []

    def test_selection_keeps_key_and_tag(self, api: Service) -> None:
        assert list(api.get("contacts?$top=1&$select=city").value[0]) == ["@odata.etag", "id", "city"]
        assert len(api.get("contacts?$top=1&$select=city,*").value[0]) > 20

    def test_expanding_five_levels_deep_and_no_deeper(self, api: Service) -> None:
        def nested(depth: int) -> str:
            name = ("picture", "contact")[(5 - depth) % 2]
            return name if depth == 1 else f"{name}($expand={nested(depth - 1)})"

        deep = api.get(f"contacts?$top=1&$expand={nested(5)}")
        assert deep.status == 200
        assert deep.value[0]["picture"]["contact"]["picture"]["contact"]["picture"]["id"] == deep.value[0]["id"]
        assert api.get(f"contacts?$expand=picture($expand=contact($expand={nested(5)}))").code == "BadRequest"
        assert "picture" in api.get("contacts?$top=1&$expand=*").value[0]

    def test_count_does_not_depend_on_pages(self, api: Service) -> None:
        found = api.get("contacts?$count=true&$top=2&$skip=1&$filter=city ge 'C'").json
        assert (found["@odata.count"], len(found["value"])) == (5, 2)
        assert api.get("contacts/$count?$filter=city ge 'C'&$top=1").content == b"5"
