"""What segments say about a person is handed out, and erased with it (C-74)."""

from __future__ import annotations

import pytest

from tests.segments.making import fill, make_person, make_segment, make_template, on
from tuttava.contacts.personal_data import erase_personal_data, export_personal_data
from tuttava.foundation import records
from tuttava.foundation.journal import JournalChange
from tuttava.foundation.models import AttachmentBlock
from tuttava.segments import attachments, steps
from tuttava.segments.models import Segment, SegmentHistoryEntry, SegmentInteractionLanguage, SegmentLine

pytestmark = pytest.mark.usefixtures("company")


def _segment() -> Segment:
    make_template("LETTER", {None: b"<p>Hello</p>"})
    return make_segment(interaction_template_code="LETTER")


def test_lines_of_a_person_are_handed_out() -> None:  # C-74
    segment, who = _segment(), make_person(name="Kari Li")
    line = fill(segment, who)[0]
    attachments.import_attachment(line, b"<p>Dear Kari</p>", "kari.html")
    data = export_personal_data(who, "Asked for it")
    assert [(row["segment_no"], row["line_no"]) for row in data["segment_lines"]] == [(segment.no, 10000)]
    assert len(data["segment_languages"]) == 1
    assert [row["action_taken"] for row in data["segment_history"]] == ["insertion"]


def test_erased_person_is_on_no_segment_and_comes_back_on_none() -> None:  # C-74
    segment, gone, stays = _segment(), make_person(name="Kari Li"), make_person(name="Bo Dal")
    line, removed, _other = fill(segment, gone, gone, stays)
    for each in (line, removed):
        attachments.import_attachment(each, b"<p>Dear Kari, secret</p>", "kari.html")
    records.change(line, {"description": "Only for Kari"})
    records.delete(removed)
    erase_personal_data(gone, "Asked for it")
    assert on(segment) == ["Bo Dal"]
    assert not SegmentInteractionLanguage.objects.filter(line__isnull=False).exists()
    assert not SegmentHistoryEntry.objects.filter(contact=gone).exists()
    assert "Kari" not in str([*JournalChange.objects.values_list("old", "new")])
    assert not any(b"secret" in bytes(data) for data in AttachmentBlock.objects.values_list("data", flat=True))
    steps.reduce_contacts(segment, {"contact": {"name": "Bo*"}})
    assert not SegmentLine.objects.exists()
