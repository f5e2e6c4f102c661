"""How a refusal or a question of a rule reaches the browser, the same on every page.

A fragment request (htmx) gets a dialog or a toast and the page stays as it is, with everything typed in it; a plain
form post gets a whole page that offers the same.
"""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from tuttava.foundation.errors import DomainError, PermissionDenied, QuestionsPending
from tuttava.ui.notices import toast

NOT_SENT_AGAIN = {"csrfmiddlewaretoken"}


def refusal(request: HttpRequest, error: DomainError) -> HttpResponse:
    """The answer for ``error``: 403 for a missing right, a question to answer, else 422 with the reasons."""
    if isinstance(error, QuestionsPending):
        return question(request, error)
    status = 403 if isinstance(error, PermissionDenied) else 422
    if getattr(request, "htmx", False):
        response = HttpResponse(status=204)
        response.headers["HX-Reswap"] = "none"
        details = " ".join(str(detail.message) for detail in error.details)
        return toast(response, f"{error.message} {details}".strip(), severity="error")
    return render(request, "ui/refusal.html", {"error": error, "status": status}, status=status)


def question(request: HttpRequest, error: QuestionsPending) -> HttpResponse:
    """Put the questions of a rule; the answers travel with the same request sent again."""
    again = [
        (name, value)
        for name, values in request.POST.lists()
        for value in values
        if name not in NOT_SENT_AGAIN and name not in {f"answer:{asked.code}" for asked in error.questions}
    ]
    context = {"questions": error.questions, "again": again, "address": request.get_full_path()}
    if getattr(request, "htmx", False):
        htmx = request.headers
        context["target"] = f"#{htmx['HX-Target']}" if htmx.get("HX-Target") else "body"
        response = render(request, "ui/question_dialog.html", context)
        response.headers["HX-Retarget"] = "#dialogs"
        response.headers["HX-Reswap"] = "innerHTML"
        response.headers["HX-Push-Url"] = "false"
        return response
    return render(request, "ui/question.html", context)
