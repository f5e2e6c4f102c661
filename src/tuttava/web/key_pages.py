"""Access keys in the browser: everybody's own page, and what the page of a user shows of them."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, cast

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _

from tuttava.foundation.directory import access_keys
from tuttava.foundation.directory.drawing import drawn
from tuttava.foundation.directory.models import User
from tuttava.foundation.errors import DomainError
from tuttava.ui import registry
from tuttava.web.admin_forms import perform

TEMPLATE = "web/admin/my_access_keys.html"


def my_keys(request: HttpRequest) -> HttpResponse:
    """One's own keys."""
    user = cast(User, request.user)

    def context() -> dict[str, Any]:
        return {"page_title": _("My access keys"), "access_keys": user.access_keys.all()}

    if request.method != "POST":
        return render(request, TEMPLATE, context())
    if request.POST.get("verb") == "key":
        return new_key(request, user, TEMPLATE, context)
    return perform(
        request, lambda: (delete_key(user, request.POST.get("key", "")), reverse("access_keys")), TEMPLATE, context
    )


def new_key(request: HttpRequest, user: User, template: str, context: Callable[[], dict[str, Any]]) -> HttpResponse:
    """A new key, shown in the answer to this one request and never again."""
    values = {
        "username": user.username,
        "name": request.POST.get("name", "").strip(),
        "expires_on": request.POST.get("expires", ""),
    }
    try:
        record = access_keys.create(values)
    except DomainError as error:
        return render(request, template, {**context(), "error": error}, status=422)
    answer = render(request, template, {**context(), "key": drawn(record.pk)})
    answer.headers["Cache-Control"] = "no-store"
    return answer


def delete_key(user: User, key: str) -> str:
    """End one of the user's keys; returns what to tell."""
    found = next((one for one in user.access_keys.all() if str(one.pk) == key), None)
    if found is None:
        raise Http404
    access_keys.delete(found)
    return _("The access key no longer works.")


registry.add_route("access-keys/", my_keys, "access_keys")
