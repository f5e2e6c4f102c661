"""Who acts, through which door, on which date - and how questions are answered.

Actions never see a request. Each door opens a :class:`Context` with :func:`acting`; rules read it with
:func:`current`, ask with :func:`ask` and :func:`choose`, and tell with :func:`tell`.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass, field, replace
from typing import Any

from django.utils import timezone

from tuttava.foundation.errors import PermissionDenied, Question, QuestionsPending, Text


@dataclass(frozen=True)
class Message:
    """Something an answer should tell: ``severity`` is ``info``, ``warning`` or ``error``."""

    code: str
    text: Text
    severity: str = "info"
    target: str = ""


@dataclass
class Context:
    """The circumstances of one call.

    ``rights`` holds permissions such as ``api.write`` or ``api.write:contacts``; ``*`` means all. ``door`` is one of
    ``browser``, ``api``, ``import``, ``command``, ``job``, ``system``. ``work_date`` None means today.
    ``interactive``: a person can answer questions. ``answers`` maps question codes to ``yes``/``no`` or a choice.
    ``language``: what this call asks papers and texts to be in, where whom they are for has none; blank: nothing.
    """

    user_id: str = ""
    user_name: str = ""
    rights: frozenset[str] = frozenset({"*"})
    door: str = "system"
    work_date: dt.date | None = None
    interactive: bool = False
    answers: dict[str, str] = field(default_factory=dict)
    messages: list[Message] = field(default_factory=list)
    cache: dict[Any, Any] = field(default_factory=dict)
    language: str = ""

    @property
    def today(self) -> dt.date:
        """The real date in the user's time zone."""
        return timezone.localdate()

    @property
    def date(self) -> dt.date:
        """The work date: what the user set, else today."""
        return self.work_date or self.today

    def may(self, right: str, target: str = "") -> bool:
        """Whether the rights cover ``right``, for ``target`` (a set) or everywhere."""
        return bool(self.rights & {"*", right, f"{right}:{target}"})


_current: ContextVar[Context | None] = ContextVar("tuttava_context", default=None)


def current() -> Context:
    """The context in force; outside any door a system context with all rights."""
    return _current.get() or Context()


@contextmanager
def acting(context: Context | None = None, **changes: Any) -> Iterator[Context]:
    """Act in ``context`` (or in the current one with ``changes``) inside the block."""
    new = context or current()
    if changes:
        new = replace(new, **changes)
    token = _current.set(new)
    try:
        yield new
    finally:
        _current.reset(token)


@contextmanager
def remembering() -> Iterator[Context]:
    """The context in force; outside any door one for the block, so that what is read once a call is."""
    if context := _current.get():
        yield context
    else:
        with acting() as context:
            yield context


def require(right: str, target: str = "") -> None:
    """Refuse (``permission.denied``) unless the context has ``right`` for ``target``."""
    if not current().may(right, target):
        raise PermissionDenied(right, target)


def ask(code: str, text: Text, *, default: bool, unattended: bool | None = None) -> bool:
    """A yes/no question of a rule: an answer given, else the question is put (interactive), else ``unattended``.

    Raises :class:`QuestionsPending` when a person can answer and has not yet.
    """
    context = current()
    if code in context.answers:
        return context.answers[code] == "yes"
    if context.interactive:
        raise QuestionsPending([Question(code, text, "yes" if default else "no")])
    return default if unattended is None else unattended


def choose(code: str, text: Text, choices: Sequence[tuple[str, str]]) -> str | None:
    """One of several candidates (value, words); None: the person cancelled. Unattended callers get the first."""
    context = current()
    if code in context.answers:
        answer = context.answers[code]
        return answer if answer in {value for value, _ in choices} else None
    if context.interactive:
        raise QuestionsPending([Question(code, text, choices[0][0], tuple(choices))])
    return choices[0][0]


def tell(code: str, text: Text, *, severity: str = "info", target: str = "") -> None:
    """Add a message to the answer of this call."""
    current().messages.append(Message(code, text, severity, target))
