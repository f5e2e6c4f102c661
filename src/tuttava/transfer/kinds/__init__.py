"""The kinds of import by name."""

from __future__ import annotations

from django.utils.translation import gettext as _

from tuttava.foundation.errors import DomainError
from tuttava.transfer.kinds.addresses import ALT_ADDRESSES
from tuttava.transfer.kinds.contacts import CONTACTS
from tuttava.transfer.kinds.declare import Kind, Writer
from tuttava.transfer.kinds.registers import REGISTERS
from tuttava.transfer.kinds.relations import RELATIONS
from tuttava.transfer.kinds.trade import FACTS

KINDS: dict[str, Kind] = {kind.name: kind for kind in (CONTACTS, ALT_ADDRESSES, RELATIONS, *REGISTERS, *FACTS)}


def kind_of(name: str) -> Kind:
    """The kind called ``name``; raises ``value_invalid``."""
    found = KINDS.get(name)
    if found is None:
        raise DomainError("value_invalid", _("There is no import of “%(kind)s”.") % {"kind": name}, field="kind")
    return found


def allowed_kinds() -> list[Kind]:
    """The kinds that who acts may import."""
    return [kind for kind in KINDS.values() if kind.allowed]


__all__ = ["KINDS", "Kind", "Writer", "allowed_kinds", "kind_of"]
