"""Which company a request works in (A-3)."""

from __future__ import annotations

from tuttava.api.errors import ApiError, no_company
from tuttava.api.paths import Segment, arguments_of, unquoted
from tuttava.api.request import Call
from tuttava.api.values import parse_guid
from tuttava.foundation.directory.models import Company
from tuttava.foundation.directory.permissions import companies_of


def company_of_key(call: Call, key: str) -> Company:
    """The company in ``companies(…)``: by id, or by ``name=``."""
    given = arguments_of(key)
    if set(given) not in ({""}, {"id"}, {"name"}):
        raise no_company()
    text = next(iter(given.values()))
    if "name" in given:
        return _named(call, unquoted(text))
    return _only([each for each in companies_of(call.user) if each.pk == parse_guid(text)])


def company_of_request(call: Call) -> Company:
    """Without a company in the path: from the option, the header, the caller's default, else the only one."""
    for text in (call.option("company"), call.header("company")):
        if text:
            return _named(call, text.strip().strip("'"))
    companies = companies_of(call.user)
    default = [each for each in companies if each.pk == call.user.default_company_id]
    return _only(default or companies)


def _named(call: Call, text: str) -> Company:
    """By id or name, names without regard to case."""
    try:
        wanted = parse_guid(text)
    except ApiError:
        return _only([each for each in companies_of(call.user) if each.name.casefold() == text.casefold()])
    return _only([each for each in companies_of(call.user) if each.pk == wanted])


def _only(found: list[Company]) -> Company:
    if len(found) != 1:
        raise no_company()
    return found[0]


def split_company(call: Call, segments: list[Segment]) -> tuple[Company | None, list[Segment]]:
    """The company at the beginning of a path, and what follows it; None when the path names none."""
    first = segments[0]
    if first.name == "companies" and first.key is not None and len(segments) > 1 and not _is_its_own(call, segments[1]):
        return company_of_key(call, first.key), segments[1:]
    return None, segments


def _is_its_own(call: Call, segment: Segment) -> bool:
    """Whether what follows a company is a property or an action of the company itself, not a set in it."""
    entity_set = call.service.sets.get("companies")
    if entity_set is None or segment.name in call.service.sets:
        return False
    name = segment.name.rpartition(".")[2]
    return segment.name in entity_set.by_name or entity_set.action(name, on_set=False, function=False) is not None
