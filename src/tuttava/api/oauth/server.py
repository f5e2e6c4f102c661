"""The authorization server: Authlib's grants, bound to the directory's applications and users."""

from __future__ import annotations

import time
from typing import Any

from authlib.integrations.django_oauth2.requests import DjangoOAuth2Payload
from authlib.oauth2.rfc6749 import (
    AuthorizationServer,
    InvalidClientError,
    InvalidGrantError,
    InvalidRequestError,
    OAuth2Error,
    OAuth2Request,
    UnauthorizedClientError,
    grants,
)
from authlib.oauth2.rfc7523 import JWTBearerClientAssertion
from authlib.oauth2.rfc7636 import CodeChallenge
from django.http import HttpRequest, HttpResponse, JsonResponse
from joserfc import jwt
from joserfc.errors import JoseError

from tuttava.api.oauth import tokens
from tuttava.api.oauth.grants import (
    begin,
    draw_refresh_token,
    find_code,
    keep_code,
    note_assertion,
    use_refresh_token,
)
from tuttava.foundation.directory import applications
from tuttava.foundation.directory.drawing import draw_for_addresses
from tuttava.foundation.directory.models import Application, AuthorizationCode, Grant, User

#: Signatures that an application may prove itself by.
ALGORITHMS = ("RS256", "RS384", "RS512", "PS256", "PS384", "PS512", "ES256", "ES384", "ES512", "EdDSA", "Ed25519")
#: Longest time that a signed assertion may be good for, in seconds.
ASSERTION_LIFETIME = 3600
METHODS = ["client_secret_basic", "client_secret_post", JWTBearerClientAssertion.CLIENT_AUTH_METHOD]

# Authlib has no types: its classes are Any here.
_Server: Any = AuthorizationServer
_Request: Any = OAuth2Request
_CodeGrant: Any = grants.AuthorizationCodeGrant
_RefreshGrant: Any = grants.RefreshTokenGrant
_ClientGrant: Any = grants.ClientCredentialsGrant
_Challenge: Any = CodeChallenge
_Assertion: Any = JWTBearerClientAssertion


class Request(_Request):  # type: ignore[misc]
    """A Django request as Authlib wants it. Whether it may come without TLS is decided before (A-11)."""

    def __init__(self, request: HttpRequest) -> None:
        address = f"https://{request.get_host()}{request.get_full_path()}"
        super().__init__(method=request.method, uri=address, headers=request.headers)
        self.payload = DjangoOAuth2Payload(request)
        self.django = request

    @property
    def args(self) -> Any:
        return self.django.GET

    @property
    def form(self) -> Any:
        return self.django.POST


class Client:
    """An application as Authlib asks about it."""

    def __init__(self, application: Application) -> None:
        self.application = application

    def get_client_id(self) -> str:
        return self.application.client_id

    def get_default_redirect_uri(self) -> str:
        known = self.application.redirect_uris
        return known[0] if len(known) == 1 else ""

    def get_allowed_scope(self, scope: str | None) -> str:
        return scope or ""

    def check_redirect_uri(self, redirect_uri: str) -> bool:
        return applications.redirect_fits(self.application, redirect_uri)

    def check_client_secret(self, secret: str) -> bool:
        return applications.secret_fits(self.application, secret)

    def check_endpoint_auth_method(self, method: str, endpoint: str) -> bool:
        return method != "none" or applications.is_public(self.application)

    def check_response_type(self, response_type: str) -> bool:
        return response_type == "code"

    def check_grant_type(self, grant_type: str) -> bool:
        return True


class ClientCredentials(_ClientGrant):  # type: ignore[misc]
    """An application acts as the user it was registered with."""

    TOKEN_ENDPOINT_AUTH_METHODS = METHODS

    def validate_token_request(self) -> None:
        super().validate_token_request()
        user = self.request.client.application.user
        if user is None or not user.is_active:
            raise UnauthorizedClientError("The application has no user to act as, or the user is locked out.")
        self.request.user = user

    def create_token_response(self) -> Any:
        answer = answer_of(self.request.client.application, self.request.user)
        return 200, answer, self.TOKEN_RESPONSE_HEADER


class _Code:
    """A code as Authlib asks about it."""

    def __init__(self, code: AuthorizationCode) -> None:
        self.code = code

    def get_redirect_uri(self) -> str:
        return self.code.redirect_uri

    @property
    def code_challenge(self) -> str:
        return self.code.code_challenge


class Code(_CodeGrant):  # type: ignore[misc]
    """An application acts as a user who allowed it, once it shows the code and proves that it asked for it."""

    TOKEN_ENDPOINT_AUTH_METHODS = [*METHODS, "none"]

    def generate_authorization_code(self) -> str:
        return draw_for_addresses()

    def save_authorization_code(self, code: str, request: Any) -> None:
        keep_code(
            code,
            request.client.application,
            request.user,
            redirect_uri=request.payload.redirect_uri or "",
            challenge=request.payload.data["code_challenge"],
            scope=request.payload.scope or "",
        )

    def query_authorization_code(self, code: str, client: Client) -> _Code | None:
        found = find_code(code, client.application)
        return _Code(found) if found else None

    def create_token_response(self) -> Any:
        code: AuthorizationCode = self.request.authorization_code.code
        if not code.user.is_active:
            raise InvalidGrantError("The user is locked out.")
        grant = begin(code)
        return 200, answer_of(grant.application, grant.user, grant), self.TOKEN_RESPONSE_HEADER


class Challenge(_Challenge):  # type: ignore[misc]
    """PKCE is required of every application, and only with S256."""

    SUPPORTED_CODE_CHALLENGE_METHOD = ["S256"]

    def validate_code_challenge(self, grant: Any, redirect_uri: str) -> None:
        data = grant.request.payload.data
        if not data.get("code_challenge") or data.get("code_challenge_method") != "S256":
            raise InvalidRequestError("Send a code_challenge with code_challenge_method S256.")
        super().validate_code_challenge(grant, redirect_uri)

    def get_authorization_code_challenge_method(self, authorization_code: _Code) -> str:
        return "S256"


class Refresh(_RefreshGrant):  # type: ignore[misc]
    """Each refresh token is good once, and brings the next."""

    TOKEN_ENDPOINT_AUTH_METHODS = [*METHODS, "none"]

    def validate_token_request(self) -> None:
        self.request.client = self._validate_request_client()
        token = self.request.form.get("refresh_token")
        if not token:
            raise InvalidRequestError("Missing refresh_token.")
        grant = use_refresh_token(token, self.request.client.application)
        if grant is None:
            raise InvalidGrantError("The refresh token was used, withdrawn or has run out.")
        self.request.refresh_token = grant

    def create_token_response(self) -> Any:
        grant: Grant = self.request.refresh_token
        return 200, answer_of(grant.application, grant.user, grant), self.TOKEN_RESPONSE_HEADER


class Assertion(_Assertion):  # type: ignore[misc]
    """An application proves itself by a statement signed with its key, good once (RFC 7523)."""

    def __call__(self, query_client: Any, request: Any) -> Client | None:
        data = request.form
        assertion = data.get("client_assertion")
        if data.get("client_assertion_type") != self.CLIENT_ASSERTION_TYPE or not assertion:
            return None
        _headers, claims = self.extract_assertion(assertion)
        client: Client | None = query_client(str(claims.get("sub", "")))
        if client is None or not client.application.public_key.strip():
            raise InvalidClientError()
        self.audiences = audiences_of(request.django)
        self.verify_claims(_signed_claims(assertion, client.application))
        lasts = claims["exp"] - time.time()
        mark = f"{claims['sub']} {claims.get('jti') or assertion.rpartition('.')[0]}"
        if lasts > ASSERTION_LIFETIME or not note_assertion(mark, claims["exp"]):
            raise InvalidClientError("The assertion was used before, or is good for longer than an hour.")
        return client

    def get_audiences(self) -> list[str]:
        return list(self.audiences)


def _signed_claims(assertion: str, application: Application) -> dict[str, Any]:
    """The claims, once one of the application's keys made the signature."""
    for key in applications.keys_of(application.public_key):
        try:
            return jwt.decode(assertion, key, algorithms=list(ALGORITHMS)).claims
        except (JoseError, ValueError):
            continue
    raise InvalidClientError("The signature of the assertion does not fit.")


def audiences_of(request: HttpRequest) -> list[str]:
    """What an assertion may be addressed to: this address or our host, by whatever scheme a proxy in between speaks."""
    places = ("", "/", request.path, request.path.rstrip("/"), request.path.rstrip("/").removesuffix("/token"))
    return [f"{scheme}://{request.get_host()}{place}" for scheme in ("https", "http") for place in places]


class Server(_Server):  # type: ignore[misc]
    """Authlib's server on Django."""

    def __init__(self) -> None:
        super().__init__()
        self.register_client_auth_method(Assertion.CLIENT_AUTH_METHOD, Assertion(validate_jti=False))
        self.register_grant(ClientCredentials)
        self.register_grant(Refresh)
        self.register_grant(Code, [Challenge(required=True)])

    def query_client(self, client_id: str) -> Client | None:
        found = Application.objects.select_related("user").filter(client_id=client_id[:50]).first()
        return Client(found) if found else None

    def create_oauth2_request(self, request: HttpRequest) -> Request:
        return Request(request)

    def send_signal(self, name: str, *args: Any, **kwargs: Any) -> None:
        """Nobody listens."""

    def handle_response(self, status: int, body: Any, headers: Any) -> HttpResponse:
        made = JsonResponse(body, status=status) if isinstance(body, dict) else HttpResponse(body, status=status)
        for name, value in headers:
            made.headers[name] = value
        made.headers["Cache-Control"] = "no-store"
        return made

    def handle_error_response(self, request: Any, error: OAuth2Error) -> HttpResponse:
        """The refusal: 401 to a Basic header, else 400 (A-12); errors of the page go back to the application."""
        if error.redirect_uri:
            return self.handle_response(*error())
        return refusal(error.error, error.get_error_description(), request.django)


def refusal(error: str, words: str, request: HttpRequest) -> HttpResponse:
    """A refusal of the token address."""
    basic = request.headers.get("Authorization", "").lower().startswith("basic")
    status = 401 if basic and error == "invalid_client" else 400
    made = JsonResponse({"error": error, "error_description": words}, status=status)
    made.headers["Cache-Control"] = "no-store"
    if status == 401:
        made.headers["WWW-Authenticate"] = 'Basic realm="Tuttava", charset="UTF-8"'
    return made


def answer_of(application: Application, user: User, grant: Grant | None = None) -> dict[str, Any]:
    """Tokens in the form of A-12."""
    answer = {
        "token_type": "Bearer",
        "expires_in": tokens.LIFETIME,
        "ext_expires_in": tokens.LIFETIME,
        "access_token": tokens.issue(application, user, grant),
    }
    if grant is not None:
        answer["refresh_token"] = draw_refresh_token(grant)
    return answer


SERVER = Server()
