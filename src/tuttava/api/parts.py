"""Running the parts of a batch: order, transactions, what depends on what (A-70, A-73 to A-77)."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from itertools import groupby
from typing import Any
from urllib.parse import urlsplit

from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from tuttava.api.answering import answered
from tuttava.api.declare import Service
from tuttava.api.errors import ApiError, bad_request
from tuttava.api.request import Answer, Call, effective_method, read_json, split_query
from tuttava.api.retrying import retried
from tuttava.api.routes import decoded, route_of
from tuttava.foundation.directory.models import Company
from tuttava.foundation.records import check_constraints

MOST_PARTS = 100
#: What parts take from the envelope unless they have their own (A-73).
_INHERITED = ("accept-language", "company", "tuttava-work-date", "tuttava-answers", "data-access-intent")
_RESERVED = frozenset({"batch", "metadata", "count"})
_REFERENCE = re.compile(r"\$([^/?()$]+)(.*)", re.S)


@dataclass
class Part:
    """One request of a batch. ``group``: its atomicity group or change set, blank for none.

    ``data`` is its body as JSON, where that was read already; ``refusal`` what is wrong with it alone.
    """

    id: str | None
    method: str
    url: str
    headers: dict[str, str]
    body: bytes = b""
    data: Any = None
    depends_on: tuple[str, ...] = ()
    group: str = ""
    refusal: ApiError | None = None


@dataclass
class Done:
    """A part and what it was answered."""

    part: Part
    answer: Answer

    @property
    def failed(self) -> bool:
        return self.answer.status >= 400


@dataclass
class Run:
    """The parts of one envelope at work. ``rolled_back``: nothing of what they did remains."""

    call: Call
    company: Company | None
    parts: list[Part]
    handle: Callable[[Call], Answer]
    rolled_back: bool = False
    #: Path of the entity behind each part that succeeded; blank behind one that failed, or was not run yet.
    _entities: dict[str, str] = field(default_factory=dict)
    _failed: set[str] = field(default_factory=set)

    @property
    def goes_on(self) -> bool:
        """Whether parts after a failing one are run (A-74)."""
        return "continue-on-error" in self.call.preferences

    def all(self) -> list[Done]:
        """Every part that is answered, in order."""
        if self.goes_on:
            self.call.applied.append("odata.continue-on-error")
        isolation = self.call.header("isolation") or self.call.header("odata-isolation")
        if not isolation:
            return self._in_order(held=False)
        if isolation.strip().lower() != "snapshot":
            raise bad_request(_("The only isolation there is: snapshot."), "Isolation")
        return retried(self._snapshot)

    def _snapshot(self) -> list[Done]:
        """All parts in one transaction, which keeps nothing when one of them fails (A-75)."""
        with transaction.atomic():
            done = self._in_order(held=True)
            self.rolled_back = any(each.failed for each in done)
            if self.rolled_back:
                transaction.set_rollback(True)
        return done

    def _in_order(self, *, held: bool) -> list[Done]:
        self._entities = dict.fromkeys((part.id for part in self.parts if part.id), "")
        self._failed = set()
        done: list[Done] = []
        for group, members in groupby(self.parts, key=lambda part: part.group or id(part)):
            found = self._unit(list(members), held=held)
            done += found
            if any(each.failed for each in found):
                self._failed |= {str(group)}
                if not self.goes_on:
                    break
        return done

    def _unit(self, members: list[Part], *, held: bool) -> list[Done]:
        """One part, or the members of a group, which succeed or fail together (A-76)."""
        if not members[0].group:
            return [self._one(members[0], held=held)]
        return self._together(members) if held else retried(lambda: self._together(members))

    def _together(self, members: list[Part]) -> list[Done]:
        done: list[Done] = []
        with transaction.atomic():
            for part in members:
                done.append(self._one(part, held=True))
                if done[-1].failed:
                    transaction.set_rollback(True)
                    break
        if not done[-1].failed:
            return done
        culprit = len(done) - 1
        return [done[-1] if place == culprit else self._taken_back(part) for place, part in enumerate(members)]

    def _taken_back(self, part: Part) -> Done:
        """Another member of the part's group failed."""
        error = _not_run(_("Another request of its group failed."))
        return self._remembered(part, answered(self._empty_call(), _refusing(error)), "")

    def _one(self, part: Part, *, held: bool) -> Done:
        """Run one part; in a transaction of its own, or in a savepoint of the one it shares."""
        try:
            call = self._call_of(part, held=held)
        except ApiError as error:
            return self._remembered(part, answered(self._empty_call(), _refusing(error)), "")
        answer = self._in_savepoint(call) if held else self.handle(call)
        if call.method == "HEAD":
            answer = Answer(answer.status, None, answer.headers)
        return self._remembered(part, answer, _entity_of(call, answer))

    def _in_savepoint(self, call: Call) -> Answer:
        """What is deferred to the end of a transaction is checked here, so that the part that is wrong says so."""
        try:
            with transaction.atomic():
                answer = self.handle(call)
                if answer.status >= 400:
                    transaction.set_rollback(True)
                elif call.method not in ("GET", "HEAD"):
                    check_constraints()
        except IntegrityError:
            error = ApiError(400, "Application_DialogException", _("This cannot be stored."))
            return answered(call, _refusing(error))
        return answer

    def _remembered(self, part: Part, answer: Answer, entity: str) -> Done:
        done = Done(part, answer)
        if part.id:
            self._entities[part.id] = "" if done.failed else entity
            if done.failed:
                self._failed.add(part.id)
        return done

    def _empty_call(self) -> Call:
        return self.call.part(method="GET", path="", query=[], headers=self._headers({}), body=b"")

    def _headers(self, own: Mapping[str, str]) -> dict[str, str]:
        taken = {name: self.call.headers[name] for name in _INHERITED if name in self.call.headers}
        company = self.call.option("company")
        return {**taken, **({"company": company} if company else {}), **own}

    def _call_of(self, part: Part, *, held: bool) -> Call:
        """The request behind a part; raises what is wrong with it, and 424 when it builds on a failed one."""
        if part.refusal is not None:
            raise part.refusal
        if self._failed.intersection(part.depends_on):
            raise _not_run(_("A request that this one depends on failed."))
        service, root, path, query = self._address(part.url)
        if b"@odata.bind" in part.body:
            self._check_bound(read_json(part.body) if part.data is None else part.data)
        return self.call.part(
            method=effective_method(part.method, part.headers),
            path=path,
            query=split_query(query),
            headers=self._headers(part.headers),
            body=part.body,
            data=part.data,
            service=service,
            root=root,
            references={name: entity for name, entity in self._entities.items() if entity},
            held=held,
        )

    def _address(self, url: str) -> tuple[Service, str, str, str]:
        """Service, its root, the path inside it and the query of a part's URL (A-71)."""
        own = urlsplit(self.call.root)
        path, _sign, query = url.strip().partition("#")[0].partition("?")
        if re.match(r"[a-z][a-z0-9+.-]*://", path, re.I):
            scheme, _mark, rest = path.partition("://")
            host, _slash, path = rest.partition("/")
            if scheme.lower() not in ("http", "https") or host.casefold() != own.netloc.casefold():
                raise bad_request(
                    _("A batch cannot call another host than its own."), "url", code="BadRequest_InvalidRequestUrl"
                )
            path = f"/{path}"
        path = decoded(path)
        route = route_of(path) if path.startswith("/") else None
        if route is None:
            return self.call.service, self.call.root, self._inside(path.strip("/")), query
        route.check()
        root = f"{own.scheme}://{own.netloc}{route.address}"
        return route.service, root, self._resolved(route.path), query

    def _inside(self, path: str) -> str:
        """A relative path, which starts at the company that the envelope was sent to."""
        if self.company is None or path.startswith(("$", "companies(")):
            return self._resolved(path)
        return f"companies({self.company.pk})/{path}"

    def _resolved(self, path: str) -> str:
        """A path whose first segment stands for what an earlier part created (A-77)."""
        matched = _REFERENCE.fullmatch(path)
        if matched is None or matched[1] not in self._entities or matched[1] in _RESERVED:
            return path
        return self._entity(matched[1]) + matched[2]

    def _entity(self, name: str) -> str:
        found = self._entities[name]
        if not found:
            raise _not_run(_("“%(id)s” stands for a request that did not create anything.") % {"id": name[:60]})
        return found

    def _check_bound(self, data: Any) -> None:
        """References in ``@odata.bind`` must stand for something (A-77)."""
        if isinstance(data, list):
            for each in data:
                self._check_bound(each)
        elif isinstance(data, dict):
            for name, value in data.items():
                if not name.endswith("@odata.bind"):
                    self._check_bound(value)
                elif isinstance(value, str) and value.lstrip("/").startswith("$"):
                    self._resolved(value.lstrip("/"))


def _entity_of(call: Call, answer: Answer) -> str:
    """The path of the entity that a part created, or that it was about."""
    address = answer.headers.get("Location") or answer.headers.get("OData-EntityId") or ""
    return decoded(address.removeprefix(f"{call.root}/")) if address.startswith(f"{call.root}/") else call.path


def _not_run(message: str) -> ApiError:
    return ApiError(424, "BadRequest", message)


def _refusing(error: ApiError) -> Callable[[Call], Answer]:
    def refuse(call: Call) -> Answer:
        raise error

    return refuse
