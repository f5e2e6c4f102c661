"""Tell me: pages, actions, records and recent records in one ranked list."""

from __future__ import annotations

from dataclasses import dataclass

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _

from tuttava.ui import registry
from tuttava.ui.recent import recent

LIMIT = 8


@dataclass(frozen=True)
class Answer:
    """One line of the palette."""

    label: str
    href: str
    kind: str
    icon: str
    detail: str = ""
    key: str = ""
    score: int = 0


def answers(request: HttpRequest, text: str) -> list[Answer]:
    """What fits ``text``, best first: pages and actions whose words begin so, then records; recent ones for nothing."""
    found = [*_actions(text), *_pages(text)]
    found.sort(key=lambda answer: -answer.score)
    if not text.strip():
        opened = [Answer(hit.label, hit.href, _("Recent"), hit.icon, hit.detail) for hit in recent(request)[:6]]
        return [*opened, *found[:8]]
    records = [
        Answer(hit.label, hit.href, str(search.label), hit.icon, hit.detail)
        for search in registry.searches()
        for hit in search.find(text, LIMIT)
    ]
    strong = [answer for answer in found if answer.score >= 3]
    weak = [answer for answer in found if answer.score < 3]
    return [*strong[:4], *records, *weak[:6]]


def score(text: str, label: str, words: str) -> int:
    """4 the whole label, 3 its beginning, 2 the beginning of each word typed, 1 inside further words, 0 no fit."""
    wanted, name = text.casefold().split(), label.casefold()
    if not wanted:
        return 1
    if " ".join(wanted) == name:
        return 4
    if name.startswith(" ".join(wanted)):
        return 3
    if all(any(part.startswith(word) for part in name.split()) for word in wanted):
        return 2
    everything = f"{name} {words.casefold()}"
    return 1 if all(word in everything for word in wanted) else 0


def _pages(text: str) -> list[Answer]:
    found = []
    for entry in [*registry.nav(), *registry.setup_entries()]:
        label = str(entry.label)
        points = score(text, label, f"{entry.words} {entry.description}")
        if points:
            kind = _("Setup") if isinstance(entry, registry.SetupEntry) else _("Page")
            found.append(Answer(label, entry.href, kind, entry.icon, str(entry.description), score=points))
    return found


def _actions(text: str) -> list[Answer]:
    found = []
    for command in registry.commands():
        points = score(text, str(command.label), str(command.words))
        if points:
            found.append(
                Answer(str(command.label), command.href, _("Action"), command.icon, key=command.key, score=points)
            )
    return found


def answer(request: HttpRequest) -> HttpResponse:
    """The lines for what was typed so far."""
    text = request.GET.get("q", "")[:200]
    template = "web/tellme_answers.html" if "q" in request.GET else "web/tellme.html"
    return render(request, template, {"answers": answers(request, text), "text": text, "address": reverse("tell_me")})


def page(request: HttpRequest) -> HttpResponse:
    """The same as a page, for the search field without script."""
    text = request.GET.get("q", "")[:200]
    return render(
        request, "web/find.html", {"page_title": _("Search"), "answers": answers(request, text), "text": text}
    )
