"""The list of environments that clients of the reference API ask for first (A-1, *compat*)."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.views.decorators.http import require_GET

from tuttava.api.authentication import NotAuthenticated, authenticate
from tuttava.api.setup import api_setup
from tuttava.foundation.ids import new_id


@require_GET
def environments(request: HttpRequest, version: str) -> HttpResponse:
    """The one environment there is; a bearer token is needed."""
    try:
        if authenticate(request).how != "token":
            raise NotAuthenticated
    except NotAuthenticated as error:
        return _refused(error)
    setup = api_setup()
    root = f"{request.scheme}://{request.get_host()}"
    environment = {
        "aadTenantId": str(setup.pk),
        "applicationFamily": "BusinessCentral",
        "type": "Production",
        "name": setup.default_environment,
        "countryCode": "W1",
        "webServiceUrl": root,
        "webClientLoginUrl": f"{root}/",
        "ringName": "PROD",
    }
    return JsonResponse({"value": [environment]})


def _refused(error: NotAuthenticated) -> HttpResponse:
    correlation = new_id()
    headers = {**dict(error.headers), "request-id": str(correlation)}
    return JsonResponse(error.body(correlation), status=error.status, headers=headers)
