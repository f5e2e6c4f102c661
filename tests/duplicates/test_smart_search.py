"""The whole base compared with itself; what answers teach; why, in words (D-26 to D-28)."""

from __future__ import annotations

import pytest
from django.utils import timezone

from tests.contacts.register import change, firm
from tests.duplicates.test_smart_doors import AGAIN, LITWARE, NORDVIK, found
from tuttava.contacts.generate import generate_contacts
from tuttava.contacts.models import Contact
from tuttava.duplicates import smart
from tuttava.duplicates.actions import set_separate
from tuttava.duplicates.models import ContactDuplicate, ContactMatchKey, DuplicateAnswer, MatchingState
from tuttava.duplicates.smart import jobs as smart_jobs
from tuttava.duplicates.smart.standing import NOBODY
from tuttava.foundation.context import Context, acting
from tuttava.foundation.errors import PermissionDenied
from tuttava.foundation.jobs import JobCanceled, JobRun
from tuttava.foundation.journal import unit_of_work
from tuttava.foundation.models import Job, JobStatus
from tuttava.foundation.undo import undo_unit

pytestmark = [pytest.mark.smart_search, pytest.mark.usefixtures("company")]


def pairs() -> set[frozenset[object]]:
    rows = ContactDuplicate.objects.filter(smart=True).values_list("contact_id", "duplicate_id")
    return {frozenset(row) for row in rows}


def test_whole_base_gives_the_same_pairs_as_the_doors() -> None:  # D-28
    old, new = firm(**LITWARE), firm(**AGAIN)
    firm(**NORDVIK)
    before = pairs()
    ContactDuplicate.objects.all().delete()
    ContactMatchKey.objects.all().delete()
    job = smart.search_all(wait=True)
    assert job.status == JobStatus.DONE, job.error
    assert pairs() == before == {frozenset({old.pk, new.pk})}
    assert job.result is not None
    result = job.result
    assert (result["pairs"], result["groups"], result["new"], result["gone"]) == (1, 1, 1, 0)
    assert (
        ContactMatchKey.objects.exclude(contact_id=NOBODY).values("contact_id").distinct().count()
        == Contact.objects.count()
    )
    assert (job.done, job.total) == (Contact.objects.count(),) * 2
    again = smart.search_all(wait=True)
    assert again.result is not None and (again.result["new"], again.result["gone"]) == (0, 0)


def test_whole_base_drops_what_is_alike_no_more_and_keeps_what_others_say() -> None:  # D-22, D-26
    old, new, other = firm(**LITWARE), firm(**AGAIN), firm(**NORDVIK)
    pair = found(old, new)
    assert pair is not None
    set_separate(pair, True)
    by_likeness = ContactDuplicate.objects.create(contact=other, duplicate=old, smart=True, score=90)
    by_strings = ContactDuplicate.objects.create(contact=other, duplicate=new, smart=True, classic=True, score=90)
    job = smart.search_all(wait=True)
    assert job.result is not None and job.result["gone"] == 2
    assert not ContactDuplicate.objects.filter(pk=by_likeness.pk).exists()
    assert not ContactDuplicate.objects.get(pk=by_strings.pk).smart
    kept = ContactDuplicate.objects.get(pk=pair.pk)
    assert kept.separate_contacts


def test_pair_of_a_contact_that_is_gone_is_dropped() -> None:  # D-16
    old, new = firm(**LITWARE), firm(**AGAIN)
    Contact.objects.filter(pk=old.pk)._raw_delete("default")
    smart.search_all(wait=True)
    assert found(old, new) is None


def test_generated_base_is_counted_and_keyed() -> None:  # D-28
    generate_contacts(300)
    assert not ContactMatchKey.objects.exclude(contact_id=NOBODY).exists()
    smart.search_all(wait=True)
    state = MatchingState.objects.get()
    assert state.counted == 300 and state.statistics and state.searched_at and state.keys_version
    assert ContactMatchKey.objects.exclude(contact_id=NOBODY).values("contact_id").distinct().count() >= 295


def test_frequencies_of_another_version_count_as_none() -> None:
    MatchingState.objects.update(statistics=b"of another version", counted=5, counted_at=timezone.now())
    old, new = firm(**LITWARE), firm(**AGAIN)
    assert found(old, new)
    smart.search_all(wait=True)
    assert MatchingState.objects.get().counted == 2


def test_job_that_is_told_to_stop_leaves_pairs_as_they_were(monkeypatch: pytest.MonkeyPatch) -> None:  # D-28
    firm(**LITWARE)
    firm(**AGAIN)
    before = pairs()

    def stop(self: JobRun) -> None:
        raise JobCanceled

    ContactMatchKey.objects.all().delete()
    monkeypatch.setattr(JobRun, "check", stop)
    job = smart.search_all(wait=True)
    assert job.status == JobStatus.CANCELED and pairs() == before


def test_search_under_way_is_not_queued_twice() -> None:
    first = smart.search_all()
    assert smart.search_all().pk == first.pk
    assert Job.objects.filter(kind=smart_jobs.KIND).count() == 1


def test_search_needs_the_right_to_write() -> None:
    with acting(Context(rights=frozenset({"api.read"}))), pytest.raises(PermissionDenied):
        smart.search_all()


def test_empty_base_is_searched() -> None:
    job = smart.search_all(wait=True)
    assert job.status == JobStatus.DONE and job.result is not None and job.result["pairs"] == 0


def test_explanation_adds_up_and_speaks_for_and_against() -> None:  # D-26
    old, new = firm(**LITWARE), firm(**{**AGAIN, "city": "Birmingham"})
    pair = found(old, new) or ContactDuplicate.objects.create(contact=new, duplicate=old, smart=True)
    explained = smart.explain_pair(pair)
    assert explained is not None
    assert explained.base + sum(reason.points for reason in explained.reasons) == explained.score
    assert explained.speaks_for
    assert all(str(reason.label) and str(reason.words) for reason in explained.reasons)
    weights = [abs(reason.points) for reason in explained.reasons]
    assert weights == sorted(weights, reverse=True)
    city = next(reason for reason in explained.reasons if reason.field == "city")
    assert {city.left, city.right} == {"London", "Birmingham"} and city.verdict == "different"


def test_pair_of_strings_gets_its_score() -> None:  # D-26
    old, new = firm(**LITWARE), firm(**NORDVIK)
    pair = ContactDuplicate.objects.create(contact=new, duplicate=old, classic=True, no_of_matching_strings=10)
    assert smart.score_unscored() == 1
    pair.refresh_from_db()
    assert pair.score is not None and pair.score < 50 and pair.classic and not pair.smart
    assert smart.score_unscored() == 0


def test_group_holds_all_that_are_one_party() -> None:  # D-26
    first, second, third = firm(**LITWARE), firm(**AGAIN), firm(**{**LITWARE, "name": "Litware Analytics"})
    firm(**NORDVIK)
    pair = found(first, second)
    assert pair is not None
    group = smart.group_of(pair)
    assert {contact.pk for contact in group[:2]} == {pair.contact_id, pair.duplicate_id}
    assert {contact.pk for contact in group} == {first.pk, second.pk, third.pk}


def test_group_keeps_apart_whom_somebody_called_separate() -> None:  # D-22
    first, second, third = firm(**LITWARE), firm(**AGAIN), firm(**{**LITWARE, "name": "Litware Analytics"})
    said = found(second, third)
    pair = found(first, second)
    assert said is not None and pair is not None
    set_separate(said, True)
    ContactDuplicate.objects.exclude(pk__in=[said.pk, pair.pk]).update(score=51)
    assert {contact.pk for contact in smart.group_of(pair)} == {first.pk, second.pk}


def test_answers_are_kept_learnt_of_and_taken_back() -> None:  # D-26
    old, new, other = firm(**LITWARE), firm(**AGAIN), firm(**NORDVIK)
    pair = found(old, new)
    assert pair is not None
    with acting(Context(user_name="kari")):
        given = smart.answer(pair, same=True)
    assert (given.contact_no, given.duplicate_no, given.same) == (new.no, old.no, True)
    assert given.answered_by == "kari" and given.features
    assert MatchingState.objects.get().correction
    unlike = ContactDuplicate.objects.create(contact=other, duplicate=old, smart=True, score=70)
    against = smart.answer(unlike, same=False)
    learnt = smart.learnt()
    assert (learnt.answers, learnt.ignored, learnt.used) == (2, 0, True)
    smart.ignore(against)
    assert (smart.learnt().answers, smart.learnt().ignored) == (1, 1)
    smart.forget(against)
    smart.forget(given)
    assert not DuplicateAnswer.objects.exists()
    assert MatchingState.objects.get().correction is None and not smart.learnt().weights


def test_second_answer_about_a_pair_replaces_the_first() -> None:
    old, new = firm(**LITWARE), firm(**AGAIN)
    pair = found(old, new)
    assert pair is not None
    smart.answer(pair, same=True)
    smart.answer(pair, same=False)
    assert [given.same for given in DuplicateAnswer.objects.all()] == [False]


def test_what_was_learnt_can_be_switched_off() -> None:
    smart.use_answers(False)
    assert not smart.learnt().used
    with acting(Context(rights=frozenset({"api.write"}))), pytest.raises(PermissionDenied):
        smart.use_answers(True)


def test_verdict_is_an_answer_and_its_undo_takes_it_back() -> None:  # D-22, D-26
    old, new = firm(**LITWARE), firm(**AGAIN)
    pair = found(old, new)
    assert pair is not None
    with unit_of_work("separate") as unit:
        set_separate(pair, True)
    assert [given.same for given in DuplicateAnswer.objects.all()] == [False]
    assert MatchingState.objects.get().correction
    undo_unit(unit)
    assert not DuplicateAnswer.objects.exists() and MatchingState.objects.get().correction is None
    pair.refresh_from_db()
    set_separate(pair, True)
    set_separate(pair, False)
    assert not DuplicateAnswer.objects.exists()


def test_doubtful_pairs_are_asked_first() -> None:
    old, new, third = firm(**LITWARE), firm(**AGAIN), firm(**NORDVIK)
    ContactDuplicate.objects.all().delete()
    sure = ContactDuplicate.objects.create(contact=new, duplicate=old, smart=True, score=99)
    doubtful = ContactDuplicate.objects.create(contact=third, duplicate=old, smart=True, score=55)
    assert smart.informative_pairs(2) == [doubtful.pk, sure.pk]
    assert smart.informative_pairs(2, among=ContactDuplicate.objects.filter(pk=sure.pk)) == [sure.pk]


def test_change_during_the_search_is_left_to_whoever_changed(monkeypatch: pytest.MonkeyPatch) -> None:  # D-28
    from tuttava.duplicates.smart import searching

    old, new = firm(**LITWARE), firm(**NORDVIK)
    find = searching.find_duplicates

    def meanwhile(*args: object, **options: object) -> object:
        result = find(*args, **options)  # type: ignore[arg-type]
        change(new, **AGAIN)
        return result

    monkeypatch.setattr(searching, "find_duplicates", meanwhile)
    smart.search_all(wait=True)
    assert found(old, new)
