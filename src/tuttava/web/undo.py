"""The page behind every Undo button."""

from __future__ import annotations

import uuid

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from tuttava.foundation import undo_job
from tuttava.foundation.errors import DomainError
from tuttava.foundation.models import UnitOfWork
from tuttava.foundation.undo import undo_unit
from tuttava.ui.notices import notify
from tuttava.ui.undo import undo_address, undo_page
from tuttava.web.preferences import back


@require_POST
def page(request: HttpRequest, unit: uuid.UUID) -> HttpResponse:
    """Take back everything that was done under ``unit``; the notice offers to undo the undo."""
    action = UnitOfWork.objects.filter(pk=unit).values_list("action", flat=True).first() or ""
    own = undo_page(action)
    if own is not None:
        return own(request, unit)
    try:
        if undo_job.is_long(unit):
            undo_job.enqueue_undo(unit)
            notify(request, _("This is being undone. Background work shows how far it is."))
            return _answer(request)
        done = undo_unit(unit)
        notify(request, _("Undone."), undo=undo_address(done.unit_id) if done.unit_id else "")
    except DomainError as error:
        reasons = " ".join(str(detail.message) for detail in error.details[:3])
        notify(request, f"{error} {reasons}".strip(), severity="error")
    return _answer(request)


def _answer(request: HttpRequest) -> HttpResponse:
    if request.headers.get("X-Requested-With") == "fetch":
        return HttpResponse(status=204)
    return HttpResponseRedirect(back(request))
