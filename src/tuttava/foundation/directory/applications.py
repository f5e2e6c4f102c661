"""Verbs on applications: programs that ask for tokens (A-12)."""

from __future__ import annotations

import json
import re
import uuid
from collections.abc import Mapping
from typing import Any
from urllib.parse import urlsplit

from cryptography import x509
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import ec, ed448, ed25519, rsa
from django.utils.crypto import constant_time_compare
from django.utils.translation import gettext as _
from joserfc import jwk
from joserfc.errors import JoseError

from tuttava.foundation.directory.drawing import digest_of, draw_for_addresses, remember_drawn
from tuttava.foundation.directory.entries import enter, locked, require_value, store
from tuttava.foundation.directory.finding import user_called
from tuttava.foundation.directory.guards import require_everywhere
from tuttava.foundation.directory.models import Application
from tuttava.foundation.errors import DomainError

#: Hosts of the user's own device; a program there listens on whatever port is free (RFC 8252).
LOOPBACK = frozenset({"localhost", "127.0.0.1", "::1"})
#: Address schemes that a browser would run or open itself.
_NO_PROGRAM = frozenset({"javascript", "data", "vbscript", "file", "blob", "about", "ftp", "ws", "wss"})
_RSA_BITS = 2048


def create(values: Mapping[str, Any], given: Mapping[str, Any] | None = None) -> Application:
    """Register an application: ``name``, ``username`` (whom it acts as), ``public_key``, ``redirect_uris``.

    ``client_id`` and secret are drawn; only :func:`drawn` in the same call can read the secret. ``public`` true: a
    program on its user's own device, which could not keep one. Raises ``field_required``, ``not_found`` (no such user)
    and ``value_invalid`` (a key that cannot be read, an address that cannot be redirected to).
    """
    require_everywhere("api.admin")
    entered = dict(values)
    public = bool(entered.pop("public", False))
    record = Application(**dict(given or {}), client_id=str(uuid.uuid4()))
    secret = "" if public else draw_for_addresses()
    record.secret_digest = digest_of(secret) if secret else ""
    _enter(record, {"name": "", **entered})
    store(record)
    remember_drawn(record, secret)
    return record


def change(record: Application, values: Mapping[str, Any], version: int | None = None) -> Application:
    """Change an application, as :func:`create`."""
    require_everywhere("api.admin")
    with locked(record, version) as fresh:
        _enter(fresh, values)
        return store(fresh)


def new_secret(record: Application) -> Application:
    """Draw another secret; the one before and the tokens it got stop working."""
    require_everywhere("api.admin")
    secret = draw_for_addresses()
    with locked(record) as fresh:
        fresh.secret_digest = digest_of(secret)
        store(fresh)
    remember_drawn(fresh, secret)
    return fresh


def delete(record: Application, version: int | None = None) -> None:
    """Delete an application; all its tokens stop working."""
    require_everywhere("api.admin")
    with locked(record, version) as fresh:
        fresh.delete()


def _enter(record: Application, values: Mapping[str, Any]) -> None:
    unknown = set(values) - {"name", "username", "public_key", "redirect_uris"}
    if unknown:
        raise DomainError("field_unknown", _("There is no field “%(name)s”.") % {"name": min(unknown)})
    if "username" in values:
        record.user = user_called(str(values["username"])) if values["username"] else None
    enter(record, {name: values[name] for name in ("name", "public_key") if name in values})
    require_value(record, "name")
    if "redirect_uris" in values:
        record.redirect_uris = [checked_redirect(str(each).strip()) for each in values["redirect_uris"] or []]
    if record.public_key.strip():
        keys_of(record.public_key)


def is_public(record: Application) -> bool:
    """Whether the application has nothing to prove itself by."""
    return not record.secret_digest and not record.public_key.strip()


def secret_fits(record: Application, secret: str) -> bool:
    """Whether ``secret`` is the application's."""
    return bool(record.secret_digest) and constant_time_compare(record.secret_digest, digest_of(secret))


def checked_redirect(address: str) -> str:
    """An address that a browser may be sent back to: https, http on the user's own device, or a program's own scheme.

    Raises ``value_invalid``.
    """
    try:
        parts = urlsplit(address)
        host, _port = parts.hostname or "", parts.port
    except ValueError:
        parts, host = urlsplit(""), ""
    own_scheme = bool(parts.scheme) and parts.scheme not in _NO_PROGRAM and parts.scheme not in {"http", "https"}
    good = own_scheme or (parts.scheme == "https" and bool(host)) or (parts.scheme == "http" and host in LOOPBACK)
    if not good or parts.fragment or re.search(r"[\s\"'<>\\^`{|}\x00-\x20;,]", address) or len(address) > 2048:
        raise DomainError(
            "value_invalid",
            _("Users cannot be sent back to “%(address)s”. Use https, or http on localhost, without a #.")
            % {"address": address[:200]},
            field="redirect_uris",
        )
    return address


def redirect_fits(record: Application, address: str) -> bool:
    """Whether ``address`` is registered; on the user's own device the port is free."""
    if address in record.redirect_uris:
        return True
    try:
        parts = urlsplit(address)
        if parts.scheme != "http" or parts.hostname not in LOOPBACK or parts.username or parts.fragment:
            return False
        wanted = (parts.hostname, parts.path, parts.query)
        for each in map(urlsplit, record.redirect_uris):
            if each.scheme == "http" and each.port is None and (each.hostname, each.path, each.query) == wanted:
                return parts.port is None or parts.port > 0
    except ValueError:
        return False
    return False


def keys_of(text: str) -> list[jwk.Key]:
    """The public keys in a PEM key, certificate, JWK or JWK set; raises ``value_invalid``."""
    try:
        keys = _jwks(json.loads(text)) if text.lstrip().startswith("{") else [_pem(text.strip().encode())]
    except (ValueError, TypeError, KeyError, JoseError) as error:
        raise _bad_key() from error
    if not keys:
        raise _bad_key()
    return keys


def _jwks(data: dict[str, Any]) -> list[jwk.Key]:
    keys: list[jwk.Key] = []
    for each in data.get("keys", [data]):
        if each.get("kty") == "oct" or "d" in each:
            raise ValueError("not a public key")
        key = jwk.import_key(each)
        keys += [key]
    return keys


def _pem(content: bytes) -> jwk.Key:
    if b"BEGIN CERTIFICATE" in content:
        loaded: Any = x509.load_pem_x509_certificate(content).public_key()
    else:
        loaded = serialization.load_pem_public_key(content)
    kind: Any
    if isinstance(loaded, rsa.RSAPublicKey) and loaded.key_size >= _RSA_BITS:
        kind = "RSA"
    elif isinstance(loaded, ec.EllipticCurvePublicKey):
        kind = "EC"
    elif isinstance(loaded, ed25519.Ed25519PublicKey | ed448.Ed448PublicKey):
        kind = "OKP"
    else:
        raise ValueError("unsupported key")
    plain = loaded.public_bytes(serialization.Encoding.PEM, serialization.PublicFormat.SubjectPublicKeyInfo)
    found: jwk.Key = jwk.import_key(plain, kind)
    return found


def _bad_key() -> DomainError:
    return DomainError(
        "value_invalid",
        _("This is not a public key. Paste a public key or certificate in PEM form, a JWK or a JWK set."),
        field="public_key",
    )
