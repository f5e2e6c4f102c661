"""The change journal, background work and the outbox as sets (17.12)."""

from __future__ import annotations

import uuid
from typing import Any

import pytest
from django.db import connection

from tests.api.conftest import CRM, Json, Service, SignIn
from tests.api.live import live_crm, live_services, live_user
from tuttava.foundation import feed, jobs, mail
from tuttava.foundation.context import Context, acting
from tuttava.foundation.directory.models import Company
from tuttava.foundation.errors import DomainError
from tuttava.foundation.field_changes import number_of
from tuttava.foundation.models import FieldChange, Job, JobStatus, JournalChange, OutboxMail, Territory, UnitOfWork

__all__ = ["live_crm", "live_services", "live_user"]


@pytest.fixture
def admin(sign_in: SignIn) -> Service:
    return sign_in("SUPER", service=CRM, name="changes-admin")


def changes(api: Service, record: Any, more: str = "") -> list[Json]:
    return api.get(f"changes?$filter=entityId eq {record}{more}").value


@pytest.mark.usefixtures("company")
class TestChanges:
    def test_one_entity_for_each_field(self, admin: Service) -> None:  # 17.12
        made = admin.made("contacts", {"name": "Fjord AS", "type": "Company"})
        assert admin.patch(f"contacts({made['id']})", {"phoneNo": "+47 22 33 44 55", "city": "Bergen"}).status == 200
        found = changes(admin, made["id"], " and oldValue eq '' and field in ('phoneNo','city')")
        assert [(each["field"], each["newValue"]) for each in found] == [
            ("city", "Bergen"),
            ("phoneNo", "+47 22 33 44 55"),
        ]
        entry = found[0]
        assert (entry["set"], entry["recordNo"], entry["userId"], entry["door"]) == (
            "contacts",
            made["no"],
            "changes-admin",
            "api",
        )
        assert entry["unitOfWork"] == found[1]["unitOfWork"] and entry["at"].endswith("Z")
        created = changes(admin, made["id"], " and field eq 'name'")
        assert [(each["oldValue"], each["newValue"]) for each in created] == [("", "Fjord AS")]
        assert not {"id", "version", "searchTokens", "lastModifiedAt"} & {
            each["field"] for each in changes(admin, made["id"])
        }

    def test_entry_is_found_by_its_key(self, admin: Service) -> None:
        place = Territory.objects.create(code="KEY", name="Found")
        (entry,) = changes(admin, place.pk, " and field eq 'name'")
        alone = admin.get(f"changes({entry['id']})")
        assert alone.json == {"@odata.context": alone.json["@odata.context"], **entry}
        assert number_of(uuid.UUID(entry["id"])) == entry["changeNo"]
        assert admin.get(f"changes({uuid.uuid4()})").status == 404
        for method in ("POST", "PATCH", "DELETE"):
            path = "changes" if method == "POST" else f"changes({entry['id']})"
            assert admin.call(method, path, {}, if_match="*").status == 405

    def test_look_up_by_key_and_page_go_by_the_index_of_the_journal(self) -> None:
        Territory.objects.create(code="KEY", name="Found")
        entry = FieldChange.objects.latest("change_no")
        with connection.cursor() as cursor:  # however few rows a test has
            cursor.execute("SET LOCAL enable_seqscan = off; SET LOCAL enable_sort = off")
        for rows in (
            FieldChange.objects.filter(pk=entry.pk),
            FieldChange.objects.filter(pk__in=[entry.pk]),
            FieldChange.objects.filter(change_no__gte=entry.change_no).order_by("change_no", "column_name")[:10],
        ):
            assert "foundation_journalchange_pkey" in rows.explain()
        assert "journal_at" in FieldChange.objects.order_by("-at", "id")[:10].explain()
        assert "journal_record" in FieldChange.objects.filter(record_id=entry.record_id).explain()

    def test_list_is_paged_in_the_order_of_writing(self, admin: Service) -> None:
        since = JournalChange.objects.latest("id").pk
        for number in range(5):
            Territory.objects.create(code=f"PG{number}", name="Named")
        first = admin.get(f"changes?$filter=changeNo gt {since}", prefer="maxpagesize=3")
        seen = first.value
        while "@odata.nextLink" in first.json:
            first = admin.get(first.json["@odata.nextLink"], prefer="maxpagesize=3")
            seen += first.value
        assert [(each["field"], each["newValue"]) for each in seen] == [
            pair for number in range(5) for pair in (("code", f"PG{number}"), ("name", "Named"))
        ]

    def test_deleted_record_keeps_its_number(self, admin: Service) -> None:
        made = admin.made("contacts", {"name": "Gone AS", "type": "Company"})
        assert admin.delete(f"contacts({made['id']})").status == 204
        found = changes(admin, made["id"], " and newValue eq '' and field eq 'name'")
        assert [(each["recordNo"], each["oldValue"]) for each in found] == [(made["no"], "Gone AS")]
        by_number = admin.get(f"changes?$filter=recordNo eq '{made['no']}' and field eq 'name'").value
        assert [each["newValue"] for each in by_number] == ["Gone AS", ""]

    def test_sets_that_the_caller_may_not_read_are_absent(self, sign_in: SignIn) -> None:
        made = sign_in("SUPER", service=CRM, name="maker").made("contacts", {"name": "Seen AS", "type": "Company"})
        reader = sign_in("CRM-READ", service=CRM)
        assert {each["set"] for each in reader.get("changes?$top=200&$orderby=changeNo desc").value} >= {"contacts"}
        assert "" not in {each["set"] for each in reader.get("changes?$top=500").value}
        assert changes(reader, made["id"])

    def test_blocked_contact_is_masked(self, sign_in: SignIn, admin: Service) -> None:  # C-72
        made = admin.made("contacts", {"name": "Secret Person", "type": "Person"})
        assert admin.patch(f"contacts({made['id']})", {"privacyBlocked": True}).status == 200
        manager = sign_in("CRM-MANAGER", service=CRM, name="masked-manager")
        shown = {each["field"]: each["newValue"] for each in changes(manager, made["id"])}
        assert shown["name"] == "•••" and shown["no"] == made["no"]
        clear = {each["field"]: each["newValue"] for each in changes(admin, made["id"])}
        assert clear["name"] == "Secret Person"

    def test_undo_takes_the_unit_of_work_back_once(self, admin: Service) -> None:  # 17.12
        made = admin.made("contacts", {"name": "Fjord AS", "type": "Company"})
        admin.patch(f"contacts({made['id']})", {"city": "Bergen"})
        (entry,) = changes(admin, made["id"], " and field eq 'city'")
        undone = admin.post(f"changes({entry['id']})/Microsoft.NAV.undo")
        assert undone.status == 200 and undone.json["restored"] == 1
        assert admin.get(f"contacts({made['id']})").json["city"] == ""
        assert str(UnitOfWork.objects.get(pk=undone.json["unitOfWork"]).undoes_id) == entry["unitOfWork"]
        admin.patch(f"contacts({made['id']})", {"city": "Oslo"})
        again = admin.post("changes/Microsoft.NAV.undo", {"unitOfWork": entry["unitOfWork"]})
        assert (again.status, again.domain_code) == (400, "undo.changed_since")
        assert admin.post("changes/Microsoft.NAV.undo", {"unitOfWork": str(uuid.uuid4())}).status == 400

    def test_undo_needs_the_right_to_write(self, sign_in: SignIn, admin: Service) -> None:
        made = admin.made("contacts", {"name": "Fjord AS", "type": "Company"})
        entry = changes(admin, made["id"])[0]
        reader = sign_in("CRM-READ", service=CRM)
        assert reader.post(f"changes({entry['id']})/Microsoft.NAV.undo").status == 403


class TestDeltaOfChanges:
    def test_new_entries_come_once(self, live_crm: Service) -> None:
        newest = JournalChange.objects.order_by("-id").values_list("id", flat=True).first() or 0
        answer = live_crm.get(f"changes?$filter=changeNo gt {newest}&$select=newValue", prefer="odata.track-changes")
        link = answer.json["@odata.deltaLink"]
        codes = [uuid.uuid4().hex[:10].upper() for _ in range(3)]
        Territory.objects.bulk_create(Territory(code=code, name="New") for code in codes)
        seen: list[str] = []
        page = live_crm.get(link, prefer="maxpagesize=2")
        while "@odata.nextLink" in page.json:
            seen += [each["newValue"] for each in page.value]
            page = live_crm.get(page.json["@odata.nextLink"], prefer="maxpagesize=2")
        seen += [each["newValue"] for each in page.value]
        assert seen == [value for code in codes for value in (code, "New")]
        assert live_crm.get(page.json["@odata.deltaLink"]).value == []

    def test_window_starts_at_its_lowest_number(self, live_company: Company) -> None:
        since = feed.position()
        place = Territory.objects.create(code=uuid.uuid4().hex[:10].upper())
        number = JournalChange.objects.get(record_id=place.pk).pk
        assert feed.first_number(feed.Window(since, feed.position())) == number


@pytest.mark.usefixtures("company")
class TestJobs:
    def make(self, user: str = "changes-admin", **values: Any) -> Job:
        return Job.objects.create(kind="test.kind", title="A test", user_name=user, **values)

    def test_progress_result_and_times(self, admin: Service) -> None:  # 17.12
        running = self.make(status=JobStatus.RUNNING, done=1, total=3)
        done = self.make(status=JobStatus.DONE, result={"rows": 3}, done=3)
        entity = admin.get(f"jobs({running.pk})").json
        assert (entity["status"], entity["progressPct"], entity["result"]) == ("Running", 33.33, None)
        assert entity["finishedAt"] == "0001-01-01T00:00:00Z"
        entity = admin.get(f"jobs({done.pk})").json
        assert (entity["status"], entity["progressPct"], entity["result"]) == ("Done", 100, {"rows": 3})
        found = admin.get("jobs?$filter=status eq 'Running'").value
        assert [each["id"] for each in found] == [str(running.pk)]

    def test_delete_cancels_and_retry_queues_again(self, admin: Service, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setitem(jobs._kinds, "test.kind", lambda run: None)
        row = self.make()
        assert admin.delete(f"jobs({row.pk})").status == 204
        assert admin.get(f"jobs({row.pk})").json["status"] == "Canceled"
        again = admin.post(f"jobs({row.pk})/Microsoft.NAV.retry")
        assert (again.status, again.json["status"]) == (200, "Queued")
        refused = admin.post(f"jobs({row.pk})/Microsoft.NAV.retry")
        assert (refused.status, refused.domain_code) == (400, "job.not_stopped")

    def test_everybody_sees_his_own(self, sign_in: SignIn) -> None:
        mine, other = self.make("reader"), self.make("somebody")
        reader = sign_in("CRM-READ", service=CRM, name="reader")
        assert [each["id"] for each in reader.get("jobs").value] == [str(mine.pk)]
        assert reader.get(f"jobs({other.pk})").status == 404


@pytest.mark.usefixtures("company")
class TestOutbox:
    @pytest.fixture(autouse=True)
    def transport(self, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setenv("TUTTAVA_MAIL_TRANSPORT", "outbox")

    def send(self, subject: str = "Hello") -> None:
        attachment = mail.Attachment("note.txt", b"Some text", "text/plain")
        with acting(Context()):
            mail.send(mail.Mail(to=["a@example.org"], cc=["b@example.org"], subject=subject, text="Hi",
                                sender="c@example.org", attachments=[attachment]))  # fmt: skip

    def test_mail_with_its_attachments(self, admin: Service) -> None:  # 17.12
        self.send()
        (entity,) = admin.get("outbox?$filter=subject eq 'Hello'&$expand=outboxAttachments").value
        assert (entity["to"], entity["cc"], entity["from"]) == (["a@example.org"], ["b@example.org"], "c@example.org")
        assert entity["attachments"] == [{"fileName": "note.txt", "contentType": "text/plain", "sizeBytes": 9}]
        (attachment,) = entity["outboxAttachments"]
        content = admin.get(f"outbox({entity['id']})/outboxAttachments({attachment['id']})/content")
        assert (content.status, content.content) == (200, b"Some text")
        assert attachment["sizeBytes"] == 9

    def test_next_mail_fails_once(self, admin: Service) -> None:  # I-101
        assert admin.post("outbox/Microsoft.NAV.fail", {"reason": "box full"}).status == 204
        with pytest.raises(DomainError, match="box full") as refused:
            self.send("Lost")
        assert refused.value.code == "mail.not_sent"
        self.send("Arrived")
        assert set(OutboxMail.objects.values_list("subject", flat=True)) == {"Arrived"}
