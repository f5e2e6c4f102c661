"""Short notices at the foot of the page, with Undo where an action can be taken back."""

from __future__ import annotations

import json

from django.contrib import messages
from django.http import HttpRequest, HttpResponse

from tuttava.foundation.context import current
from tuttava.foundation.errors import Text

LEVELS = {"info": messages.INFO, "success": messages.SUCCESS, "warning": messages.WARNING, "error": messages.ERROR}


def notify(request: HttpRequest, text: Text, *, severity: str = "info", undo: str = "") -> None:
    """Show ``text`` on the next page; ``undo`` is the address that a click on Undo posts to."""
    messages.add_message(request, LEVELS[severity], str(text), extra_tags=f"undo:{undo}" if undo else "")


def toast(response: HttpResponse, text: Text, *, severity: str = "info", undo: str = "") -> HttpResponse:
    """Show ``text`` in the page that asked for this fragment (an htmx event in the answer's head)."""
    events = json.loads(response.headers.get("HX-Trigger", "{}"))
    notice = {"text": str(text), "severity": severity, "undo": undo}
    events.setdefault("tuttava:toast", {"notices": []})["notices"].append(notice)
    response.headers["HX-Trigger"] = json.dumps(events)
    return response


def tell_all(request: HttpRequest, response: HttpResponse) -> HttpResponse:
    """Pass on what rules told during the request: as toasts in a fragment, else on the next page."""
    for message in current().messages:
        if getattr(request, "htmx", False) and response.status_code < 300:
            toast(response, message.text, severity=message.severity)
        else:
            notify(request, message.text, severity=message.severity)
    current().messages.clear()
    return response
