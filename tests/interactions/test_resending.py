"""Sending interactions again (I-103, I-104)."""

from __future__ import annotations

import pytest

from tests.interactions.letters import entry, html, word_template
from tests.interactions.making import DAY, make_person
from tuttava.contacts.models import Contact
from tuttava.foundation.context import acting
from tuttava.foundation.errors import DomainError
from tuttava.foundation.models import OutboxMail
from tuttava.interactions.delivery import deliver
from tuttava.interactions.models import InteractionComment, InteractionLogEntry
from tuttava.interactions.resending import resend

pytestmark = pytest.mark.usefixtures("company")
REACHED = {"email": "anna@example.com"}
PAGE = html("<html><body>x</body></html>")


def read(*entries: InteractionLogEntry) -> list[InteractionLogEntry]:
    rows = InteractionLogEntry.objects.filter(pk__in=[each.pk for each in entries]).select_related("attachment")
    return list(rows.order_by("entry_no"))


def refused(*entries: InteractionLogEntry, kind: str = "", update: bool = False) -> str:
    with pytest.raises(DomainError) as error:
        resend(read(*entries), kind, update_merge_fields=update)
    return error.value.code


def test_entries_of_several_segments_are_refused() -> None:  # I-103
    anna = make_person(**REACHED)
    two = [entry(anna, PAGE), entry(anna, PAGE)]
    InteractionLogEntry.objects.filter(pk=two[0].pk).update(logged_segment_entry_no=7)
    assert refused(*two) == "one_logged_segment_required"


def test_postponed_bare_and_logged_mail_is_skipped() -> None:  # I-103
    anna = make_person(**REACHED)
    rows = [entry(anna), entry(anna, PAGE), entry(anna, PAGE)]
    InteractionLogEntry.objects.filter(pk=rows[2].pk).update(email_logged=True)
    assert refused(rows[0], rows[2]) == "nothing_to_send"
    assert resend(read(*rows)).delivered == 1 and OutboxMail.objects.count() == 1


def test_same_type_needs_one_on_every_entry() -> None:  # I-103
    quiet = entry(make_person(**REACHED), PAGE, correspondence_type="none")
    assert refused(quiet) == "correspondence_type_required"
    assert resend(read(quiet), "email").delivered == 1
    assert read(quiet)[0].correspondence_type == "email"


def test_without_update_the_same_entry_goes_out_again() -> None:  # I-104
    record = entry(make_person(**REACHED), PAGE)
    deliver([record])
    outcome = resend(read(record))
    assert (outcome.delivered, outcome.failed, outcome.print_file) == (1, 0, None)
    assert OutboxMail.objects.count() == 2 and InteractionLogEntry.objects.count() == 1


def test_with_update_a_new_entry_has_live_values_and_the_old_one_stays() -> None:  # I-104
    word_template()
    anna = make_person(name="Anna Berg", **REACHED)
    record = entry(anna, word_template_code="T-LETTER", description="A" * 99)
    InteractionComment.objects.create(entry=record, line_no=10000, date=DAY, code="X", comment="said yes")
    deliver([record])
    Contact.objects.filter(pk=anna.pk).update(name="Anna Dahl")
    assert resend(read(record), update_merge_fields=True).delivered == 1
    old, new = InteractionLogEntry.objects.order_by("entry_no")
    assert old.description == "A" * 99 and new.description == ("Resend: " + "A" * 99)[:100]
    assert old.date == DAY and new.date != DAY and new.delivery_status == "none"
    first, second = OutboxMail.objects.order_by("handed_over_at")
    assert "Anna Berg" in first.body_html and "Anna Dahl" in second.body_html
    assert list(new.comments.values_list("code", "comment")) == [("X", "said yes")]
    resend(read(new), update_merge_fields=True)
    assert InteractionLogEntry.objects.latest("entry_no").description.count("Resend:") == 1


def test_with_update_a_missing_address_stops_everything() -> None:  # I-60, I-104
    record = entry(make_person(), PAGE, correspondence_type="hard_copy")
    assert refused(record, kind="email", update=True) == "email_address_missing"
    assert InteractionLogEntry.objects.count() == 1


def test_resending_needs_the_right_to_write_the_log() -> None:  # I-162
    record = entry(make_person(**REACHED), PAGE)
    with acting(rights=frozenset({"interaction_log.read"})):
        assert refused(record) == "permission.denied"
