"""The page behind every Undo button."""

from __future__ import annotations

import uuid

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from tuttava.foundation.errors import DomainError
from tuttava.foundation.undo import undo_unit
from tuttava.ui.notices import notify
from tuttava.ui.undo import undo_address
from tuttava.web.preferences import back


@require_POST
def page(request: HttpRequest, unit: uuid.UUID) -> HttpResponse:
    """Take back everything that was done under ``unit``; the notice offers to undo the undo."""
    try:
        done = undo_unit(unit)
        notify(request, _("Undone."), undo=undo_address(done.unit_id) if done.unit_id else "")
    except DomainError as error:
        reasons = " ".join(str(detail.message) for detail in error.details[:3])
        notify(request, f"{error} {reasons}".strip(), severity="error")
    if request.headers.get("X-Requested-With") == "fetch":
        return HttpResponse(status=204)
    return HttpResponseRedirect(back(request))
