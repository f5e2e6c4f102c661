"""Decisions of the queue, and taking them back."""

from __future__ import annotations

import uuid
from collections.abc import Collection, Mapping, Sequence

from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from tuttava.contacts.models import Contact
from tuttava.contacts.pages.links import contact_url
from tuttava.contacts.privacy import masked
from tuttava.duplicates.actions import set_separate
from tuttava.duplicates.models import ContactDuplicate
from tuttava.duplicates.pages.comparing import LEFT, RIGHT
from tuttava.duplicates.queries import open_pairs
from tuttava.foundation import records
from tuttava.foundation.context import acting, current, tell
from tuttava.foundation.errors import DomainError
from tuttava.foundation.journal import unit_of_work
from tuttava.foundation.undo import undo_unit
from tuttava.merging import actions
from tuttava.merging.models import Merge, MergeStatus, MergeTable
from tuttava.merging.pages.queue_pair import overrides
from tuttava.merging.pages.queue_state import QueueState, following
from tuttava.ui.answers import Answer
from tuttava.ui.registry import has_route

UNDO = "duplicates-undo"
#: The page of a merge with all its tables.
FULL = "contact-merge"
#: What the name of a choice begins with.
PICK = "pick:"
#: Further contacts that go along in one step.
MOST = 20
Sent = Mapping[str, str]


def find(text: str) -> ContactDuplicate | None:
    """The open pair that a form is about; None once somebody else decided it."""
    try:
        pk = uuid.UUID(text)
    except ValueError:
        return None
    rows = ContactDuplicate.objects.select_related("contact", "duplicate")
    return rows.filter(pk=pk, separate_contacts=False).first()


def words_of(pair: ContactDuplicate) -> dict[str, str]:
    """Both names, for sentences about them."""
    left, right = masked(pair.contact), masked(pair.duplicate)
    return {"left": left.name or left.no, "right": right.name or right.no}


def undo_url(unit: uuid.UUID, pair: ContactDuplicate) -> str:
    """Where a click on Undo takes a decision back, and shows the pair again."""
    return reverse(UNDO, kwargs={"unit": unit, "pair": pair.pk})


def separate(pair: ContactDuplicate) -> str:
    """They are not the same (D-22); answers where that is taken back."""
    words = _("“%(left)s” and “%(right)s” are not the same.") % words_of(pair)
    with unit_of_work("separate contacts", words) as unit:
        set_separate(pair, True)
    tell("duplicates.separate", words)
    return undo_url(unit, pair)


def put_off(pair: ContactDuplicate) -> str:
    """Ask again after all others."""
    with unit_of_work("put off duplicates", _("Duplicates put off")) as unit:
        records.change(pair, {"put_off_at": timezone.now()})
    tell("duplicates.put_off", _("“%(left)s” and “%(right)s” come again at the end.") % words_of(pair))
    return undo_url(unit, pair)


def merge(pair: ContactDuplicate, keep: str, sent: Sent, also: Sequence[str]) -> Answer:
    """Fold the one into the other, and whoever of ``also`` looks alike with it, in one step (M-40).

    Where rows clash, the page that settles them opens with everything chosen here (M-14).
    """
    stays, goes = (pair.contact, pair.duplicate) if keep == LEFT else (pair.duplicate, pair.contact)
    picked = {name.removeprefix(PICK): side for name, side in sent.items() if name.startswith(PICK)}
    numbers = [goes.no, *_numbers(also, {stays.pk, goes.pk})]
    _forget_begun(stays.pk, numbers)
    with acting(answers={**current().answers, "merge.confirm": "yes"}):
        done = actions.merge_several(
            MergeTable.CONTACT.value, str(stays.no), numbers, {goes.no: overrides(pair, keep, picked)}
        )
    if not done.done:
        return Answer(redirect=full_merge_url(stays))
    unit = done.merges[0].unit_id
    return Answer(undo=undo_url(unit, pair) if unit else "")


def full_merge_url(contact: Contact) -> str:
    """The page on which everything of a merge is seen and settled."""
    return reverse(FULL, kwargs={"pk": contact.pk}) if has_route(FULL) else contact_url(contact)


def _numbers(also: Sequence[str], besides: Collection[uuid.UUID]) -> list[str]:
    """The numbers of the further contacts that were ticked."""
    ids = {uuid.UUID(text) for text in also[:MOST] if _is_id(text)} - set(besides)
    return list(Contact.objects.filter(pk__in=ids).order_by("no").values_list("no", flat=True))


def _forget_begun(current_id: uuid.UUID, numbers: Sequence[str]) -> None:
    """A merge of the same two that this user began before gives way to this one."""
    begun = Merge.objects.filter(table=MergeTable.CONTACT, status=MergeStatus.OPEN, user_name=current().user_name)
    begun.filter(current_id=current_id, duplicate_no__in=numbers).delete()


def _is_id(text: str) -> bool:
    try:
        uuid.UUID(text)
    except ValueError:
        return False
    return True


VERDICTS = {"separate": separate, "later": put_off}


def decide(sent: Sent, also: Sequence[str]) -> tuple[QueueState, Answer]:
    """Carry out what a form says; the state shows the next pair, the answer how to take it back."""
    state = QueueState.read(sent)
    pair = find(sent.get("decided", ""))
    if pair is None:
        tell("duplicates.decided", _("Somebody decided this pair meanwhile."), severity="warning")
        return state, Answer()
    after = QueueState.read({**sent, "pair": following(state, pair)})
    verdict = sent.get("verdict", "")
    if verdict in (LEFT, RIGHT):
        return after, merge(pair, verdict, sent, also)
    if verdict not in VERDICTS:
        raise DomainError("duplicates.verdict", _("Say what to do with the two."), field="verdict")
    return after, Answer(undo=VERDICTS[verdict](pair))


def take_back(unit: uuid.UUID, pair_id: uuid.UUID) -> uuid.UUID:
    """Undo one decision; answers the pair to show again, which after a merge is found anew."""
    result = undo_unit(unit)
    merge = Merge.objects.filter(unit_id=unit).order_by("started_at", "pk").first()
    if result.conflict_count:
        tell("undone", _("Undone, except for what was changed since."), severity="warning")
    else:
        tell("undone", _("Undone."))
    if merge is None:
        return pair_id
    both = [pk for pk in (merge.current_id, merge.duplicate_id) if pk is not None]
    again = open_pairs().filter(contact_id__in=both, duplicate_id__in=both).values_list("pk", flat=True).first()
    return again or pair_id
