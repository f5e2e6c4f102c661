"""The door: a Django request becomes a call, its answer a response (A-1)."""

from __future__ import annotations

from typing import cast

from django.http import HttpRequest, HttpResponse

from tuttava.api import limits
from tuttava.api.answering import answered
from tuttava.api.authentication import authenticate
from tuttava.api.request import Answer, Call, effective_method, split_query
from tuttava.api.routes import Route, route_of
from tuttava.api.service import handle
from tuttava.foundation.directory.models import User
from tuttava.foundation.ids import new_id

#: Where an administrator raises a limit that was set too low; it is open whatever the limits are.
_NEVER_REFUSED = "apiSetup"


def is_service(path: str) -> bool:
    """Whether an address belongs to a service, which signs its callers in itself."""
    return route_of(path) is not None


def entry(request: HttpRequest) -> HttpResponse:
    """Every request to a service comes in here, from a middleware: addresses are not Django's business."""
    call = call_of(request)

    def work(call: Call) -> Answer:
        _route(request).check()
        limits.check_address(request)
        call.user = authenticate(request).user
        if not call.path.startswith(_NEVER_REFUSED):
            limits.admit(call.user.pk)
        call.body = limits.read_body(request)
        with limits.operation(call.user.pk):
            return handle(call)

    return response_of(answered(call, work), head=request.method == "HEAD")


def call_of(request: HttpRequest) -> Call:
    """The call behind a request; its user and body come later."""
    route = _route(request)
    headers = {name.lower(): value for name, value in request.headers.items()}
    return Call(
        method=effective_method(request.method or "GET", headers),
        path=route.path,
        query=split_query(request.META.get("QUERY_STRING", "")),
        headers=headers,
        body=b"",
        user=cast(User, None),
        service=route.service,
        root=f"{request.scheme}://{request.get_host()}{route.address}",
        correlation=new_id(),
    )


def _route(request: HttpRequest) -> Route:
    found = route_of(request.path_info)
    if found is None:
        raise LookupError(request.path_info)
    return found


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
