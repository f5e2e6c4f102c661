"""Look-ups of the wizards: the template's languages, the numbers of whom is called."""

from __future__ import annotations

import uuid

from django.http import HttpRequest

from tuttava.foundation.context import current
from tuttava.foundation.errors import DomainError
from tuttava.interactions import calling, drafting
from tuttava.interactions.models import InteractionDraft
from tuttava.ui.cards import Candidate, register_lookup


def _draft(request: HttpRequest) -> InteractionDraft | None:
    try:
        pk = uuid.UUID(request.GET.get("of", ""))
    except ValueError:
        return None
    return InteractionDraft.objects.filter(pk=pk, user_name=current().user_name).first()


def _languages(text: str, request: HttpRequest) -> list[Candidate]:
    """The languages that the draft's template has."""
    draft = _draft(request)
    rows = drafting.languages(draft) if draft is not None else []
    wanted = text.strip().upper()
    return [
        Candidate(row.language_code, row.language_code, row.language.name if row.language else "")
        for row in rows
        if row.language_code and row.language_code.startswith(wanted)
    ]


def _numbers(text: str, request: HttpRequest) -> list[Candidate]:
    """Every number the call may go to (I-54); typed numbers are taken as they are."""
    draft = _draft(request)
    try:
        options = calling.numbers_of(draft) if draft is not None else []
    except DomainError:
        options = []
    return [Candidate(each.number, each.number, f"{each.name} · {each.description}") for each in options]


register_lookup("interaction-variant", _languages)
register_lookup("draft-number", _numbers)
