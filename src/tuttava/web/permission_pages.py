"""Setup pages for permission sets: named bundles of rights that users are given."""

from __future__ import annotations

from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from tuttava.foundation.directory import permission_sets
from tuttava.foundation.directory.models import RIGHTS, PermissionSet
from tuttava.foundation.errors import Text
from tuttava.ui import registry
from tuttava.web.admin_forms import GROUP, admin_page, mount, perform

#: What each right lets one do, in words.
WORDS: dict[str, Text] = {
    "api.read": gettext_lazy("Enter the company and read"),
    "api.write": gettext_lazy("Create and change"),
    "api.set_work_date": gettext_lazy("Set the work date"),
    "api.admin": gettext_lazy("Administration and setup"),
    "api.feed_trade_data": gettext_lazy("Feed customers, vendors and documents from other systems"),
    "company.create": gettext_lazy("Create, copy and delete companies"),
    "contacts.delete": gettext_lazy("Delete contacts"),
    "merge_duplicates": gettext_lazy("Merge duplicates"),
    "privacy.manage": gettext_lazy("Personal data: block, export, erase"),
    "interaction_log.read": gettext_lazy("Read the interaction log"),
    "interaction_log.write": gettext_lazy("Write to the interaction log"),
    "interaction_log.delete": gettext_lazy("Delete from the interaction log"),
    "interaction_log.private": gettext_lazy("Read private e-mails of others"),
    "template_setup.write": gettext_lazy("Change interaction templates"),
    "mail_logging.setup": gettext_lazy("Set up e-mail logging"),
    "logged_segments.delete": gettext_lazy("Delete logged segments"),
    "opportunities.delete": gettext_lazy("Delete opportunities"),
}


@admin_page("api.admin")
def set_list(request: HttpRequest) -> HttpResponse:
    """All permission sets with their rights in words."""
    rows = [(found, _in_words(found.permissions)) for found in PermissionSet.objects.all()]
    return render(request, "web/admin/permission_sets.html", {"page_title": _("Permission sets"), "rows": rows})


def _in_words(rights: list[str]) -> list[str]:
    named = (right.partition(":") for right in rights)
    return [
        f"{WORDS.get(right, right)} ({target})" if target else str(WORDS.get(right, right))
        for right, _c, target in named
    ]


@admin_page("api.admin")
def set_page(request: HttpRequest, code: str = "") -> HttpResponse:
    """One permission set: shipped ones to read, own ones to change; without ``code`` a new one."""
    found = PermissionSet.objects.filter(code=code).first() if code else None
    if code and found is None:
        raise Http404

    def context() -> dict[str, Any]:
        chosen = (
            set(request.POST.getlist("rights")) if request.method == "POST" else set(found.permissions if found else [])
        )
        narrowed = "\n".join(right for right in sorted(chosen) if ":" in right)
        return {
            "page_title": found.code if found else _("New permission set"),
            "subject": found,
            "rights": [(right, WORDS.get(right, right), right in chosen) for right in RIGHTS],
            "narrowed": request.POST.get("narrowed", narrowed),
        }

    if request.method != "POST":
        return render(request, "web/admin/permission_set.html", context())
    return perform(request, lambda: _save(request, found), "web/admin/permission_set.html", context)


def _save(request: HttpRequest, found: PermissionSet | None) -> tuple[Text, str]:
    if found and request.POST.get("verb") == "delete":
        permission_sets.delete_permission_set(found.code)
        return _("The permission set was deleted."), reverse("permission_sets")
    rights = [*request.POST.getlist("rights"), *request.POST.get("narrowed", "").split()]
    code = found.code if found else request.POST.get("code", "")
    saved = permission_sets.save_permission_set(code=code, name=request.POST.get("name", ""), permissions=rights)
    return _("Saved."), reverse("permission_set", args=[saved.code])


mount("permission-sets/", set_list, "permission_sets")
mount("permission-sets/new/", set_page, "permission_set_new")
mount("permission-sets/<str:code>/", set_page, "permission_set")
registry.add_setup(
    registry.SetupEntry(
        "permission_sets",
        gettext_lazy("Permission sets"),
        "permission_sets",
        icon="lock-closed",
        order=951,
        right="api.admin",
        description=gettext_lazy("Named bundles of rights"),
        words=gettext_lazy("roles rights"),
        group=GROUP,
    )
)
