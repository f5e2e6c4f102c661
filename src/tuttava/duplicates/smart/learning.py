"""What people answered about pairs, and what the search learns of it: per company, visible, reversible."""

from __future__ import annotations

import datetime as dt
import uuid
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from django.db.models import Q, QuerySet
from django.utils import timezone
from django.utils.translation import gettext as _

from tuttava.contacts.models import Contact
from tuttava.duplicates.models import ContactDuplicate, DuplicateAnswer, MatchingState
from tuttava.duplicates.queries import open_pairs
from tuttava.duplicates.smart import columns, scoring, state
from tuttava.duplicates.smart.warming import is_cold
from tuttava.duplicates.smart.words import label_of
from tuttava.foundation import records
from tuttava.foundation.context import current, require
from tuttava.foundation.errors import DomainError, Text
from tuttava.foundation.journal import unit_of_work
from tuttava.matching.checking import score_candidates
from tuttava.matching.features import features_of
from tuttava.matching.learning import Correction, most_informative
from tuttava.matching.measures import FEATURES
from tuttava.matching.model import THRESHOLD

#: The latest answers count; older ones said the same of other pairs.
MOST = 5000
#: Open pairs whose score is brought up to date at once when something was learnt; the whole-base search does all.
RESCORED = 500
#: Pairs from which the most telling ones are chosen.
CHOICE = 1000
#: Who may take answers of others back, and decide whether they count.
RIGHT = "merge_duplicates"


@dataclass(frozen=True)
class Learnt:
    """``weights``: how much more (or less) each field counts here than as shipped, the strongest first."""

    used: bool
    answers: int
    ignored: int
    learned_at: dt.datetime | None
    weights: Sequence[tuple[Text, float]]


def answer(contact_id: uuid.UUID, duplicate_id: uuid.UUID, same: bool) -> DuplicateAnswer:
    """Remember what the user says of two contacts, in place of an earlier answer, and learn of it.

    In a job, which gives many answers, the learning is left to its end. While nothing can be compared yet the answer
    holds without teaching anything: nobody waits for the compiler. Raises ``record_gone`` when one of the contacts was
    deleted meanwhile.
    """
    ids = [contact_id, duplicate_id]
    if Contact.objects.filter(pk__in=ids).count() < len(ids):
        raise DomainError("record_gone", _("One of the two contacts was deleted meanwhile."))
    score, features = (None, {}) if is_cold() else _compared(ids)
    contacts = Contact.objects.only("no", "name").in_bulk(ids)
    one, other = contacts[contact_id], contacts[duplicate_id]
    with unit_of_work("answer about duplicates", f"{one.no} {other.no}"):
        _about(str(one.no), str(other.no)).delete()
        given = records.create(
            DuplicateAnswer,
            {},
            given={
                "contact_no": one.no,
                "duplicate_no": other.no,
                "contact_name": one.name,
                "duplicate_name": other.name,
                "same": same,
                "score": score,
                "features": features,
                "answered_by": current().user_name,
                "answered_at": timezone.now(),
            },
        )
        if current().door != "job":
            learn()
    return given


def _compared(ids: list[uuid.UUID]) -> tuple[int | None, dict[str, float]]:
    """How alike two stored contacts are, and the figures that say so."""
    _found, both = columns.in_order(ids)
    known = state.knowledge()
    left, right = both.take([0]), both.take([1])
    figures = features_of(left, right, known.statistics)[0]
    (likeness,) = score_candidates(left, right, known.statistics, known.correction)
    named = zip(FEATURES, figures, strict=True)
    return round(100 * float(likeness)), {name: round(float(v), 5) for name, v in named if not np.isnan(v)}


def withdraw(pair: ContactDuplicate) -> None:
    """The user takes back what was said of a pair."""
    numbers = Contact.objects.in_bulk([pair.contact_id, pair.duplicate_id]).values()
    if len(numbers) == 2 and _about(*(str(contact.no) for contact in numbers)).delete()[0]:
        learn()


def _about(one: str, other: str) -> Any:
    """Earlier answers about the same two."""
    return DuplicateAnswer.objects.filter(Q(contact_no=one, duplicate_no=other) | Q(contact_no=other, duplicate_no=one))


def learn() -> Learnt:
    """Learn anew from all answers that count, and judge the likeliest open pairs by it."""
    if is_cold():
        return learnt()
    counted = DuplicateAnswer.objects.filter(ignored=False).exclude(features={}).order_by("-answered_at", "-pk")
    rows = list(counted.values_list("features", "same")[:MOST])
    correction = None
    if rows:
        figures = np.array([[row.get(name, np.nan) for name in FEATURES] for row, _same in rows], dtype=np.float32)
        labels = np.array([same for _row, same in rows], dtype=bool)
        correction = Correction.learn(figures, labels, state.knowledge().statistics).to_json()
    state.ensure_state()
    MatchingState.objects.update(correction=correction, learned_at=timezone.now() if rows else None)
    _judge_anew()
    return learnt()


def _judge_anew() -> None:
    state.forget_knowledge()
    if is_cold():
        return
    found = ContactDuplicate.objects.filter(separate_contacts=False).exclude(score=None).order_by("-score", "pk")
    scoring.score_again(list(found.only("contact_id", "duplicate_id")[:RESCORED]))


def learnt() -> Learnt:
    """What the answers taught, for people to look at."""
    known = state.matching_state()
    weights = Correction.from_json(known.correction).describe() if known.correction else []
    answers = DuplicateAnswer.objects.order_by()
    return Learnt(
        known.use_correction,
        answers.filter(ignored=False).count(),
        answers.filter(ignored=True).count(),
        known.learned_at,
        [(label_of(field), weight) for field, weight in sorted(weights, key=lambda each: -abs(each[1]))],
    )


def forget(given: DuplicateAnswer) -> None:
    """Take an answer back: it is deleted, and the search learns without it."""
    require(RIGHT, "contacts")
    with unit_of_work("forget answer about duplicates", f"{given.contact_no} {given.duplicate_no}"):
        records.delete(given)
        learn()


def ignore(given: DuplicateAnswer, ignored: bool = True) -> DuplicateAnswer:
    """Leave an answer out of learning, or count it again; it stays in the list."""
    require(RIGHT, "contacts")
    with unit_of_work("ignore answer about duplicates", f"{given.contact_no} {given.duplicate_no}"):
        changed = records.change(given, {"ignored": ignored})
        learn()
    return changed


def use_answers(use: bool) -> None:
    """Whether the search judges by what it learnt here, or as it ships."""
    require(RIGHT, "contacts")
    state.ensure_state()
    MatchingState.objects.update(use_correction=use)
    _judge_anew()


def informative_pairs(limit: int, among: QuerySet[ContactDuplicate] | None = None) -> list[uuid.UUID]:
    """Open pairs whose answer would teach most, the most telling first: those that could be either.

    The doubtful ones on either side of the threshold are looked at, :data:`CHOICE` of each.
    """
    rows = open_pairs() if among is None else among
    rows = rows.exclude(score=None).order_by("score", "pk")
    middle = round(100 * THRESHOLD)
    above = rows.filter(score__gt=middle).values_list("pk", "score")[:CHOICE]
    below = rows.filter(score__lte=middle).reverse().values_list("pk", "score")[:CHOICE]
    found = [*above, *below]
    scores = np.array([score for _pk, score in found], dtype=np.float32) / np.float32(100)
    return [found[int(row)][0] for row in most_informative(scores, limit)] if found else []
