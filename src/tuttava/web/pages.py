"""Home."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from tuttava.contacts.models import Contact


def home(request: HttpRequest) -> HttpResponse:
    """The working surface one starts from."""
    return render(request, "web/home.html", {"contacts": Contact.objects.order_by("-last_modified_at")[:10]})
