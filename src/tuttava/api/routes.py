"""Addresses of the services: which service, under which root, which path inside it (A-1)."""

from __future__ import annotations

import re
from dataclasses import dataclass
from urllib.parse import quote, unquote

from django.utils.translation import gettext as _

from tuttava.api.declare import RUNTIME, SERVICES, Service
from tuttava.api.errors import ApiError, not_found
from tuttava.api.setup import api_setup
from tuttava.config import runtime

_ROUTE = re.compile(
    r"/(?P<before>(?:v2\.0/(?:(?P<tenant>[^/]+)/)?(?P<environment>[^/]+)/|(?P<instance>[^/]+)/)?)"
    r"api/(?P<service>v2\.0|tuttava/crm/v1\.0|microsoft/runtime/beta)(?P<path>/.*)?",
    re.S,
)


@dataclass(frozen=True)
class Route:
    """A service, what stands between host and ``api/`` (blank, or ending in a slash), and the path inside."""

    service: Service
    before: str
    path: str
    instance: str = ""
    environment: str = ""

    @property
    def address(self) -> str:
        """The path of the service on its host, as it is written in addresses."""
        return f"/{quote(self.before)}api/{self.service.path}"

    def check(self) -> None:
        """Instance and environment must be ours; the tenant is not interpreted. Raises 404."""
        if self.instance and self.instance.casefold() != runtime.text("instance").casefold():
            raise no_service()
        if self.environment and self.environment.casefold() != api_setup().default_environment.casefold():
            raise not_found("NoEnvironment", _("There is no environment “%(name)s”.") % {"name": self.environment[:60]})


def no_service() -> ApiError:
    """Nothing answers at an address."""
    return not_found("BadRequest_ResourceNotFound", _("There is no service at this address."))


def route_of(path: str) -> Route | None:
    """The service that a decoded path leads to; None: it leads elsewhere."""
    found = _ROUTE.fullmatch(path) if "api/" in path else None
    if found is None:
        return None
    service = next(each for each in (*SERVICES, RUNTIME) if each.path == found["service"])
    return Route(
        service, found["before"], (found["path"] or "").strip("/"), found["instance"] or "", found["environment"] or ""
    )


def decoded(path: str) -> str:
    """A path as sent, percent-decoded once."""
    return unquote(path, errors="replace")
