"""Requests that are sent again (A-37)."""

from __future__ import annotations

import threading
import uuid

import pytest
from django.db import connection

from tests.api.conftest import Answered, Service, SignIn
from tuttava.api.models import RepeatedRequest
from tuttava.contacts.models import Contact
from tuttava.foundation.directory.models import Company

BODY = {"displayName": "Ada Berg", "type": "Person"}


@pytest.mark.usefixtures("company")
class TestOneAfterTheOther:
    def post(self, api: Service, key: str, name: str = "Ada Berg", **headers: str) -> Answered:
        return api.post("contacts", {**BODY, "displayName": name}, repeatability_request_id=key, **headers)

    def test_second_request_is_answered_as_the_first(self, api: Service) -> None:
        key = str(uuid.uuid4())
        first = self.post(api, key)
        second = self.post(api, key.upper())
        assert (first.status, second.status) == (201, 201)
        assert second.content == first.content
        for name in ("Location", "ETag", "Content-Type"):
            assert second.headers[name] == first.headers[name]
        assert second.headers["Repeatability-Result"] == "accepted"
        assert Contact.objects.filter(name="Ada Berg").count() == 1

    def test_answer_without_body_comes_again(self, api: Service) -> None:
        key = str(uuid.uuid4())
        first = self.post(api, key, prefer="return=minimal")
        second = self.post(api, key, prefer="return=minimal")
        assert (second.status, second.content) == (204, b"")
        assert second.headers["OData-EntityId"] == first.headers["OData-EntityId"]
        assert second.headers["Preference-Applied"] == "return=minimal"

    def test_same_id_for_another_request_is_refused(self, api: Service) -> None:
        key = str(uuid.uuid4())
        self.post(api, key)
        other = self.post(api, key, "Bo Dahl")
        assert (other.status, other.code, other.target) == (400, "BadRequest", "Repeatability-Request-ID")
        elsewhere = api.post("contacts?$expand=picture", BODY, repeatability_request_id=key)
        assert elsewhere.status == 400
        assert not Contact.objects.filter(name="Bo Dahl").exists()

    def test_id_belongs_to_one_user(self, api: Service, sign_in: SignIn) -> None:
        key = str(uuid.uuid4())
        self.post(api, key)
        self.post(sign_in("CRM-EDIT"), key)
        assert Contact.objects.filter(name="Ada Berg").count() == 2

    def test_request_that_failed_may_be_repeated(self, api: Service) -> None:
        key = str(uuid.uuid4())
        failed = api.post("contacts", {"displayName": "X", "type": "Nonsense"}, repeatability_request_id=key)
        assert failed.status == 400
        assert self.post(api, key).status == 201

    def test_after_a_day_the_id_is_free_and_old_answers_go(self, api: Service) -> None:
        key, other = str(uuid.uuid4()), str(uuid.uuid4())
        self.post(api, key)
        self.post(api, other)
        with connection.cursor() as cursor:
            cursor.execute("UPDATE public.api_repeatedrequest SET at = at - interval '25 hours'")
        assert self.post(api, key, "Bo Dahl").status == 201
        assert [str(each.request_id) for each in RepeatedRequest.objects.all()] == [key]

    def test_id_that_is_no_guid_is_refused(self, api: Service) -> None:
        assert self.post(api, "again").code == "BadRequest"

    def test_whole_batch_is_answered_as_the_first_time(self, api: Service) -> None:
        body = {"requests": [{"method": "POST", "url": f"{api.base}/contacts", "body": BODY}]}
        key = str(uuid.uuid4())
        first = api.post("$batch", body, repeatability_request_id=key)
        second = api.post("$batch", body, repeatability_request_id=key)
        assert first.status == second.status == 200
        assert second.content == first.content
        assert Contact.objects.filter(name="Ada Berg").count() == 1

    def test_messages_come_again(self, api: Service) -> None:
        key, wish = str(uuid.uuid4()), 'odata.include-annotations="tuttava.*"'
        first = self.post(api, key, prefer=wish)
        assert self.post(api, key, prefer=wish).content == first.content


def test_two_at_the_same_moment_make_one_contact(live_company: Company, live_sign_in: SignIn) -> None:
    service = live_sign_in()
    key, name = str(uuid.uuid4()), f"Twice {uuid.uuid4()}"
    found: list[Answered] = []
    gate = threading.Barrier(4)

    def send() -> None:
        gate.wait()
        try:
            found.append(service.post("contacts", {**BODY, "displayName": name}, repeatability_request_id=key))
        finally:
            connection.close()

    threads = [threading.Thread(target=send) for _n in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert {(each.status, each.content) for each in found} == {(201, found[0].content)}
    assert Contact.objects.filter(name=name).count() == 1
