"""The addresses that programs call to get tokens and to find out how (A-12)."""

from __future__ import annotations

from authlib.oauth2.rfc6749 import OAuth2Error
from django.db import DataError, transaction
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_GET, require_POST

from tuttava.api.authentication import is_private
from tuttava.api.oauth.server import METHODS, SERVER, refusal

#: The forms of the address: with and without a tenant, with and without the version. A tenant is not interpreted.
TENANT = r"(?P<tenant>[^/]+)/"
OAUTH = rf"^(?P<before>(?:{TENANT})?oauth2/(?:v2\.0/)?)"
DISCOVERY = (
    rf"^(?:{TENANT})?(?:v2\.0/)?\.well-known/openid-configuration$",
    r"^\.well-known/oauth-authorization-server$",
)


@csrf_exempt
@require_POST
def token(request: HttpRequest, **_place: str) -> HttpResponse:
    """Give tokens, or say why not."""
    if not is_private(request):
        return refusal("invalid_request", "Tokens are given over TLS only. Use an https address.", request)
    try:
        with transaction.atomic():
            answer: HttpResponse = SERVER.create_token_response(request)
    except (ValueError, DataError, OAuth2Error):
        return refusal("invalid_request", "The request cannot be read.", request)
    return answer


@require_GET
def discovery(request: HttpRequest, tenant: str = "") -> HttpResponse:
    """Where the addresses are and what they can do."""
    root = f"{request.scheme}://{request.get_host()}"
    base = f"{root}/{tenant}" if tenant else root
    return JsonResponse(
        {
            "issuer": base,
            "authorization_endpoint": f"{base}/oauth2/v2.0/authorize",
            "token_endpoint": f"{base}/oauth2/v2.0/token",
            "jwks_uri": f"{base}/oauth2/v2.0/keys",
            "response_types_supported": ["code"],
            "response_modes_supported": ["query"],
            "grant_types_supported": ["authorization_code", "client_credentials", "refresh_token"],
            "subject_types_supported": ["public"],
            "scopes_supported": [".default", "offline_access"],
            "token_endpoint_auth_methods_supported": [*METHODS[:2], "private_key_jwt", "none"],
            "code_challenge_methods_supported": ["S256"],
        }
    )


@require_GET
def keys(request: HttpRequest, **_place: str) -> HttpResponse:
    """No keys: tokens are opaque to everybody but the service that gave them."""
    return JsonResponse({"keys": []})
