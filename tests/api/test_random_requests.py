"""Random requests made from ``$metadata``: whatever is sent, the service answers by its rules (A-57).

``TUTTAVA_RANDOM_REQUESTS`` sets how many requests are made (some hundreds by default).
"""

from __future__ import annotations

import json
import os
import uuid
import xml.etree.ElementTree as ET
from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import cache
from typing import Any
from urllib.parse import quote

import pytest
from django.db import transaction
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.api.conftest import CRM, STANDARD, Answered, Service, SignIn

pytestmark = pytest.mark.usefixtures("company")

EXAMPLES = int(os.environ.get("TUTTAVA_RANDOM_REQUESTS", "400")) // 2
EDM = "{http://docs.oasis-open.org/odata/ns/edm}"
ERROR = ["code", "message", "target", "details"]


@dataclass
class Known:
    """What ``$metadata`` says of one set."""

    name: str
    properties: dict[str, str] = field(default_factory=dict)
    navigations: list[str] = field(default_factory=list)
    actions: list[str] = field(default_factory=list)


class Description:
    """The sets of a service, their properties, navigations, actions, and the members of all enums."""

    def __init__(self, document: bytes) -> None:
        schema = next(ET.fromstring(document).iter(f"{EDM}Schema"))
        types = {f"Microsoft.NAV.{each.get('Name')}": each for each in schema.iter(f"{EDM}EntityType")}
        self.members = [each.get("Name", "") for each in schema.iter(f"{EDM}Member")]
        self.sets = [self._known(each, types, schema) for each in schema.iter(f"{EDM}EntitySet")]

    def _known(self, entity_set: ET.Element, types: dict[str, ET.Element], schema: ET.Element) -> Known:
        kind = entity_set.get("EntityType", "")
        bound = [
            each.get("Name", "")
            for tag in ("Action", "Function")
            for each in schema.iter(f"{EDM}{tag}")
            if kind in str(next(each.iter(f"{EDM}Parameter")).get("Type"))
        ]
        return Known(
            entity_set.get("Name", ""),
            {each.get("Name", ""): each.get("Type", "") for each in types[kind].iter(f"{EDM}Property")},
            [each.get("Name", "") for each in types[kind].iter(f"{EDM}NavigationProperty")],
            bound,
        )


def odd_texts() -> st.SearchStrategy[str]:
    """Texts that break careless programs, and short random ones."""
    known = ["", " ", "'", "''", "%", "_", "*", "\\", "\0", "\ud83d", "(", ")", "null", "@p", "x" * 3000, "é", "ß", "İ"]
    return st.sampled_from(known) | st.text(max_size=8)


VALUES = (
    st.none()
    | st.booleans()
    | st.integers(-(2**70), 2**70)
    | st.floats(allow_nan=False, allow_infinity=False)
    | odd_texts()
    | st.sampled_from(["0001-01-01", "9999-12-31", "2024-02-30", "10:00:00", "2024-01-01T00:00:00+14:00", "1e999"])
    | st.sampled_from([str(uuid.UUID(int=0)), str(uuid.UUID(int=2**128 - 1)), [], {}, [[]], {"a": {"b": []}}])
)
LITERALS = st.sampled_from(
    ["1", "-1.5", "1e400", "null", "true", "'x'", "''", "2024-01-31", "10:00:00", "0001-01-01T00:00:00Z", "(1,2)"]
    + ["duration'P1D'", "Microsoft.NAV.x'y'", "99999999999999999999", str(uuid.UUID(int=5)), "'", "@p", "$it", "now()"]
)
OPERATORS = st.sampled_from(["eq", "ne", "gt", "le", "has", "in", "add", "and", "div", "mod", "is"])
#: Values and literals that fit a type, the extremes of each included.
FITTING: dict[str, list[Any]] = {
    "Edm.String": ["", "A", "NO", "å%_", "x" * 30, "2024-01-31", "1D", "<30D>", "a@b.example"],
    "Edm.Guid": [str(uuid.UUID(int=0)), str(uuid.UUID(int=1)), ""],
    "Edm.Boolean": [True, False],
    "Edm.Int32": [0, 1, -1, 2**31 - 1, -(2**31)],
    "Edm.Int64": [0, 1, -1, 2**63 - 1, -(2**63)],
    "Edm.Decimal": [0, -1.5, 1e17, 1e-30, 123456789012345.678],
    "Edm.Date": ["0001-01-01", "0001-01-02", "9999-12-31", "2024-02-29"],
    "Edm.DateTimeOffset": ["0001-01-01T00:00:00Z", "9999-12-31T23:59:59.9999999Z", "2024-02-29T10:00:00+14:00"],
    "Edm.TimeOfDay": ["00:00:00", "23:59:59.999", "10:30"],
    "Edm.Duration": ["P1D", "PT30M", "-P999999999D", "P99999999999D"],
}
NAMES = {"Edm.String": "'A'", "Edm.Guid": str(uuid.UUID(int=1)), "Edm.Boolean": "true", "Edm.Decimal": "1.5"}
NAMES |= {"Edm.Int32": "3", "Edm.Int64": "3", "Edm.Date": "2024-02-29", "Edm.TimeOfDay": "10:30:00"}
NAMES |= {"Edm.DateTimeOffset": "2024-02-29T10:00:00Z", "Edm.Duration": "duration'P1D'"}
CALLS = {
    "Edm.String": ["tolower({})", "length({})", "substring({},1,2)", "concat({},'x')", "trim({})", "indexof({},'a')"],
    "Edm.Date": ["year({})", "month({})", "{} add duration'P9999D'", "{} sub duration'P999999999D'"],
    "Edm.DateTimeOffset": [
        "year({})",
        "date({})",
        "time({})",
        "second({})",
        "{} add duration'P9999999D'",
        "now() sub {}",
    ],
    "Edm.Decimal": ["round({})", "{} div 0", "{} mod 0", "-{}", "{} mul 99999999999999999999"],
    "Edm.Int32": ["{} add 2147483647", "{} div 0", "{} divby 0", "{} mul {} mul 4294967296"],
}


@st.composite
def conditions(draw: st.DrawFn, known: Known, depth: int = 0) -> str:
    """A filter that mostly makes sense of one set, or rubbish."""
    name = draw(st.sampled_from(sorted(known.properties)))
    kind = known.properties[name]
    shape = draw(st.integers(0, 9))
    if shape <= 2:
        return f"{name} {draw(OPERATORS)} {NAMES.get(kind, LITERAL)}"
    if shape <= 4 and kind in CALLS:
        called = draw(st.sampled_from(CALLS[kind])).replace("{}", name)
        return f"{called} {draw(OPERATORS)} {draw(LITERALS)}"
    if shape <= 6 and depth < 3:
        inner = conditions(known, depth + 1)
        return f"not({draw(inner)}) {draw(st.sampled_from(['or', 'and']))} ({draw(inner)})"
    if shape == 7 and known.navigations:
        nav = draw(st.sampled_from(known.navigations))
        return draw(
            st.sampled_from([f"{nav}/any()", f"{nav}/$count gt 1", f"{nav}/all(x:x/id ne null)", f"{nav}/id eq null"])
        )
    if shape == 8:
        return f"{name} in ({draw(LITERALS)},{NAMES.get(kind, LITERAL)})"
    return draw(odd_texts() | st.tuples(st.just(name), OPERATORS, LITERALS).map(" ".join))


LITERAL = "'None'"


@st.composite
def options(draw: st.DrawFn, known: Known) -> str:
    """A query string."""
    names = st.sampled_from([*known.properties, *known.navigations, "nosuch", "*"])
    makers = {
        "$filter": conditions(known),
        "$orderby": st.tuples(names, st.sampled_from(["", " desc", " asc", "/x"])).map("".join),
        "$select": st.lists(names, max_size=3).map(",".join),
        "$expand": st.tuples(names, st.sampled_from(["", "($top=1)", "($select=id)", "(", "($levels=2)"])).map("".join),
        "$top": st.sampled_from(["0", "1", "-1", "x", "99999999999"]),
        "$skip": st.sampled_from(["0", "1", "-1", "999999999"]),
        "$count": st.sampled_from(["true", "false", "x"]),
        "$search": odd_texts(),
        "$skiptoken": odd_texts(),
        "$format": st.sampled_from(["json", "atom", "application/json;IEEE754Compatible=true"]),
        "$schemaversion": st.sampled_from(["1.0", "2.0", "9"]),
        "deltaToken": odd_texts(),
        "company": odd_texts(),
        "dateFilter": odd_texts(),
        "@p": LITERALS,
    }
    chosen = draw(st.lists(st.sampled_from(sorted(makers)), max_size=2, unique=True))
    if draw(st.integers(0, 2)) == 0:
        chosen = list({*chosen, "$filter"})
    pairs = [(name, draw(makers[name])) for name in sorted(chosen)]
    return "&".join(f"{name}={quote(text.encode('utf-8', 'surrogatepass'))}" for name, text in pairs)


@st.composite
def bodies(draw: st.DrawFn, known: Known, members: list[str]) -> bytes:
    """A body: mostly an object of the set's properties with values of their types, sometimes rubbish."""
    if draw(st.integers(0, 14)) == 0:
        return draw(st.binary(max_size=20) | st.sampled_from([b"[" * 3000, b"null", b'{"a":1,"a":2}', b"{}x"]))
    found: dict[str, Any] = {}
    for name in draw(st.lists(st.sampled_from(sorted(known.properties)), max_size=4)):
        fitting = FITTING.get(known.properties[name], members)
        found[name] = draw(VALUES if draw(st.integers(0, 4)) == 0 else st.sampled_from(fitting))
    if draw(st.integers(0, 5)) == 0:
        found[draw(st.sampled_from([*known.navigations, "nosuch", "x@odata.bind", "@odata.type"]))] = draw(VALUES)
    return json.dumps(found).encode()


@st.composite
def places(draw: st.DrawFn, known: Known, keys: list[str]) -> tuple[str, list[str]]:
    """A path, and the methods that mostly make sense there."""
    entity = f"{known.name}({draw(st.sampled_from(keys))})" if keys else f"{known.name}({uuid.UUID(int=7)})"
    kind = draw(st.integers(0, 11))
    if kind <= 3:
        return known.name, ["GET", "GET", "POST", "POST"]
    if kind <= 6:
        return entity, ["GET", "PATCH", "PATCH", "DELETE"]
    if kind == 7 and known.navigations:
        path = f"{entity}/{draw(st.sampled_from(known.navigations))}"
        return path, ["GET", "GET", "POST", "DELETE", "PATCH"]
    if kind == 8 and known.actions:
        bound = draw(st.sampled_from([known.name, entity]))
        return f"{bound}/Microsoft.NAV.{draw(st.sampled_from(known.actions))}", ["POST", "POST", "GET"]
    if kind == 9:
        return f"{entity}/{draw(st.sampled_from(sorted(known.properties)))}{draw(st.sampled_from(['', '/$value']))}", [
            "GET"
        ]
    if kind == 10:
        return f"{known.name}/$count", ["GET"]
    key = draw(st.sampled_from(["x", "number='X'", "code='X'", "", "'", f"{{{uuid.UUID(int=7)}}}"]))
    last = draw(st.sampled_from(["", "/nosuch", "/$value", "/content", "/id/id", "/$batch", "//"]))
    return f"{known.name}({key}){last}", ["GET", "POST", "PATCH", "DELETE", "PUT", "HEAD", "BREW"]


HEADERS = {
    "prefer": [
        "odata.maxpagesize=1",
        "return=minimal",
        "odata.track-changes",
        "respond-async",
        "x=;,=",
        "maxpagesize=0",
    ],
    "accept": ["application/json;odata.metadata=full", "application/json;odata.metadata=none", "text/html", "*/*;q=x"],
    "if-none-match": ["*", 'W/"x"', ","],
    "accept-language": ["nb", "x-y-z", ",;q="],
    "tuttava-answers": ["ask", "=;=", "q_x=yes"],
    "tuttava-work-date": ["2024-02-29", "0001-01-01", "9999-12-31", "x"],
    "repeatability-request-id": [str(uuid.UUID(int=9)), "x"],
    "company": ["nobody", "'"],
    "range": ["bytes=0-0", "bytes=-", "bytes=9-1", "x"],
}


@st.composite
def requests(draw: st.DrawFn, description: Description, keys: dict[str, list[str]]) -> dict[str, Any]:
    """One request."""
    known = draw(st.sampled_from(description.sets))
    path, methods = draw(places(known, keys.get(known.name, [])))
    method = draw(st.sampled_from(methods))
    chosen = draw(st.lists(st.sampled_from(sorted(HEADERS)), max_size=1))
    headers = {name: draw(st.sampled_from(HEADERS[name])) for name in chosen}
    match = draw(st.sampled_from(["*", "*", "*", "*", "", 'W/"x"', "x"]))
    query = draw(options(known)) if draw(st.booleans()) else ""
    return {
        "method": method,
        "path": f"{path}?{query}" if query else path,
        "body": draw(bodies(known, description.members)) if method in ("POST", "PATCH", "PUT") else None,
        "headers": {**headers, **({"if-match": match} if match else {})},
    }


def check(answer: Answered) -> None:
    """Never a failure of the server; errors in the body that every error has."""
    assert answer.status < 500 or answer.status == 501, answer.content
    if answer.status >= 400 and answer.content:
        error = answer.json["error"]
        assert list(error)[:4] == ERROR
        assert error["message"].endswith(f"  CorrelationId:  {answer.headers['request-id']}.")
        assert not any(word in error["message"] for word in ("Traceback", "SELECT ", "psycopg", "django"))


@cache
def description_of(service: str, document: bytes) -> Description:
    return Description(document)


def keys_of(api: Service, description: Description) -> Iterator[tuple[str, list[str]]]:
    """A few real keys of each set."""
    for known in description.sets:
        answer = api.get(f"{known.name}?$top=2&$select=id")
        if answer.status == 200 and "id" in known.properties:
            yield known.name, [str(each["id"]) for each in answer.value]


@pytest.mark.parametrize("service", [STANDARD, CRM])
def test_whatever_is_sent_is_answered_by_the_rules(sign_in: SignIn, service: str) -> None:
    api = sign_in("SUPER", service=service, name=f"random-{service[:4]}")
    crm = sign_in(service=CRM, name="maker")
    crm.made("contacts", {"name": "Fjord AS", "type": "Company"})
    crm.made("contacts", {"name": "Ada Berg", "type": "Person", "email": "ada@fjord.example"})
    description = description_of(service, api.get(f"{api.root}/$metadata").content)
    keys = dict(keys_of(api, description))

    @settings(
        max_examples=EXAMPLES,
        deadline=None,
        derandomize="TUTTAVA_RANDOM_REQUESTS" not in os.environ,
        database=None,
        suppress_health_check=list(HealthCheck),
    )
    @given(sent=requests(description, keys))
    def run(sent: dict[str, Any]) -> None:
        with transaction.atomic():
            check(api.call(sent["method"], sent["path"], sent["body"], **sent["headers"]))
            transaction.set_rollback(True)

    run()
