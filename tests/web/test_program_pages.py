"""Pages for programs' credentials: one's own access keys, and the applications of administrators (A-11, A-12)."""

from __future__ import annotations

import re

import pytest
from django.test import Client

from tests.web.conftest import sign_in
from tuttava.foundation.directory.access_keys import user_of_access_key
from tuttava.foundation.directory.applications import is_public, secret_fits
from tuttava.foundation.directory.models import AccessKey, Application, Company, User


@pytest.fixture
def admin(company: Company) -> Client:
    return sign_in(None, name="root", sets="SUPER")


class TestMyAccessKeys:
    def test_everybody_makes_and_ends_keys_of_his_own(self, reader: Client, root: str) -> None:
        page = f"{root}/access-keys/"
        assert page in reader.get(f"{root}/").content.decode()
        shown = reader.post(page, {"verb": "key", "name": "Sync <1>", "expires": "2099-12-31"})
        key = re.search(r"<code>([A-Za-z0-9+/=]{44})</code>", shown.content.decode())
        assert key and shown.headers["Cache-Control"] == "no-store"
        assert user_of_access_key("rita", key[1]) == User.objects.get(username="rita")
        text = reader.get(page).content.decode()
        assert "Sync &lt;1&gt;" in text and key[1] not in text
        reader.post(page, {"verb": "delete_key", "key": str(AccessKey.objects.get(name="Sync <1>").pk)})
        assert user_of_access_key("rita", key[1]) is None

    def test_last_day_in_the_past_is_refused(self, reader: Client, root: str) -> None:
        answer = reader.post(f"{root}/access-keys/", {"verb": "key", "expires": "2001-01-01"})
        assert answer.status_code == 422 and not AccessKey.objects.filter(user__username="rita").exists()

    def test_another_s_key_is_out_of_reach(self, reader: Client, admin: Client, root: str) -> None:
        admin.post(f"{root}/access-keys/", {"verb": "key", "name": "Admin's"})
        key = AccessKey.objects.get(name="Admin's")
        assert reader.post(f"{root}/access-keys/", {"verb": "delete_key", "key": str(key.pk)}).status_code == 404
        assert AccessKey.objects.filter(pk=key.pk).exists()


class TestApplications:
    FORM = {"name": "Sync", "username": "robot", "redirect_uris": "https://a.example.com/\nhttp://localhost/back"}

    def test_pages_are_closed_without_the_right(self, editor: Client, root: str) -> None:
        for page in ("applications/", "applications/new/"):
            assert editor.get(f"{root}/setup/{page}").status_code == 403

    def test_application_is_made_with_a_secret_shown_once(self, admin: Client, root: str) -> None:
        User.objects.create_user("robot")
        shown = admin.post(f"{root}/setup/applications/new/", {**self.FORM, "verb": "create"})
        found = Application.objects.get(name="Sync")
        secret = _secret(shown.content.decode(), found)
        assert shown.headers["Cache-Control"] == "no-store" and secret_fits(found, secret)
        assert found.redirect_uris == ["https://a.example.com/", "http://localhost/back"]
        page = f"{root}/setup/applications/{found.pk}/"
        assert secret not in admin.get(page).content.decode()
        renewed = _secret(admin.post(page, {"verb": "secret"}).content.decode(), found)
        found.refresh_from_db()
        assert secret_fits(found, renewed) and not secret_fits(found, secret)
        admin.post(page, {**self.FORM, "name": "Sync 2", "verb": "save"})
        assert "Sync 2" in admin.get(f"{root}/setup/applications/").content.decode()
        admin.post(page, {"verb": "delete"})
        assert not Application.objects.exists()

    def test_refused_form_comes_back_with_what_was_typed(self, admin: Client, root: str) -> None:
        answer = admin.post(f"{root}/setup/applications/new/", {"name": "<b>", "redirect_uris": "ftp://x"})
        text = answer.content.decode()
        assert answer.status_code == 422 and "&lt;b&gt;" in text and "ftp://x" in text

    def test_program_on_the_user_s_device_has_no_secret(self, admin: Client, root: str) -> None:
        shown = admin.post(f"{root}/setup/applications/new/", {"name": "Phone", "public": "on"})
        assert shown.status_code == 200 and "shown only now" not in shown.content.decode()
        assert is_public(Application.objects.get(name="Phone"))

    def test_administrator_of_one_company_makes_none(self, company: Company, root: str) -> None:
        local = sign_in(company, name="local", sets="SUPER")
        assert local.post(f"{root}/setup/applications/new/", {"name": "x"}).status_code == 422
        assert not Application.objects.exists()


def _secret(text: str, application: Application) -> str:
    found = [each for each in re.findall(r"<code>([^<]+)</code>", text) if each != application.client_id]
    assert len(found) == 1
    return str(found[0])
