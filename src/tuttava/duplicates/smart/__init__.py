"""The smart search: likeness with a calibrated score, for companies and persons, at every door (D-26 to D-29).

What loads the matching library is imported when first used, so that commands which compare nothing start at once.
"""

from __future__ import annotations

import uuid
from collections.abc import Callable, Collection, Mapping, Sequence
from typing import TYPE_CHECKING, Any

from tuttava.duplicates.smart.beside import comparing_beside
from tuttava.duplicates.smart.suggestions import Explained, Reason, Suggestion
from tuttava.duplicates.smart.warming import is_cold, warm

if TYPE_CHECKING:
    from django.db.models import QuerySet

    from tuttava.contacts.models import Contact
    from tuttava.duplicates.models import ContactDuplicate, DuplicateAnswer
    from tuttava.duplicates.smart.learning import Learnt
    from tuttava.foundation.models import Job

__all__ = [
    "Explained",
    "Reason",
    "Suggestion",
    "answer",
    "answer_about",
    "check",
    "check_saved",
    "comparing_beside",
    "explain_pair",
    "explain_pairs",
    "forget",
    "group_of",
    "ignore",
    "informative_pairs",
    "is_complete",
    "learn",
    "learnt",
    "score_unscored",
    "search_all",
    "use_answers",
    "warm_up",
    "withdraw",
]


def check(values: Mapping[str, Any], *, exclude: uuid.UUID | None = None, limit: int = 5) -> list[Suggestion]:
    """Contacts that look like something not saved yet, the most alike first.

    ``values`` by attribute name of a contact, as typed; ``exclude``: the contact being edited. Writes nothing.
    """
    if is_cold():
        return []
    from tuttava.duplicates.smart import checking

    return checking.check(values, exclude=exclude, limit=limit)


def check_saved(contacts: Sequence[Contact]) -> int:
    """Compare stored contacts with the base again and write the pairs; how many of them look like another one.

    Every save does so by itself; this is for contacts that were written past the rules.
    """
    from tuttava.duplicates.smart import checking

    return checking.refresh([contact.pk for contact in contacts])


def search_all(*, wait: bool = False) -> Job:
    """Compare all contacts of the company in the background; ``wait``: here and now."""
    from tuttava.duplicates.smart import jobs

    return jobs.search_all(wait=wait)


def explain_pair(pair: ContactDuplicate) -> Explained | None:
    """Why the two are thought the same, and what speaks against it; None when one of them is gone."""
    return explain_pairs([pair]).get(pair.pk)


def explain_pairs(pairs: Collection[ContactDuplicate]) -> dict[uuid.UUID, Explained]:
    """The same for several pairs, by their ids; none while a server process is still loading."""
    if is_cold():
        return {}
    from tuttava.duplicates.smart import explaining

    return explaining.explain_pairs(pairs)


def score_unscored(pair_ids: Collection[uuid.UUID] | None = None, *, check: Callable[[], None] = lambda: None) -> int:
    """Give their score to pairs that have none, of ``pair_ids`` or all; how many. ``check`` may raise to stop it."""
    from tuttava.duplicates.smart import scoring

    return scoring.score_unscored(pair_ids, check=check)


def group_of(pair: ContactDuplicate) -> list[Contact]:
    """The two contacts and those that are taken for the same party, 50 at most."""
    from tuttava.duplicates.smart import groups

    return groups.group_of(pair)


def answer(pair: ContactDuplicate, same: bool) -> DuplicateAnswer:
    """Remember what the user says of a pair, and learn of it; in a job :func:`learn` is called once at its end."""
    return answer_about(pair.contact_id, pair.duplicate_id, same)


def answer_about(contact_id: uuid.UUID, duplicate_id: uuid.UUID, same: bool) -> DuplicateAnswer:
    """The same of any two contacts, as they are stored now."""
    from tuttava.duplicates.smart import learning

    return learning.answer(contact_id, duplicate_id, same)


def withdraw(pair: ContactDuplicate) -> None:
    """The user takes back what was said of a pair."""
    from tuttava.duplicates.smart import learning

    learning.withdraw(pair)


def learn() -> Learnt:
    """Learn anew from all answers that count."""
    from tuttava.duplicates.smart import learning

    return learning.learn()


def learnt() -> Learnt:
    """What the answers taught, for people to look at."""
    from tuttava.duplicates.smart import learning

    return learning.learnt()


def forget(given: DuplicateAnswer) -> None:
    """Take an answer back: it is deleted, and the search learns without it."""
    from tuttava.duplicates.smart import learning

    learning.forget(given)


def ignore(given: DuplicateAnswer, ignored: bool = True) -> DuplicateAnswer:
    """Leave an answer out of learning, or count it again; it stays in the list."""
    from tuttava.duplicates.smart import learning

    return learning.ignore(given, ignored)


def use_answers(use: bool) -> None:
    """Whether the search judges by what it learnt here, or as it ships."""
    from tuttava.duplicates.smart import learning

    learning.use_answers(use)


def informative_pairs(limit: int = 20, *, among: QuerySet[ContactDuplicate] | None = None) -> list[uuid.UUID]:
    """Open pairs whose answer would teach most, the most telling first; ``among``: of these only."""
    from tuttava.duplicates.smart import learning

    return learning.informative_pairs(limit, among)


def is_complete() -> bool:
    """Whether all contacts can be found; not while their keys are made anew (:mod:`.standing`)."""
    from tuttava.duplicates.smart import standing

    return standing.is_whole()


def warm_up() -> None:
    """Have everything compiled and loaded."""
    warm()
