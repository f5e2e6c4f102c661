"""The door: a Django request becomes a call, its answer a response (A-1)."""

from __future__ import annotations

from typing import cast

from django.http import HttpRequest, HttpResponse, StreamingHttpResponse
from django.http.response import HttpResponseBase

from tuttava.api import limits
from tuttava.api.answering import answered
from tuttava.api.authentication import authenticate
from tuttava.api.declare import SERVICES
from tuttava.api.files import FilePart
from tuttava.api.origins import check_origin, origin_of, preflight, shared
from tuttava.api.request import Answer, Call, effective_method, split_query
from tuttava.api.routes import Route, no_service, route_of
from tuttava.api.service import handle
from tuttava.api.setup import api_setup
from tuttava.foundation.directory.models import User
from tuttava.foundation.ids import new_id

#: Where an administrator raises a limit that was set too low; it is open whatever the limits are.
_NEVER_REFUSED = "apiSetup"


def is_service(path: str) -> bool:
    """Whether an address belongs to a service, which signs its callers in itself."""
    return path.startswith("/api/") or route_of(path) is not None


def entry(request: HttpRequest) -> HttpResponseBase:
    """Every request to a service comes in here, from a middleware: addresses are not Django's business."""
    route = route_of(request.path_info)
    call = call_of(request, route)

    def work(call: Call) -> Answer:
        if route is None:
            raise no_service()
        route.check()
        check_origin(request)
        limits.check_address(request)
        call.user = authenticate(request).user
        setup = api_setup()
        if not call.path.startswith(_NEVER_REFUSED):
            limits.admit(call.user.pk, setup.requests_per_five_minutes)
        call.body = limits.read_body(request, setup)
        with limits.operation(call.user.pk, setup):
            return handle(call)

    asked = preflight(request)
    if asked is not None:
        return asked
    return shared(request, response_of(request, answered(call, work)))


def call_of(request: HttpRequest, route: Route | None) -> Call:
    """The call behind a request; its user and body come later."""
    headers = {name.lower(): value for name, value in request.headers.items()}
    return Call(
        method=effective_method(request.method or "GET", headers),
        path=route.path if route else "",
        query=split_query(_query_of(request)),
        headers=headers,
        body=b"",
        user=cast(User, None),
        service=route.service if route else SERVICES[0],
        root=f"{origin_of(request)}{route.address if route else ''}",
        correlation=new_id(),
    )


def _query_of(request: HttpRequest) -> str:
    """The query as sent; what callers forgot to encode arrives as bytes of UTF-8 that look like Latin-1 (PEP 3333)."""
    sent: str = request.META.get("QUERY_STRING", "")
    return sent.encode("iso-8859-1", "replace").decode("utf-8", "replace")


def response_of(request: HttpRequest, answer: Answer) -> HttpResponseBase:
    """The answer as Django sends it; stored files go out block by block."""
    head = request.method == "HEAD"
    if answer.status == 206 or answer.headers.get("Content-Type", "").startswith("image/"):
        # A part of a file must not be compressed behind our back, and a picture is compressed already.
        request.META.pop("HTTP_ACCEPT_ENCODING", None)
    response, size = _filled(answer, head=head)
    del response.headers["Content-Type"]
    for name, value in answer.headers.items():
        response.headers[name] = value
    if head or isinstance(answer.body, FilePart):
        response.headers["Content-Length"] = str(size)
    if answer.body is None and answer.status == 204:
        response.headers.pop("Content-Type", None)
    return response


def _filled(answer: Answer, *, head: bool) -> tuple[HttpResponseBase, int]:
    """A response with the content (without it for HEAD), and the size of the content."""
    if isinstance(answer.body, FilePart):
        size = len(answer.body)
        return StreamingHttpResponse([] if head else answer.body.blocks(), status=answer.status), size
    content = answer.content
    return HttpResponse(b"" if head else content, status=answer.status), len(content)
