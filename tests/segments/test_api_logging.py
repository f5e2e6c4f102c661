"""Logging segments over the CRM service, and what is done with logged ones (17.4)."""

from __future__ import annotations

import pytest

from tests.api.conftest import CRM, Answered, Service, SignIn
from tests.segments.logging import give_content, mailing, ready
from tests.segments.making import make_company, make_segment
from tuttava.foundation import jobs
from tuttava.foundation.directory.models import Company
from tuttava.foundation.models import Job, OutboxMail
from tuttava.segments import canceling, logging, reopening_later
from tuttava.segments.models import LoggedSegment, Segment, SegmentLine

pytestmark = pytest.mark.usefixtures("company")


def log(crm: Service, segment: Segment, body: object = None, **headers: str) -> Answered:
    return crm.post(f"segments({segment.pk})/Microsoft.NAV.log", body, **headers)


def act(crm: Service, entry: int, name: str, body: object = None, **headers: str) -> Answered:
    return crm.post(f"loggedSegments(entryNo={entry})/Microsoft.NAV.{name}", body, **headers)


def test_segment_is_logged_and_followed_up(crm: Service) -> None:  # S-60, S-67
    segment = ready()
    done = log(crm, segment, {"deliver": False, "createFollowUp": True}).json
    assert set(done) - {"@odata.context"} == {"loggedSegmentEntryNo", "entries", "followUpSegmentNo", "printFile"}
    assert (done["loggedSegmentEntryNo"], done["entries"], done["printFile"]) == (1, 2, "")
    assert crm.get(f"segments({segment.pk})").status == 404
    followed = crm.get(f"segments(no='{done['followUpSegmentNo']}')").json
    assert followed["description"] == f"Follow-up on segment {segment.no}" and followed["noOfLines"] == 2
    logged = crm.get("loggedSegments(entryNo=1)?$expand=interactionLogEntries").json
    assert (logged["segmentNo"], logged["userId"], logged["noOfInteractions"]) == (segment.no, "crm-manager", 2)
    assert {each["segmentNo"] for each in logged["interactionLogEntries"]} == {segment.no}
    entry = logged["interactionLogEntries"][0]["id"]
    assert crm.get(f"interactionLogEntries({entry})/loggedSegment").json["id"] == logged["id"]


def test_refusals_of_logging(crm: Service, sign_in: SignIn) -> None:  # S-61, S-63, S-68, A-62
    empty = make_segment()
    assert log(crm, empty).domain_code == "segment_empty"
    nameless = ready(description="")
    refused = log(crm, nameless)
    assert (refused.code, refused.domain_code, refused.target) == (
        "Application_FieldValidationException",
        "field_required",
        "description",
    )
    bare = ready()
    SegmentLine.objects.filter(segment=bare).update(correspondence_type="hard_copy")
    assert log(crm, bare).domain_code == "attachment_missing"
    nowhere = ready(make_company(name="Aas"), make_company(name="Dal"))
    give_content(nowhere, b"<p>Spring</p>", "html")
    SegmentLine.objects.filter(segment=nowhere).update(correspondence_type="email")
    refused = log(crm, nowhere)
    assert refused.domain_code == "email_address_missing"
    assert [each["code"] for each in refused.json["error"]["details"]] == ["email_address_missing"] * 2
    assert log(crm, nowhere, {"skipUndeliverable": True}).json["entries"] == 2
    assert log(crm, ready(no=nowhere.no)).domain_code == "segment_already_logged"
    reader = sign_in("CRM-READ", service=CRM, name="reader")
    assert log(reader, bare).status == 403


def test_mails_leave_and_are_sent_again(crm: Service) -> None:  # S-68, S-76
    segment = mailing()
    assert log(crm, segment).json["entries"] == 2
    assert OutboxMail.objects.count() == 2
    again = act(crm, 1, "resend", {"updateMergeFields": True}).json
    assert (again["delivered"], again["failed"], again["printFile"]) == (2, 0, "")
    assert crm.get("loggedSegments(entryNo=1)").json["noOfInteractions"] == 4
    other = ready()
    log(crm, other, {"deliver": False})
    assert act(crm, 2, "resend").domain_code == "nothing_to_send"


def test_canceling_is_for_all_interactions_and_is_asked(crm: Service) -> None:  # S-80, S-81, I-70
    log(crm, ready(), {"deliver": False})
    log(crm, ready(), {"deliver": False})
    first, second = (crm.get(f"loggedSegments(entryNo={number})").json["id"] for number in (1, 2))
    asked = act(crm, 1, "toggleCanceled", tuttava_answers="ask")
    assert [(each["code"], each["target"]) for each in asked.json["error"]["details"]] == [("q_toggle_canceled", "yes")]
    assert act(crm, 1, "toggleCanceled", tuttava_answers="q_toggle_canceled=no").json["canceled"] is False
    done = act(crm, 1, "toggleCanceled").json
    assert (done["canceled"], done["noOfInteractions"]) == (True, 2)
    entries = crm.get("interactionLogEntries?$filter=loggedSegmentEntryNo eq 1").value
    refused = crm.post("interactionLogEntries/Microsoft.NAV.toggleCanceled", {"ids": [entries[0]["id"]]})
    assert refused.domain_code == "logged_segment_canceled"
    both = crm.post("loggedSegments/Microsoft.NAV.toggleCanceled", {"ids": [second, first]}).value
    assert {each["canceled"] for each in both} == {True}


def test_canceled_ones_are_deleted_by_who_may(crm: Service, sign_in: SignIn) -> None:  # S-82, I-160
    log(crm, ready(), {"deliver": False})
    path = "loggedSegments/Microsoft.NAV.deleteCanceled"
    editor = sign_in("CRM-EDIT", service=CRM, name="editor")
    refused = editor.post(path, {"filter": {"entryNo": "1.."}})
    assert (refused.status, refused.code, refused.domain_code) == (
        403,
        "Authorization_PermissionDenied",
        "permission.denied",
    )
    assert crm.post(path, {"filter": {"entryNo": "1.."}}).json["deleted"] == 0
    act(crm, 1, "toggleCanceled")
    assert crm.post(path, {"filter": {"entryNo": "2.."}}).json["deleted"] == 0
    assert crm.post(path, {"filter": {"nmae": "2.."}}).domain_code == "bad_filter"
    assert crm.post(path, {"filter": {"entryNo": "1"}}).json["deleted"] == 1
    assert not LoggedSegment.objects.exists()
    assert crm.get("interactionLogEntries/$count").content == b"2"


def test_reopened_segment_is_there_again(crm: Service, sign_in: SignIn) -> None:  # S-81
    segment = ready()
    log(crm, segment, {"deliver": False})
    editor = sign_in("CRM-EDIT", service=CRM, name="editor")
    assert act(editor, 1, "reopen").status == 403
    back = act(crm, 1, "reopen")
    assert (back.status, back.json["no"], back.json["noOfLines"]) == (200, segment.no, 2)
    assert crm.get("loggedSegments/$count").content == b"0"


def test_logging_in_the_background(crm: Service) -> None:
    segment = ready()
    queued = log(crm, segment, {"deliver": False}, prefer="respond-async")
    assert queued.status == 202 and "/jobs(" in queued.headers["Location"]
    assert crm.patch(f"segments({segment.pk})", {"description": "Late"}).domain_code == "segment_being_logged"


def test_canceling_and_reopening_in_the_background(crm: Service, company: Company) -> None:  # A-67, S-80, S-81
    log(crm, ready(), {"deliver": False})
    first = crm.get("loggedSegments(entryNo=1)").json["id"]
    declined = act(crm, 1, "toggleCanceled", tuttava_answers="q_toggle_canceled=no", prefer="respond-async")
    assert (declined.status, declined.json["canceled"]) == (200, False)
    queued = act(crm, 1, "toggleCanceled", prefer="respond-async")
    assert queued.status == 202 and "/jobs(" in queued.headers["Location"]
    assert act(crm, 1, "reopen").domain_code == "logged_segment_busy"
    many = crm.post("loggedSegments/Microsoft.NAV.toggleCanceled", {"ids": [first]}, prefer="respond-async")
    assert many.domain_code == "logged_segment_busy"
    _work_off(company, canceling.KIND)
    assert crm.get("loggedSegments(entryNo=1)").json["canceled"] is True
    log(crm, ready(), {"deliver": False})
    queued = act(crm, 2, "reopen", prefer="respond-async")
    assert queued.status == 202
    _work_off(company, reopening_later.KIND)
    assert crm.get("loggedSegments/$count").content == b"1"
    assert crm.get("segments").value[0]["noOfLines"] == 2


def test_long_work_that_is_waited_for_is_done_by_a_job_too(
    crm: Service, monkeypatch: pytest.MonkeyPatch
) -> None:  # S-80, S-81
    monkeypatch.setattr(logging, "MOST_AT_ONCE", 1)
    log(crm, ready(), {"deliver": False})
    assert act(crm, 1, "toggleCanceled").json["canceled"] is True
    assert act(crm, 1, "reopen").domain_code == "segment_entries_changed"
    assert act(crm, 1, "toggleCanceled").json["canceled"] is False
    log(crm, ready(), {"deliver": False})
    assert act(crm, 2, "reopen").json["noOfLines"] == 2
    kinds = Job.objects.filter(kind__in=[canceling.KIND, reopening_later.KIND]).values_list("kind", "status")
    assert sorted(kinds) == [(canceling.KIND, "done")] * 2 + [(reopening_later.KIND, "done")]


def _work_off(company: Company, kind: str) -> None:
    (job,) = Job.objects.filter(kind=kind)
    jobs.run_queued(company.schema, job.pk)
