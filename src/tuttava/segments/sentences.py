"""Steps in words: "companies in Oslo, in mailing group NEWS, without an interaction in the last 3 months" (S-33).

All names that codes stand for are read at once, whatever number of steps is told.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.db.models import Model
from django.utils.translation import gettext as _
from django.utils.translation import ngettext, pgettext

from tuttava.api.metadata import title_of
from tuttava.contacts.models import Contact
from tuttava.contacts.privacy import masked
from tuttava.segments import phrases
from tuttava.segments.conditions import ANY_ROW, Condition, conditions_of, kind_of, label_of, set_of, table_of
from tuttava.segments.criteria_log import BY_HISTORY, Options, Step
from tuttava.segments.models import CriteriaAction
from tuttava.segments.selecting import Filters
from tuttava.ui.lists.choices import names_of
from tuttava.ui.values import show

#: Steps told in the sentence of a whole segment; further ones are counted.
MOST_TOLD = 12
#: Contacts named one by one; typed lines may be many.
_MOST_NAMED = 200
#: Contacts said in one phrase; further ones are counted.
_MOST_SAID = 5

#: Words for a filter by rows of a room above, instead of the common ones (S-33: the question and the answer).
Teller = Callable[[Sequence[Condition]], str]
_tellers: dict[str, Teller] = {}


def tells(entity: str) -> Callable[[Teller], Teller]:
    """Decorator: words for the conditions on an entity that a room above plugs in; blank: the common ones."""

    def plug(teller: Teller) -> Teller:
        _tellers[entity] = teller
        return teller

    return plug


@dataclass(frozen=True)
class Told:
    """A step in words: the whole of it, whom it names, and how it goes beyond its filters."""

    step: Step
    text: str
    who: str
    options: tuple[str, ...]


def tell_steps(steps: Iterable[Step]) -> list[Told]:
    """Each step in words."""
    all_steps = list(steps)
    names = _names(all_steps)
    return [_told(step, names) for step in all_steps]


def sentence(steps: Iterable[Step]) -> str:
    """A whole segment in one sentence; blank without steps."""
    return joined(tell_steps(steps))


def joined(told: Sequence[Told]) -> str:
    """The same for steps that were told already."""
    text = ""
    for each in told[:MOST_TOLD]:
        text = _after(text, each)
    rest = len(told) - MOST_TOLD
    if rest > 0:
        more = ngettext("%(text)s – and %(count)s more step", "%(text)s – and %(count)s more steps", rest)
        text = more % {"text": text, "count": rest}
    return text


def who(filters: Filters) -> str:
    """The contacts that filters select."""
    step = Step(CriteriaAction.ADD, filters)
    return _who(step, _names([step]))


def _after(before: str, told: Told) -> str:
    if not before:
        words = {CriteriaAction.REDUCE: _("nobody, minus %(who)s"), CriteriaAction.REFINE: _("only %(who)s")}
        return words.get(CriteriaAction(told.step.action), "%(who)s") % {"who": told.who}
    words = {
        CriteriaAction.ADD: _("%(before)s; also %(who)s"),
        CriteriaAction.REDUCE: _("%(before)s – minus %(who)s"),
        CriteriaAction.REFINE: _("%(before)s – of these only %(who)s"),
    }
    return words[CriteriaAction(told.step.action)] % {"before": before, "who": told.who}


def _told(step: Step, names: _Names) -> Told:
    found = _who(step, names)
    words = {
        CriteriaAction.ADD: _("Add %(who)s"),
        CriteriaAction.REDUCE: _("Remove %(who)s"),
        CriteriaAction.REFINE: _("Keep only %(who)s"),
    }
    return Told(step, words[CriteriaAction(step.action)] % {"who": found}, found, tuple(_options(step.options)))


def _options(options: Options) -> Iterable[str]:
    words = {
        "expand_companies": _("with their companies and all people there"),
        "allow_related_companies": _("with their companies"),
        "allow_existing_contacts": _("again if they are there already"),
        "ignore_exclusion": _("also those who asked not to be on segments"),
        "entire_companies": _("with everybody of the same company"),
    }
    return [text for name, text in words.items() if getattr(options, name)]


# --- names that codes stand for ---------------------------------------------------------------------------------------


@dataclass(frozen=True)
class _Names:
    """What codes stand for, by table, and what contacts are called, by number."""

    by_table: Mapping[type[Model], Mapping[str, str]]
    contacts: Mapping[str, str]

    def of(self, condition: Condition) -> Callable[[str], str]:
        """Words for a value of the condition's field."""
        found = set_of(condition.entity)
        prop = found.by_name.get(condition.field)
        if prop is None:
            return str
        if condition.entity == "contact" and condition.field == "no":
            return lambda value: self._named(self.contacts, value.upper())
        if prop.type.enum is not None:
            return lambda value: _member(prop.type.enum, value)
        table = table_of(found, prop)
        if table is not None:
            known = self.by_table.get(table, {})
            return lambda value: self._named(known, value.upper())
        return phrases.day if kind_of(prop) == "date" else _plain

    @staticmethod
    def _named(known: Mapping[str, str], code: str) -> str:
        return f"{known[code]} ({code})" if known.get(code) else code


def _member(enum: Any, value: str) -> str:
    found = enum.member_of(value)
    words = str(found.caption).strip() if found is not None else value
    return words or pgettext("a value", "blank")


def _plain(value: str) -> str:
    return show(value) or pgettext("a value", "blank")


def _names(steps: Sequence[Step]) -> _Names:
    codes: dict[type[Model], set[str]] = {}
    numbers: set[str] = set()
    for condition in (each for step in steps for each in conditions_of(step.filters)):
        found = set_of(condition.entity)
        prop = found.by_name.get(condition.field)
        table = table_of(found, prop) if prop is not None else None
        if table is not None:
            codes.setdefault(table, set()).update(value.upper() for value in condition.values)
        elif condition.entity == "contact" and condition.field == "no" and len(numbers) < _MOST_NAMED:
            numbers.update(value.upper() for value in condition.values)
    rows = Contact.objects.filter(no__in=sorted(numbers)[:_MOST_NAMED]).defer("search_tokens", "search_text")
    called = {row.no: masked(row).name for row in rows} if numbers else {}
    return _Names({table: names_of(table, wanted) for table, wanted in codes.items()}, called)


# --- whom a step names ------------------------------------------------------------------------------------------------


def _who(step: Step, names: _Names) -> str:
    conditions = conditions_of(step.filters)
    own = [each for each in conditions if each.entity == "contact"]
    if len(conditions) == 1 and own and own[0].field == "no" and own[0].operator == "is":
        return _by_name(own[0], names)
    kept: dict[tuple[str, bool], list[Condition]] = {}
    for each in conditions:
        if each.entity != "contact":
            kept.setdefault((each.entity, each.without), []).append(each)
    said = [_in_place(each, names) for each in own if _is_place(each)] + [
        _of_rows(each, names) for each in kept.values()
    ]
    fields = [_of_field(each, names.of(each)) for each in own if not _is_type(each) and not _is_place(each)]
    noun = _contacts(own)
    if said:
        noun = _("%(contacts)s %(who)s") % {"contacts": noun, "who": said.pop(0)}
    elif fields:
        noun = _("%(contacts)s whose %(condition)s") % {"contacts": noun, "condition": fields.pop(0)}
    return ", ".join([noun, *said, *fields])


def _by_name(condition: Condition, names: _Names) -> str:
    """Contacts told by name: all of a few, the first of many."""
    words, rest = names.of(condition), len(condition.values) - _MOST_SAID
    if rest <= 1:
        return phrases.listed([words(value) for value in condition.values])
    said = ", ".join(words(value) for value in condition.values[:_MOST_SAID])
    return _("%(names)s and %(count)s more") % {"names": said, "count": show(rest)}


def _is_type(condition: Condition) -> bool:
    return condition.field == "type" and condition.operator == "is" and len(condition.values) == 1


def _is_place(condition: Condition) -> bool:
    return condition.field in ("city", "countryCode") and condition.operator == "is"


def _contacts(own: Sequence[Condition]) -> str:
    kind = next((each.values[0].lower() for each in own if _is_type(each)), "")
    return {
        "company": pgettext("whom a step selects", "companies"),
        "person": pgettext("whom a step selects", "people"),
    }.get(kind, pgettext("whom a step selects", "contacts"))


def _in_place(condition: Condition, names: _Names) -> str:
    words = names.of(condition)
    return _("in %(place)s") % {"place": phrases.listed([words(value) for value in condition.values])}


def _of_field(condition: Condition, words: Callable[[str], str]) -> str:
    prop = set_of(condition.entity).by_name.get(condition.field)
    kind = kind_of(prop) if prop is not None else ""
    return phrases.of_field(label_of(condition.entity, condition.field), condition, kind, words)


def _of_rows(conditions: Sequence[Condition], names: _Names) -> str:
    """Rows that contacts must have, or must not: with a name or a date as one phrase, the rest behind it."""
    entity, without = conditions[0].entity, conditions[0].without
    if entity in _tellers and (own := _tellers[entity](conditions)):
        return own
    rows = phrases.rows_of(entity)
    if rows is None:
        title = title_of(set_of(entity)).lower()
        rows = phrases.Rows(_("with %(what)s") % {"what": title}, _("without %(what)s") % {"what": title})
    main = next((each for each in conditions if _says(each, rows)), None)
    phrase = rows.none if without else rows.any
    if main is not None:
        words = names.of(main)
        said = {"names": phrases.listed([words(value) for value in main.values]), "when": phrases.when(main)}
        phrase = (rows.not_these if without else rows.these) % said
    rest = [each for each in conditions if each is not main and not _is_any(each)]
    if not rest:
        return phrase
    told = _(" and ").join(_of_field(each, names.of(each)) for each in rest)
    return _("%(what)s (%(conditions)s)") % {"what": phrase, "conditions": told}


def _says(condition: Condition, rows: phrases.Rows) -> bool:
    """Whether the condition has its place in the phrase itself."""
    if rows.named and condition.field == rows.named:
        return condition.operator == "is"
    return bool(rows.dated) and condition.field == rows.dated and bool(phrases.when(condition))


def _is_any(condition: Condition) -> bool:
    """Every row meets it."""
    return condition.operator == "filled" and ANY_ROW.get(condition.entity) == condition.field


@tells(BY_HISTORY)
def _picked(conditions: Sequence[Condition]) -> str:
    """So many contacts picked in a list that only the history names them (S-31)."""
    named = {each.field: each.values for each in conditions if each.operator == "is" and not each.without}
    if len(conditions) != 2 or set(named) != {"segmentNo", "actionNo"}:
        return ""
    return _("picked in step %(step)s of segment %(no)s") % {
        "step": phrases.listed(named["actionNo"]),
        "no": phrases.listed(named["segmentNo"]),
    }
