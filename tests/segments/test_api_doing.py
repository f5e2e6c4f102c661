"""What is done with the people of a segment over the CRM service (17.4)."""

from __future__ import annotations

import base64
import uuid
from collections.abc import Collection, Mapping, Sequence
from typing import Any

import pytest

from tests.api.conftest import Answered, Service
from tests.segments.making import fill, make_company, make_person, make_segment, make_template, vocabulary
from tuttava.contacts.models import MailingGroup
from tuttava.foundation import records
from tuttava.interactions import related
from tuttava.interactions.models import InteractionLogEntry
from tuttava.segments.models import Segment, SegmentLine

pytestmark = pytest.mark.usefixtures("company")


def act(crm: Service, segment: Segment, name: str, body: object = None, **headers: str) -> Answered:
    return crm.post(f"segments({segment.pk})/Microsoft.NAV.{name}", body, **headers)


class Opportunities:
    """A room that keeps them."""

    def __init__(self) -> None:
        self.made: list[Mapping[str, Any]] = []

    def descriptions(self, numbers: Collection[str]) -> Mapping[str, str]:
        return {}

    def logged(self, entries: Sequence[InteractionLogEntry]) -> None:
        """Nothing follows."""

    def choices(self, company_id: uuid.UUID | None, salesperson_code: str) -> Sequence[tuple[str, str]]:
        return ()

    def create(self, values: Mapping[str, Any]) -> str:
        self.made.append(values)
        return f"OP{len(self.made)}"


def test_mailing_group_is_for_everybody_on_the_segment(crm: Service) -> None:  # S-85
    MailingGroup.objects.get_or_create(code="NEWS")
    one, two, other = (make_company(name=name) for name in ("Aas", "Berg", "Dal"))
    old = crm.made(f"contacts({other.pk})/contactMailingGroups", {"mailingGroupCode": "NEWS"})
    crm.made(f"contacts({one.pk})/contactMailingGroups", {"mailingGroupCode": "NEWS"})
    segment = make_segment()
    assert act(crm, segment, "applyMailingGroup", {"code": "NEWS"}).domain_code == "segment_empty"
    fill(segment, one, two, two)
    for code in ("", "NONE"):
        assert act(crm, segment, "applyMailingGroup", {"code": code}).domain_code == "mailing_group_required"
    assert act(crm, segment, "applyMailingGroup").domain_code == "mailing_group_required"
    assert act(crm, segment, "applyMailingGroup", {"code": "news"}).json["created"] == 1
    again = act(crm, segment, "applyMailingGroup", {"code": "NEWS", "deleteOldAssignments": True})
    assert again.json["created"] == 2
    assert crm.get(f"contactMailingGroups({old['id']})").status == 404
    assert crm.get("mailingGroups(code='NEWS')").json["noOfContacts"] == 2


def test_opportunities_wait_for_their_room(crm: Service) -> None:  # S-5
    segment = make_segment()
    assert act(crm, segment, "createOpportunities").domain_code == "segment_empty"
    hub = make_company(name="Aas")
    line = fill(segment, hub)[0]
    for name, body in (
        ("createOpportunities", None),
        ("createTasks", {"description": "Call"}),
        ("assignActivity", {"activityCode": "A", "date": "2026-03-02"}),
    ):
        refused = act(crm, segment, name, body)
        assert (refused.status, refused.code) == (501, "BadRequest_MethodNotImplemented"), name
    room = Opportunities()
    related.provides("opportunity", room)
    try:
        assert act(crm, segment, "createOpportunities").json["created"] == 0
        made = act(crm, segment, "createOpportunities", tuttava_answers="q_create_opportunities=yes")
        assert made.json["created"] == 1
        one = crm.post(f"segmentLines({line.pk})/Microsoft.NAV.createOpportunity").json
        assert one["opportunityNo"] == "OP2"
    finally:
        related.unplug("opportunity")
    taken = room.made[0]
    assert (taken["contact_id"], taken["segment_no"], taken["segment_description"]) == (
        hub.pk,
        segment.no,
        "Spring letter",
    )


def test_call_from_a_line_is_logged_with_its_segment(crm: Service) -> None:  # S-29, I-55, I-58
    vocabulary()
    segment = make_segment()
    hub = make_company(name="Aas", phone_no="22 11 00 99", salesperson_code="PS")
    line, nobody = fill(segment, hub)[0], SegmentLine.objects.create(segment=segment, line_no=90000)
    path = f"segmentLines({line.pk})"
    setup = crm.get("interactionTemplateSetup").value[0]
    crm.patch(f"interactionTemplateSetup({setup['id']})", {"outgoingCalls": ""})
    refused = crm.post(f"{path}/Microsoft.NAV.startPhoneCall")
    assert refused.domain_code == "outgoing_calls_template_required"
    crm.patch(f"interactionTemplateSetup({setup['id']})", {"outgoingCalls": setup["outgoingCalls"]})
    draft = crm.post(f"{path}/Microsoft.NAV.startPhoneCall")
    assert (draft.status, draft.json["kind"], draft.json["contactVia"]) == (200, "PhoneCall", "22 11 00 99")
    assert (draft.json["segmentNo"], draft.json["salespersonCode"]) == (segment.no, "PS")
    crm.patch(f"interactionDrafts({draft.json['id']})", {"contactVia": "900 00 001", "interactionSuccessful": False})
    entry = crm.post(f"interactionDrafts({draft.json['id']})/Microsoft.NAV.finish")
    assert (entry.status, entry.json["segmentNo"], entry.json["attemptFailed"]) == (200, segment.no, True)
    assert crm.get(path).json["contactVia"] == "900 00 001"
    assert crm.post(f"segmentLines({nobody.pk})/Microsoft.NAV.startPhoneCall").domain_code == "contact_required"


def test_files_of_segment_and_line(crm: Service) -> None:  # S-23, S-24, I-108
    make_template("LETTER", {None: b"<p>Hello</p>"})
    segment = make_segment(interaction_template_code="LETTER")
    line = fill(segment, make_person(name="Kari Li"))[0]
    head, row = f"segments({segment.pk})", f"segmentLines({line.pk})"

    def state() -> tuple[str, int]:
        told = crm.get(row).json
        return told["attachmentState"], told["attachmentNo"]

    inherited = state()
    assert inherited[0] == "Inherited" and crm.get(head).json["attachmentNo"] == inherited[1] > 0
    assert b"Hello" in crm.get(f"{head}/attachmentContent").content
    assert crm.patch(f"{row}/attachmentContent", b"<p>Dear Kari</p>", content_type="text/html").status == 204
    assert state()[0] == "Unique" and state()[1] != inherited[1]
    assert b"Hello" in crm.get(f"{head}/attachmentContent").content
    assert b"Kari" in crm.post(f"{row}/Microsoft.NAV.exportAttachment").content
    content = base64.b64encode(b"<p>Spring</p>").decode()
    made = crm.post(f"{head}/Microsoft.NAV.importAttachment", {"content": content, "fileName": "s.html"})
    assert (made.status, made.json["segmentLineNo"], made.json["segmentNo"]) == (200, 0, segment.no)
    rows = crm.get(f"{head}/segmentInteractionLanguages").value
    assert b"Spring" in crm.get(f"segmentInteractionLanguages({rows[0]['id']})/attachmentContent").content
    assert crm.post(f"{head}/Microsoft.NAV.removeAttachment").json["attachmentNo"] == 0
    assert crm.get(f"{head}/attachmentContent").status == 204
    records.change(Segment.objects.get(pk=segment.pk), {"interaction_template_code": None})
    assert crm.post(f"{head}/Microsoft.NAV.openAttachment").domain_code == "field_required"
