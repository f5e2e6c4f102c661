"""Domain errors: what every room raises when a rule refuses."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from django.utils.functional import _StrPromise

    Text = str | _StrPromise
else:
    Text = str


@dataclass(frozen=True)
class Detail:
    """One of several reasons, or one candidate of a choice.

    ``code`` is a stable key (or a number), ``message`` the translated words, ``target`` the field or record id.
    """

    code: str
    message: Text
    target: str = ""


class DomainError(Exception):
    """A rule refuses. Nothing of the action remains.

    ``code``: stable key of the specification (``contact.phone.letters``); ``message``: translated, names record, field
    and reason; ``field``: name of the field it belongs to, or blank; ``rule``: id of the rule; ``details``: further
    reasons or candidates.
    """

    def __init__(
        self, code: str, message: Text, *, field: str = "", rule: str = "", details: Sequence[Detail] = ()
    ) -> None:
        super().__init__(code)
        self.code = code
        self.message = message
        self.field = field
        self.rule = rule
        self.details = list(details)

    def __str__(self) -> str:
        return str(self.message)


class PermissionDenied(DomainError):
    """The user lacks the right ``right`` for ``target`` (a set or an action)."""

    def __init__(self, right: str, target: str = "") -> None:
        from django.utils.translation import gettext as _

        super().__init__(
            "permission.denied",
            _("You need the right “%(right)s” for this. Ask an administrator.") % {"right": right},
            field=target,
        )
        self.right = right


class ChangedMeanwhile(DomainError):
    """Somebody else saved the record first (C-82). ``theirs`` maps the fields changed since to their values now."""

    def __init__(self, code: str, message: Text, theirs: dict[str, object]) -> None:
        super().__init__(code, message, rule="C-82")
        self.theirs = theirs


class QuestionsPending(DomainError):
    """The rule asks and the caller wants to answer: nothing was changed; answer and call again."""

    def __init__(self, questions: Sequence[Question]) -> None:
        super().__init__("question", "; ".join(str(question.text) for question in questions))
        self.questions = list(questions)


@dataclass(frozen=True)
class Question:
    """A question of a rule. ``choices`` is empty for yes/no; otherwise pairs of value and words."""

    code: str
    text: Text
    default: str
    choices: tuple[tuple[str, str], ...] = ()
