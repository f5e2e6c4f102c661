"""Who the user is among our own people."""

from __future__ import annotations

from tuttava.foundation.context import current
from tuttava.foundation.models import UserPreference


def own_salesperson() -> str:
    """The salesperson in the user's preference, blank if there is none; read once a context."""
    context = current()
    key = ("partners.own_salesperson", context.user_name)
    if key not in context.cache:
        wanted = UserPreference.objects.filter(user_name=context.user_name) if context.user_name else None
        code = wanted.values_list("salesperson_code", flat=True).first() if wanted is not None else None
        context.cache[key] = code or ""
    return str(context.cache[key])
