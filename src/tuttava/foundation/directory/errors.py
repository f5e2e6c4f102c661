"""What goes wrong with companies, users and permission sets."""

from __future__ import annotations

from django.utils.translation import gettext as _

from tuttava.foundation.errors import DomainError


def already_exists(what: str, name: str, field: str) -> DomainError:
    """``what`` (company, user) called ``name`` is there already."""
    return DomainError(
        "already_exists",
        _("There is already a %(what)s “%(name)s”. Choose another name.") % {"what": what, "name": name},
        field=field,
    )


def last_administrator(name: str) -> DomainError:
    """Without an administrator nobody could change rights any more."""
    return DomainError(
        "user.last_administrator",
        _("“%(name)s” is the last administrator. Make somebody else an administrator first.") % {"name": name},
        field="user",
    )
