"""What the frame around every page shows."""

from __future__ import annotations

from typing import Any, cast

from django.http import HttpRequest

from tuttava.foundation.context import current
from tuttava.foundation.directory.models import User
from tuttava.foundation.directory.permissions import companies_of


def frame(request: HttpRequest) -> dict[str, Any]:
    """Context of the frame: companies to switch to, the one in use, the work date."""
    user = cast(User, request.user)
    if not user.is_authenticated:
        return {}
    return {"company": getattr(request, "company", None), "companies": companies_of(user), "acting": current()}
