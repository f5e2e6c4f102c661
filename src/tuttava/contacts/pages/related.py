"""Related contacts (C-28): the company and all its people on a page of their own."""

from __future__ import annotations

import uuid

from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render

from tuttava.contacts.models import Contact
from tuttava.contacts.privacy import masked
from tuttava.foundation.context import require
from tuttava.ui import registry

PER_PAGE = 100


def related(request: HttpRequest, pk: uuid.UUID) -> HttpResponse:
    """Everybody with the same company."""
    require("api.read", "contacts")
    contact = Contact.objects.filter(pk=pk).first()
    if contact is None:
        raise Http404
    rows = Contact.objects.filter(company_id=contact.company_id).order_by("type", "name", "pk")
    found = Paginator(rows if contact.company_id else rows.none(), PER_PAGE).get_page(request.GET.get("page"))
    found.object_list = [masked(row) for row in found.object_list]
    return render(request, "contacts/related.html", {"contact": contact, "rows": found})


registry.add_route("contacts/<uuid:pk>/related", related, "contact-related")
