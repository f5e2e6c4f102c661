"""Which addresses may be notified (A-92): https, and no host of the inner network unless the operator names it."""

from __future__ import annotations

import ipaddress
import socket
from collections.abc import Collection
from dataclasses import dataclass
from urllib.parse import quote, urlsplit

from django.utils.translation import gettext as _

from tuttava.foundation.errors import DomainError

Address = ipaddress.IPv4Address | ipaddress.IPv6Address

_NAT64 = ipaddress.ip_network("64:ff9b::/96")


@dataclass(frozen=True)
class Target:
    """Where a notification goes. ``named``: the operator's list of allowed hosts names it."""

    host: str
    port: int
    path: str
    named: bool


def target_of(url: str, allowed: Collection[str]) -> Target:
    """The parts of an address to notify; raises ``webhook.url_not_allowed`` for one that may not be used."""
    try:
        parts = urlsplit(url)
        host = (parts.hostname or "").encode("idna" if not (parts.hostname or "").isascii() else "ascii").decode()
        port = parts.port or 443
    except ValueError as error:
        raise _not_allowed(_("it cannot be read")) from error
    if parts.scheme.lower() != "https":
        raise _not_allowed(_("it must begin with https://"))
    if not host or "@" in parts.netloc or parts.fragment or not url.isprintable() or " " in url:
        raise _not_allowed(_("it cannot be read"))
    names = {entry.strip().lower() for entry in allowed}
    bracketed = f"[{host}]" if ":" in host else host
    named = bool(names & {host, bracketed, f"{bracketed}:{port}"})
    path = quote((parts.path or "/") + (f"?{parts.query}" if parts.query else ""), safe="/?%:@!$&'()*+,;=~[]|")
    return Target(host, port, path, named)


def addresses_of(target: Target) -> list[Address]:
    """The network addresses to connect to, checked; raises ``webhook.url_not_allowed`` when one of them is inside.

    Connect to these, not to the name: it could resolve to something else a moment later.
    """
    try:
        found = socket.getaddrinfo(target.host, target.port, type=socket.SOCK_STREAM)
    except (OSError, UnicodeError) as error:
        raise _not_allowed(_("its host is not known")) from error
    addresses = list(dict.fromkeys(ipaddress.ip_address(str(entry[4][0]).partition("%")[0]) for entry in found))
    if not target.named and not all(is_public(address) for address in addresses):
        raise _not_allowed(_("its host is in a private network"))
    return addresses


def is_public(address: Address) -> bool:
    """Whether the address, and any address it stands for, is one of the open internet."""
    if isinstance(address, ipaddress.IPv6Address):
        inner = [address.ipv4_mapped, address.sixtofour, *(address.teredo or ())]
        if address in _NAT64:
            inner.append(ipaddress.IPv4Address(int(address) & 0xFFFFFFFF))
        if not all(is_public(each) for each in inner if each is not None):
            return False
        if address.ipv4_mapped is not None:
            return True
    return address.is_global and not (address.is_multicast or address.is_reserved or address.is_unspecified)


def _not_allowed(reason: str) -> DomainError:
    return DomainError(
        "webhook.url_not_allowed",
        _("This address cannot be notified: %(reason)s. Give a public https address, or ask the operator to allow it.")
        % {"reason": reason},
        field="notification_url",
        rule="A-92",
    )
