"""Examples of requests in three languages, with the reader's own address, company and name in them."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import Any

from tuttava.api.declare import EntitySet, Property
from tuttava.api.edm import Kind
from tuttava.foundation.errors import Text

#: Names that say what a record is; an example fills the first of them that the set has.
_TELLING = ("displayName", "name", "description", "code", "no", "number")
_VALUES: dict[Kind, Any] = {
    Kind.STRING: "Example",
    Kind.GUID: "00000000-0000-0000-0000-000000000000",
    Kind.BOOLEAN: True,
    Kind.INT32: 1,
    Kind.INT64: 1,
    Kind.DECIMAL: 10,
    Kind.DATE: "2026-01-31",
    Kind.TIME: "10:30:00",
    Kind.INSTANT: "2026-01-31T10:30:00Z",
    Kind.DURATION: "PT30M",
    Kind.UNTYPED: {},
}


@dataclass(frozen=True)
class Example:
    """A piece of code in one language."""

    language: Text
    code: str


@dataclass(frozen=True)
class _Facts:
    """What the examples of a set have in common."""

    address: str
    user: str
    methods: frozenset[str]
    condition: str
    new: dict[str, Any]
    key: str


def examples(entity_set: EntitySet, base: str, user: str) -> list[Example]:
    """How to list, make, change and delete records of a set; ``base`` is the address that the set's name follows."""
    told = _telling(entity_set)
    quoted = entity_set.key_property.type.kind is not Kind.GUID
    facts = _Facts(
        f"{base}/{entity_set.name}",
        user,
        entity_set.methods,
        f"{told.name} eq {_literal(told)}" if told else "",
        {prop.name: sample(prop) for prop in entity_set.properties if prop.required and prop.attribute}
        or ({told.name: sample(told)} if told else {}),
        "'{key}'" if quoted else "{key}",
    )
    return [Example("curl", _curl(facts)), Example("Python", _python(facts)), Example("JavaScript", _javascript(facts))]


def _telling(entity_set: EntitySet) -> Property | None:
    """The property that an example filters by and fills."""
    fitting = [prop for prop in entity_set.properties if prop.attribute and prop.type.is_text and prop.filterable]
    named = [prop for name in _TELLING for prop in fitting if prop.name == name]
    return next(iter([*named, *fitting]), None)


def sample(prop: Property) -> Any:
    """A value that the property takes."""
    if prop.type.enum is not None:
        return prop.type.enum.members[-1].name
    found = _VALUES[prop.type.kind]
    if prop.type.code:
        found = "EXAMPLE"
    if isinstance(found, str) and prop.type.length:
        found = found[: prop.type.length]
    return [found] if prop.type.many else found


def _literal(prop: Property) -> str:
    return f"'{sample(prop)}'"


def _curl(facts: _Facts) -> str:
    body = json.dumps(facts.new, ensure_ascii=False)
    send = f"-H 'Content-Type: application/json' -d '{body}'"
    one = f'"$ADDRESS({facts.key.format(key="ID")})"'
    lines = ["export TUTTAVA_KEY='…'", f"ADDRESS='{facts.address}'", f'SIGN_IN="{facts.user}:$TUTTAVA_KEY"', ""]
    if "GET" in facts.methods:
        asked = f' --data-urlencode "\\$filter={facts.condition}"' if facts.condition else ""
        lines.append(f'curl -u "$SIGN_IN" -G "$ADDRESS" --data-urlencode \'$top=5\'{asked}')
    if "POST" in facts.methods:
        lines.append(f'curl -u "$SIGN_IN" -X POST "$ADDRESS" {send}')
    if "PATCH" in facts.methods:
        lines.append(f"curl -u \"$SIGN_IN\" -X PATCH {one} -H 'If-Match: *' {send}")
    if "DELETE" in facts.methods:
        lines.append(f'curl -u "$SIGN_IN" -X DELETE {one}')
    return "\n".join(lines)


def _python(facts: _Facts) -> str:
    lines = [
        "import os",
        "import requests",
        "",
        f'ADDRESS = "{facts.address}"',
        "session = requests.Session()",
        f'session.auth = ("{facts.user}", os.environ["TUTTAVA_KEY"])',
    ]
    if "GET" in facts.methods:
        asked = ', "$filter": "' + facts.condition + '"' if facts.condition else ""
        lines += [
            "",
            f'found = session.get(ADDRESS, params={{"$top": 5{asked}}})',
            "found.raise_for_status()",
            'for row in found.json()["value"]:',
            "    print(row)",
        ]
    if "POST" in facts.methods:
        lines += ["", f"made = session.post(ADDRESS, json={facts.new!r}).json()"]
    elif {"PATCH", "DELETE"} & facts.methods:
        lines += ["", 'made = found.json()["value"][0]']
    one = f"{{ADDRESS}}({facts.key.format(key='{made[KEY]}')})".replace("KEY", "'id'")
    if "PATCH" in facts.methods:
        lines.append(f'session.patch(f"{one}", json={facts.new!r}, headers={{"If-Match": made["@odata.etag"]}})')
    if "DELETE" in facts.methods:
        lines.append(f'session.delete(f"{one}")')
    return "\n".join(lines)


def _javascript(facts: _Facts) -> str:
    body = json.dumps(facts.new, ensure_ascii=False)
    one = f"${{address}}({facts.key.format(key='${made.id}')})"
    lines = [
        f'const address = "{facts.address}";',
        "const headers = {",
        f'  Authorization: "Basic " + btoa("{facts.user}:" + process.env.TUTTAVA_KEY),',
        '  "Content-Type": "application/json",',
        "};",
    ]
    if "GET" in facts.methods:
        asked = f', $filter: "{facts.condition}"' if facts.condition else ""
        lines += [
            "",
            f"const query = new URLSearchParams({{ $top: 5{asked} }});",
            "const found = await (await fetch(`${address}?${query}`, { headers })).json();",
            "console.log(found.value);",
        ]
    if "POST" in facts.methods:
        lines += [
            "",
            f"const body = JSON.stringify({body});",
            'const made = await (await fetch(address, { method: "POST", headers, body })).json();',
        ]
    elif {"PATCH", "DELETE"} & facts.methods:
        lines += ["", f"const body = JSON.stringify({body});", "const [made] = found.value;"]
    if "PATCH" in facts.methods:
        lines += [
            f"await fetch(`{one}`, {{",
            '  method: "PATCH", body, headers: { ...headers, "If-Match": made["@odata.etag"] },',
            "});",
        ]
    if "DELETE" in facts.methods:
        lines.append(f'await fetch(`{one}`, {{ method: "DELETE", headers }});')
    return "\n".join(lines)
