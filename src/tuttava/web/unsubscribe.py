"""The public page on which somebody leaves the mailings of a company; nobody signs in here."""

from __future__ import annotations

import hashlib

from allauth.account.adapter import get_adapter
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import translation
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods

from tuttava.api.counting import count
from tuttava.foundation.company import company_information
from tuttava.foundation.context import Context, acting
from tuttava.foundation.schemas import in_schema
from tuttava.interactions import unsubscribing
from tuttava.interactions.unsubscribe_links import read

#: Times a minute that one link may be followed, and that one address may come with links that are not ours.
MOST_OF_LINK, MOST_WRONG = 10, 20
#: Seconds in which they are counted.
SPAN = 60


@csrf_exempt  # Mail programs post here by themselves (RFC 8058); the signature in the address is what counts.
@require_http_methods(["GET", "HEAD", "POST"])
def page(request: HttpRequest, token: str) -> HttpResponse:
    """Say what happens, and do it when asked to. Following the link alone changes nothing: programs look at links."""
    asked = read(token)
    if asked is None:
        caller = get_adapter().get_client_ip(request)
        return _answer(request, {"state": "wrong"}, 429 if _too_often(f"wrong {caller}", MOST_WRONG) else 404)
    if _too_often(token, MOST_OF_LINK):
        return _answer(request, {"state": "often"}, 429)
    with in_schema(asked.schema), acting(Context(door="system")):
        contact = unsubscribing.contact_of(asked)
        sender = company_information().name or asked.company
        told = {"state": "asked", "sender": sender, "address": unsubscribing.hint_of(contact)}
        language = unsubscribing.language_for(contact) or translation.get_language()
        if request.method == "POST":
            unsubscribing.unsubscribe(asked)
            told["state"] = "done"
    with translation.override(language):
        return _answer(request, told, 200)


def _too_often(who: str, most: int) -> bool:
    return count(f"unsubscribe {hashlib.sha256(who.encode()).hexdigest()}", SPAN)[0] > most


def _answer(request: HttpRequest, told: dict[str, str], status: int) -> HttpResponse:
    """The page; its address is nobody else's business."""
    language = translation.get_language() or "en"
    headers = {
        "Cache-Control": "no-store",
        "Referrer-Policy": "no-referrer",
        "X-Robots-Tag": "noindex",
        "Content-Language": language,
    }
    answer = render(request, "web/unsubscribe.html", told, status=status)
    for name, value in headers.items():
        answer[name] = value
    request.META["CSRF_COOKIE_NEEDS_UPDATE"] = False  # who only reads a mail gets no cookie
    return answer
