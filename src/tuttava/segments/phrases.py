"""Conditions in words: of dates, of fields, and of rows that contacts have or lack.

Whole phrases are translated, never their parts, so that each language puts its words in its own order.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

from django.utils.translation import gettext as _
from django.utils.translation import ngettext, pgettext

from tuttava.foundation.errors import DomainError
from tuttava.foundation.filter_expressions import Operand, date_of
from tuttava.segments.conditions import ANY_ROW, Condition
from tuttava.ui.values import show

Words = Callable[[str], str]


def span(number: int, unit: str) -> str:
    """In the last so many days, weeks, months, quarters or years."""
    words = {
        "D": lambda: ngettext("in the last day", "in the last %(count)s days", number),
        "W": lambda: ngettext("in the last week", "in the last %(count)s weeks", number),
        "M": lambda: ngettext("in the last month", "in the last %(count)s months", number),
        "Q": lambda: ngettext("in the last quarter", "in the last %(count)s quarters", number),
        "Y": lambda: ngettext("in the last year", "in the last %(count)s years", number),
    }[unit]()
    return words % {"count": number}


def longer_ago(number: int, unit: str) -> str:
    """More than so many days, weeks, months, quarters or years ago."""
    words = {
        "D": lambda: ngettext("more than a day ago", "more than %(count)s days ago", number),
        "W": lambda: ngettext("more than a week ago", "more than %(count)s weeks ago", number),
        "M": lambda: ngettext("more than a month ago", "more than %(count)s months ago", number),
        "Q": lambda: ngettext("more than a quarter ago", "more than %(count)s quarters ago", number),
        "Y": lambda: ngettext("more than a year ago", "more than %(count)s years ago", number),
    }[unit]()
    return words % {"count": number}


def day(text: str) -> str:
    """A date as it is read; one that moves along with the date it means now."""
    try:
        found = show(date_of(Operand(text, 1)))
    except DomainError:
        return text
    return found if _is_date(text) else f"{text} ({found})"


def _is_date(text: str) -> bool:
    try:
        dt.date.fromisoformat(text)
    except ValueError:
        return False
    return True


def when(condition: Condition) -> str:
    """A date as an adverb: "since 1 Jan 2026"; blank where the condition is none of time."""
    values = condition.values
    match condition.operator:
        case "last":
            return span(int(values[0]), values[1])
        case "ago":
            return longer_ago(int(values[0]), values[1])
        case "from":
            return pgettext("a date", "since %(date)s") % {"date": day(values[0])}
        case "to":
            return pgettext("a date", "up to %(date)s") % {"date": day(values[0])}
        case "between":
            return _("between %(first)s and %(last)s") % {"first": day(values[0]), "last": day(values[-1])}
        case "is":
            return pgettext("a date", "on %(date)s") % {"date": listed([day(value) for value in values])}
    return ""


def listed(names: Sequence[str]) -> str:
    """Names of which one is enough: "A, B or C"."""
    if len(names) < 2:
        return "".join(names)
    return _("%(names)s or %(last)s") % {"names": ", ".join(names[:-1]), "last": names[-1]}


def of_field(label: str, condition: Condition, kind: str, words: Words) -> str:
    """A field and what it must be: "job title contains Manager"."""
    if kind == "date" and condition.operator in ("last", "ago", "from", "to", "between", "is"):
        return _("%(field)s %(when)s") % {"field": label, "when": when(condition)}
    shown = [words(value) for value in condition.values]
    ends = {"first": "".join(shown[:1]), "last": "".join(shown[-1:])}
    given = {"field": label, "value": listed(shown), **ends}
    return _field_words()[condition.operator] % given


def _field_words() -> dict[str, str]:
    return {
        "is": _("%(field)s is %(value)s"),
        "not": _("%(field)s is not %(value)s"),
        "begins": _("%(field)s begins with %(value)s"),
        "contains": _("%(field)s contains %(value)s"),
        "ends": _("%(field)s ends with %(value)s"),
        "blank": _("%(field)s is blank"),
        "filled": _("%(field)s is filled in"),
        "yes": pgettext("a field that is yes or no", "%(field)s is yes"),
        "no": pgettext("a field that is yes or no", "%(field)s is no"),
        "from": _("%(field)s is %(value)s or more"),
        "to": _("%(field)s is %(value)s at most"),
        "between": _("%(field)s is between %(first)s and %(last)s"),
        "fits": _("%(field)s fits “%(value)s”"),
    }


@dataclass(frozen=True)
class Rows:
    """Words for rows that contacts have, and for lacking them: any of them, and those with certain names or dates.

    ``dated``: the field that says when; ``named``: the field whose values name the rows.
    """

    any: str
    none: str
    these: str = ""
    not_these: str = ""
    named: str = ""
    dated: str = ""


def rows_of(entity: str) -> Rows | None:
    """The words for rows of an entity; None for one of a room that has no words of its own."""
    words: Mapping[str, Callable[[], Rows]] = {
        "mailingGroup": lambda: Rows(
            _("in a mailing group"), _("in no mailing group"),
            _("in mailing group %(names)s"), _("not in mailing group %(names)s"), ANY_ROW["mailingGroup"],
        ),
        "jobResponsibility": lambda: Rows(
            _("with a job responsibility"), _("without a job responsibility"),
            _("responsible for %(names)s"), _("not responsible for %(names)s"), ANY_ROW["jobResponsibility"],
        ),
        "industryGroup": lambda: Rows(
            _("in an industry group"), _("in no industry group"),
            _("in industry group %(names)s"), _("not in industry group %(names)s"), ANY_ROW["industryGroup"],
        ),
        "businessRelation": lambda: Rows(
            _("with a business relation"), _("without a business relation"),
            _("with business relation %(names)s"), _("without business relation %(names)s"),
            ANY_ROW["businessRelation"],
        ),
        "interactionLogEntry": lambda: Rows(
            _("with an interaction"), _("without an interaction"),
            _("with an interaction %(when)s"), _("without an interaction %(when)s"), dated="date",
        ),
        "valueEntry": lambda: Rows(
            _("with trade in items"), _("without trade in items"),
            _("with trade in items %(when)s"), _("without trade in items %(when)s"), dated="postingDate",
        ),
        "segmentLine": lambda: Rows(
            _("on a segment"), _("on no segment"),
            _("on segment %(names)s"), _("not on segment %(names)s"), ANY_ROW["segmentLine"],
        ),
    }  # fmt: skip
    found = words.get(entity)
    return found() if found is not None else None
