"""The door: a Django request becomes a call, its answer a response (A-1)."""

from __future__ import annotations

import re
from typing import cast

from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext as _

from tuttava.api import limits
from tuttava.api.authentication import authenticate
from tuttava.api.declare import RUNTIME, SERVICES, Service
from tuttava.api.errors import ApiError, not_found
from tuttava.api.request import Answer, Call, split_query
from tuttava.api.service import handle, refused
from tuttava.api.setup import api_setup
from tuttava.foundation.directory.models import User
from tuttava.foundation.ids import new_id

ROUTE = re.compile(
    r"/(?P<before>(?:v2\.0/(?:(?P<tenant>[^/]+)/)?(?P<environment>[^/]+)/|(?P<instance>[^/]+)/)?)"
    r"api/(?P<service>v2\.0|tuttava/crm/v1\.0|microsoft/runtime/beta)(?P<path>/.*)?",
    re.S,
)
INSTANCE = "BC"
#: Where an administrator raises a limit that was set too low; it is open whatever the limits are.
_NEVER_REFUSED = "apiSetup"
_OVERRIDABLE = ("PATCH", "DELETE", "PUT")


def is_service(path: str) -> bool:
    """Whether an address belongs to a service, which signs its callers in itself."""
    return "api/" in path and ROUTE.fullmatch(path) is not None


def entry(request: HttpRequest) -> HttpResponse:
    """Every request to a service comes in here, from a middleware: addresses are not Django's business."""
    call = call_of(request)
    try:
        found = ROUTE.fullmatch(request.path_info)
        assert found is not None
        _check_place(found)
        limits.check_address(request)
        call.user = authenticate(request).user
        if not call.path.startswith(_NEVER_REFUSED):
            limits.admit(call.user.pk)
        call.body = limits.read_body(request)
        with limits.operation(call.user.pk):
            answer = handle(call)
    except ApiError as error:
        answer = refused(call, error)
        answer.headers["request-id"] = str(call.correlation)
        answer.headers.setdefault("Content-Type", "application/json; odata.metadata=minimal")
    return response_of(answer, head=request.method == "HEAD")


def call_of(request: HttpRequest) -> Call:
    """The call behind a request; its user and body come later."""
    found = ROUTE.fullmatch(request.path_info)
    assert found is not None
    headers = {name.lower(): value for name, value in request.headers.items()}
    method = (request.method or "GET").upper()
    if method == "POST" and headers.get("x-http-method", "").upper() in _OVERRIDABLE:
        method = headers["x-http-method"].upper()
    service = next(each for each in (*SERVICES, RUNTIME) if each.path == found["service"])
    return Call(
        method=method,
        path=(found["path"] or "").strip("/"),
        query=split_query(request.META.get("QUERY_STRING", "")),
        headers=headers,
        body=b"",
        user=cast(User, None),
        service=service,
        root=root_of(request, found["before"], service),
        correlation=new_id(),
    )


def root_of(request: HttpRequest, before: str, service: Service) -> str:
    """The absolute address of the service as the caller wrote it."""
    return f"{request.scheme}://{request.get_host()}/{before}api/{service.path}"


def _check_place(found: re.Match[str]) -> None:
    """Instance and environment must be ours (A-1)."""
    if found["instance"] and found["instance"].casefold() != INSTANCE.casefold():
        raise not_found("BadRequest_ResourceNotFound", _("There is no service at this address."))
    if found["environment"] and found["environment"].casefold() != api_setup().default_environment.casefold():
        raise not_found("NoEnvironment", _("There is no environment “%(name)s”.") % {"name": found["environment"][:60]})


def response_of(answer: Answer, *, head: bool = False) -> HttpResponse:
    """The answer as Django sends it."""
    content = answer.content
    response = HttpResponse(b"" if head else content, status=answer.status)
    del response.headers["Content-Type"]
    for name, value in answer.headers.items():
        response.headers[name] = value
    if head:
        response.headers["Content-Length"] = str(len(content))
    if answer.body is None and answer.status == 204:
        response.headers.pop("Content-Type", None)
    return response
