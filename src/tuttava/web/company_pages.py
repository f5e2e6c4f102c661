"""Setup page for companies: create, copy, rename, delete."""

from __future__ import annotations

import uuid
from typing import Any, cast

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from tuttava.foundation.directory import actions
from tuttava.foundation.directory.models import Company
from tuttava.foundation.errors import DomainError, Text
from tuttava.ui import registry
from tuttava.web.admin_forms import GROUP, admin_page, mount, perform
from tuttava.web.user_pages import _languages

TEMPLATE = "web/admin/companies.html"


@admin_page("company.create")
def company_list(request: HttpRequest) -> HttpResponse:
    """All companies, and the forms for what can be done with them."""

    def context() -> dict[str, Any]:
        return {
            "page_title": _("Companies"),
            "rows": Company.objects.filter(ready=True),
            "languages": _languages(),
        }

    if request.method != "POST":
        return render(request, TEMPLATE, context())
    return perform(request, lambda: _verb(request), TEMPLATE, context)


def _verb(request: HttpRequest) -> tuple[Text, str]:
    verb, sent = request.POST.get("verb", ""), request.POST
    if verb == "create":
        made = actions.create_company(
            name=sent.get("name", ""),
            display_name=sent.get("display_name", ""),
            setup_data=cast(actions.SetupData, sent["setup_data"] if sent.get("setup_data") == "empty" else "standard"),
            language=sent.get("language", "en"),
            country=sent.get("country", "NO").strip().upper()[:2],
        )
        return _("The company “%(name)s” is ready.") % {"name": made}, f"/c/{made.slug}/"
    company = _company(sent.get("company", ""))
    if verb == "copy":
        made = actions.copy_company(company, name=sent.get("name", ""))
        return _("The company “%(name)s” is ready.") % {"name": made}, f"/c/{made.slug}/"
    if verb == "rename":
        actions.rename_company(company, name=sent.get("name", ""), display_name=sent.get("display_name", ""))
        return _("Saved."), reverse("companies")
    if verb == "delete":
        return _delete(request, company)
    raise Http404


def _delete(request: HttpRequest, company: Company) -> tuple[Text, str]:
    """Final, so the name must be typed."""
    if request.POST.get("name", "").strip() != company.name:
        raise DomainError(
            "company.name_differs",
            _("Type the name “%(name)s” to delete the company. This cannot be taken back.") % {"name": company.name},
            field="name",
        )
    actions.delete_company(company)
    here = getattr(request, "company", None) == company
    return _("The company “%(name)s” was deleted.") % {"name": company}, "/" if here else reverse("companies")


def _company(text: str) -> Company:
    try:
        return Company.objects.get(pk=uuid.UUID(text), ready=True)
    except (ValueError, Company.DoesNotExist) as error:
        raise DomainError("not_found", _("There is no such company."), field="company") from error


mount("companies/", company_list, "companies")
registry.add_setup(
    registry.SetupEntry(
        "companies",
        gettext_lazy("Companies"),
        "companies",
        icon="building-office-2",
        order=952,
        right="company.create",
        description=gettext_lazy("Create, copy, rename and delete companies"),
        group=GROUP,
    )
)
