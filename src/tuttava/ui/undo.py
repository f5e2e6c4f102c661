"""Taking back a unit of work from the notice that told of it."""

from __future__ import annotations

import uuid
from collections.abc import Callable

from django.http import HttpRequest, HttpResponse
from django.urls import reverse

UndoPage = Callable[[HttpRequest, uuid.UUID], HttpResponse]

_own: dict[str, UndoPage | None] = {}


def register_undo(action: str, page: UndoPage | None) -> None:
    """Let a room take back units of work of this action itself; None: a click does not take them back at all."""
    _own[action] = page


def undo_page(action: str) -> UndoPage | None:
    """What takes back units of this action instead of the journal alone."""
    return _own.get(action)


def is_final(action: str) -> bool:
    """Whether units of this action are not taken back by a click."""
    return action in _own and _own[action] is None


def undo_address(unit: uuid.UUID) -> str:
    """Where a click on Undo posts to, to take back everything done under ``unit``."""
    return reverse("undo", kwargs={"unit": unit})
