"""Where a request was sent to, and from which site: proxies and pages of other hosts (A-1, A-30)."""

from __future__ import annotations

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.http.request import split_domain_port, validate_host
from django.http.response import HttpResponseBase
from django.utils.translation import gettext as _

from tuttava.api.errors import ApiError
from tuttava.config import runtime

#: What pages of listed sites may send, and may read of the answer.
_METHODS = "GET, HEAD, POST, PATCH, PUT, DELETE"
_EXPOSED = (
    "Content-Disposition, Content-Language, ETag, Location, OData-EntityId, OData-Version, Preference-Applied,"
    " Repeatability-Result, request-id, Retry-After, Tuttava-Batch-Rolled-Back, Tuttava-Messages, Tuttava-Work-Date"
)


def origin_of(request: HttpRequest) -> str:
    """Scheme and host as the caller wrote them: what a trusted proxy tells, else what arrived here."""
    scheme, host = request.scheme or "http", request.get_host()
    if runtime.flag("trust_proxy"):
        told = _forwarded(request)
        scheme = told.get("proto", "").lower() if told.get("proto", "").lower() in ("http", "https") else scheme
        if validate_host(split_domain_port(told.get("host", ""))[0], settings.ALLOWED_HOSTS):
            host = told["host"]
    return f"{scheme}://{host}"


def _forwarded(request: HttpRequest) -> dict[str, str]:
    """``host`` and ``proto`` of ``Forwarded`` (RFC 7239), or of its older relatives; the nearest proxy's words."""
    standard = request.headers.get("Forwarded", "").rpartition(",")[2]
    if standard:
        pairs = (part.partition("=") for part in standard.split(";"))
        return {name.strip().lower(): value.strip().strip('"') for name, _sign, value in pairs}
    told = {name: request.headers.get(f"X-Forwarded-{name.title()}", "") for name in ("host", "proto")}
    return {name: value.rpartition(",")[2].strip() for name, value in told.items()}


def _foreign(request: HttpRequest) -> str:
    """The site whose page sent the request, when it is not this one; blank: no page, or our own."""
    sender = request.headers.get("Origin", "").strip()
    return "" if sender.casefold() == origin_of(request).casefold() else sender


def _is_listed(sender: str) -> bool:
    listed = (each.strip().rstrip("/").casefold() for each in runtime.text("allowed_origins").split(","))
    return sender.casefold() in {each for each in listed if each}


def check_origin(request: HttpRequest) -> None:
    """Refuse pages of sites that the operator does not list."""
    sender = _foreign(request)
    if sender and not _is_listed(sender):
        raise ApiError(
            403, "Authorization_PermissionDenied", _("Pages of other sites may not call this service."), "Origin"
        )


def preflight(request: HttpRequest) -> HttpResponseBase | None:
    """The answer to a browser that asks whether a page may call; None when that is not the question."""
    sender = _foreign(request)
    asks = request.method == "OPTIONS" and "Access-Control-Request-Method" in request.headers
    if not asks or not sender or not _is_listed(sender):
        return None
    headers = {
        "Access-Control-Allow-Methods": _METHODS,
        "Access-Control-Allow-Headers": request.headers.get("Access-Control-Request-Headers", "*"),
        "Access-Control-Max-Age": "600",
    }
    return shared(request, HttpResponse(status=204, headers=headers))


def shared(request: HttpRequest, response: HttpResponseBase) -> HttpResponseBase:
    """The response, readable by the page of a listed site."""
    sender = _foreign(request)
    if sender and _is_listed(sender):
        response.headers["Access-Control-Allow-Origin"] = sender
        response.headers["Access-Control-Expose-Headers"] = _EXPOSED
        response.headers["Vary"] = "Origin"
    return response
