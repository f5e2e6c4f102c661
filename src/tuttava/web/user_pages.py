"""Setup pages for users: who may sign in, with which permission sets, sessions and access keys."""

from __future__ import annotations

import uuid
from typing import Any

from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from tuttava.foundation.directory import users
from tuttava.foundation.directory.finding import company_of_id
from tuttava.foundation.directory.models import Company, PermissionSet, User
from tuttava.foundation.directory.permission_sets import grant, revoke
from tuttava.foundation.errors import Text
from tuttava.ui import registry
from tuttava.web.admin_forms import GROUP, admin_page, mount, perform
from tuttava.web.frame import LANGUAGE_NAMES
from tuttava.web.key_pages import delete_key, new_key

PAGE_SIZE = 100
FIELDS = ("username", "full_name", "email", "language")
Done = tuple[Text, str]


@admin_page("api.admin")
def user_list(request: HttpRequest) -> HttpResponse:
    """All users, found by any part of name or address."""
    text = request.GET.get("q", "").strip()
    found = User.objects.prefetch_related("permission_sets__company").order_by("username")
    if text:
        found = found.filter(username__icontains=text) | found.filter(full_name__icontains=text)
    after = request.GET.get("after", "")
    rows = list(found.filter(username__gt=after)[: PAGE_SIZE + 1])
    more = rows[PAGE_SIZE - 1].username if len(rows) > PAGE_SIZE else ""
    context = {"page_title": _("Users"), "rows": rows[:PAGE_SIZE], "more": more, "q": text}
    return render(request, "web/admin/users.html", context)


@admin_page("api.admin")
def new_user(request: HttpRequest) -> HttpResponse:
    """The form for a new user."""

    def context() -> dict[str, Any]:
        return {"page_title": _("New user"), "languages": _languages(), "sets": PermissionSet.objects.all()}

    if request.method != "POST":
        return render(request, "web/admin/user_new.html", context())

    def create() -> Done:
        values = {name: request.POST.get(name, "") for name in FIELDS}
        user = users.create_user(
            **values, password=request.POST.get("password") or None, admin=request.POST.get("admin") == "on"
        )
        if request.POST.get("permission_set"):
            grant(user, permission_set=request.POST["permission_set"], company=getattr(request, "company", None))
        return _("The user was created."), _address(user)

    return perform(request, create, "web/admin/user_new.html", context)


@admin_page("api.admin")
def user_page(request: HttpRequest, pk: uuid.UUID) -> HttpResponse:
    """One user: fields, permission sets, and the verbs."""
    user = User.objects.filter(pk=pk).first()
    if user is None:
        raise Http404
    if request.method != "POST":
        return render(request, "web/admin/user.html", _context(user))
    if request.POST.get("verb") == "key":
        return new_key(request, user, "web/admin/user.html", lambda: _context(user))
    return perform(request, lambda: _verb(request, user), "web/admin/user.html", lambda: _context(user))


def _verb(request: HttpRequest, user: User) -> Done:
    verb, sent = request.POST.get("verb", ""), request.POST
    if verb == "save":
        values: dict[str, Any] = {name: sent.get(name, "").strip() for name in FIELDS}
        users.change_user(user, **values, is_superuser=sent.get("admin") == "on")
        words = _("Saved.")
    elif verb == "password":
        users.change_password(user, sent.get("password") or None)
        words = _("The password was changed, and all sessions of the user have ended.")
    elif verb in {"enable", "disable"}:
        users.set_enabled(user, verb == "enable")
        words = _("The user may sign in again.") if verb == "enable" else _("The user is locked out.")
    elif verb == "sessions":
        users.revoke_sessions(user)
        words = _("The user is signed out everywhere.")
    elif verb == "delete_key":
        words = delete_key(user, sent.get("key", ""))
    elif verb in {"grant", "revoke"}:
        change = grant if verb == "grant" else revoke
        change(user, permission_set=sent.get("permission_set", ""), company=company_of_id(sent.get("company", "")))
        words = _("The permission sets were changed.")
    else:
        raise Http404
    return words, _address(user)


def _address(user: User) -> str:
    return reverse("user", args=[user.pk])


def _languages() -> list[tuple[str, str]]:
    return [(code, LANGUAGE_NAMES.get(code, str(words))) for code, words in settings.LANGUAGES]


def _context(user: User) -> dict[str, Any]:
    fresh = User.objects.get(pk=user.pk)
    return {
        "page_title": fresh.get_full_name(),
        "subject": fresh,
        "given": fresh.permission_sets.select_related("permission_set", "company").order_by("permission_set__code"),
        "sets": PermissionSet.objects.all(),
        "all_companies": Company.objects.filter(ready=True),
        "languages": _languages(),
        "access_keys": fresh.access_keys.all(),
    }


mount("users/", user_list, "users")
mount("users/new/", new_user, "user_new")
mount("users/<uuid:pk>/", user_page, "user")
registry.add_setup(
    registry.SetupEntry(
        "users",
        gettext_lazy("Users"),
        "users",
        icon="users",
        order=950,
        right="api.admin",
        description=gettext_lazy("Who may sign in, and what they may do"),
        words=gettext_lazy("password login rights access key"),
        group=GROUP,
    )
)
