"""Setup pages for users, permission sets, companies, and the page of background work."""

from __future__ import annotations

import re

import pytest
from django.test import Client

from tests.web.conftest import sign_in
from tuttava.foundation import jobs
from tuttava.foundation.context import acting
from tuttava.foundation.directory.access_keys import user_of_access_key
from tuttava.foundation.directory.actions import create_company
from tuttava.foundation.directory.models import Company, PermissionSet, User
from tuttava.foundation.directory.permission_sets import grant
from tuttava.foundation.directory.users import create_user
from tuttava.foundation.models import JobStatus

PHRASE = "correct horse battery"


@pytest.fixture
def admin(company: Company) -> Client:
    return sign_in(None, name="root", sets="SUPER")


def test_pages_are_closed_without_the_right(editor: Client, root: str) -> None:
    for page in ("users/", "users/new/", "permission-sets/", "permission-sets/new/", "companies/"):
        assert editor.get(f"{root}/setup/{page}").status_code == 403
    assert "setup/users" not in editor.get(f"{root}/setup/").content.decode()


def test_user_is_made_with_a_set_in_this_company(admin: Client, root: str, company: Company) -> None:
    values = {"username": "kari", "full_name": "Kari Å", "password": PHRASE, "permission_set": "CRM-EDIT"}
    answer = admin.post(f"{root}/setup/users/new/", values)
    user = User.objects.get(username="kari")
    assert answer.headers["Location"] == f"{root}/setup/users/{user.pk}/"
    assert [(s.permission_set_id, s.company) for s in user.permission_sets.all()] == [("CRM-EDIT", company)]
    assert "Kari Å" in admin.get(f"{root}/setup/users/?q=kar").content.decode()


def test_refused_form_comes_back_with_what_was_typed(admin: Client, root: str) -> None:
    answer = admin.post(f"{root}/setup/users/new/", {"username": "kari", "full_name": "<b>K", "password": "short"})
    text = answer.content.decode()
    assert answer.status_code == 422 and 'value="kari"' in text and "&lt;b&gt;K" in text
    assert "short" in text and 'value="short"' not in text
    assert not User.objects.filter(username="kari").exists()


def test_verbs_on_a_user(admin: Client, root: str, company: Company) -> None:
    user = create_user(username="kari", password=PHRASE)
    page = f"{root}/setup/users/{user.pk}/"
    assert admin.get(page).status_code == 200
    admin.post(page, {"verb": "grant", "permission_set": "PRIVACY", "company": ""})
    admin.post(page, {"verb": "grant", "permission_set": "CRM-READ", "company": str(company.pk)})
    assert user.permission_sets.count() == 2
    admin.post(page, {"verb": "revoke", "permission_set": "PRIVACY", "company": ""})
    assert user.permission_sets.get().permission_set_id == "CRM-READ"
    admin.post(page, {"verb": "save", "username": "kari2", "full_name": "K", "email": "k@example.com"})
    admin.post(page, {"verb": "disable"})
    user.refresh_from_db()
    assert (user.username, user.email, user.is_active) == ("kari2", "k@example.com", False)
    admin.post(page, {"verb": "enable"})
    admin.post(page, {"verb": "password", "password": "another good phrase"})
    assert Client().login(username="kari2", password="another good phrase")
    assert admin.post(page, {"verb": "no-such-verb"}).status_code == 404


def test_access_key_is_shown_once(admin: Client, root: str) -> None:
    user = create_user(username="kari", password=None)
    page = f"{root}/setup/users/{user.pk}/"
    shown = admin.post(page, {"verb": "key", "expires": ""})
    key = re.search(r"<code>([A-Za-z0-9+/=]{44})</code>", shown.content.decode())
    assert key and user_of_access_key("kari", key[1]) == user
    assert shown.headers["Cache-Control"] == "no-store"
    assert key[1] not in admin.get(page).content.decode()


def test_administrator_of_one_company_cannot_reach_further(company: Company, root: str) -> None:
    local = create_user(username="local", password=None)
    grant(local, permission_set="SUPER", company=company)
    client = Client(headers={"accept-language": "en"})
    client.force_login(local)
    page = f"{root}/setup/users/{local.pk}/"
    for form in ({"verb": "save", "username": "local", "admin": "on"}, {"verb": "grant", "permission_set": "SUPER"}):
        assert client.post(page, form).status_code == 422
    local.refresh_from_db()
    assert not local.is_superuser and local.permission_sets.count() == 1


def test_own_permission_set_is_made_changed_and_deleted(admin: Client, root: str) -> None:
    pages = f"{root}/setup/permission-sets/"
    form = {"code": "desk", "name": "Front desk", "rights": ["api.read"], "narrowed": "api.write:contacts"}
    admin.post(f"{pages}new/", form)
    assert PermissionSet.objects.get(code="DESK").permissions == ["api.read", "api.write:contacts"]
    text = admin.get(f"{pages}DESK/").content.decode()
    assert "api.write:contacts" in text and "checked" in text
    refused = admin.post(f"{pages}DESK/", {"name": "x", "narrowed": "fly"})
    assert refused.status_code == 422 and "fly" in refused.content.decode()
    admin.post(f"{pages}DESK/", {"verb": "delete"})
    assert not PermissionSet.objects.filter(code="DESK").exists()
    assert admin.post(f"{pages}CRM-READ/", {"name": "x", "rights": ["api.write"]}).status_code == 422
    assert admin.get(pages).status_code == 200


def test_companies_are_made_copied_renamed_and_deleted(admin: Client, root: str) -> None:
    page = f"{root}/setup/companies/"
    made = admin.post(page, {"verb": "create", "name": "Nord AS", "setup_data": "empty"})
    assert made.headers["Location"] == "/c/nord-as/"
    nord = Company.objects.get(name="Nord AS")
    admin.post(page, {"verb": "copy", "company": str(nord.pk), "name": "Nord copy"})
    admin.post(page, {"verb": "rename", "company": str(nord.pk), "name": "Nord", "display_name": "Nord!"})
    assert {"Nord", "Nord copy"} <= set(Company.objects.values_list("name", flat=True))
    refused = admin.post(page, {"verb": "delete", "company": str(nord.pk), "name": "wrong"})
    assert refused.status_code == 422 and Company.objects.filter(pk=nord.pk).exists()
    admin.post(page, {"verb": "delete", "company": str(nord.pk), "name": "Nord"})
    assert not Company.objects.filter(pk=nord.pk).exists()


def test_switching_shows_the_companies_one_may_enter(editor: Client, root: str, company: Company) -> None:
    other = create_company(name="Other", setup_data="empty")
    closed = create_company(name="Closed", setup_data="empty")
    grant(User.objects.get(username="anna"), permission_set="CRM-READ", company=other)
    text = editor.get(f"{root}/").content.decode()
    assert f'href="/c/{other.slug}/"' in text and f'href="/c/{closed.slug}/"' not in text
    assert editor.get(f"/c/{other.slug}/").status_code == 200
    assert editor.get(f"/c/{closed.slug}/").status_code == 404


class TestBackgroundWork:
    def test_my_jobs_are_shown_with_progress_and_can_be_stopped(self, editor: Client, root: str) -> None:
        jobs.job("test.web")(lambda run: None)
        with acting(user_name="anna"):
            row = jobs.enqueue("test.web", "Import <firms>")
        with acting(user_name="other"):
            jobs.enqueue("test.web", "Not mine")
        text = editor.get(f"{root}/jobs/").content.decode()
        assert "Import &lt;firms&gt;" in text and "Not mine" not in text and 'hx-trigger="every 2s"' in text
        editor.post(f"{root}/jobs/{row.pk}/cancel/")
        row.refresh_from_db()
        assert row.status == JobStatus.CANCELED
        assert "every 2s" not in editor.get(f"{root}/jobs/").content.decode()
        editor.post(f"{root}/jobs/{row.pk}/retry/")
        row.refresh_from_db()
        assert row.status == JobStatus.QUEUED

    def test_another_s_job_is_not_found(self, editor: Client, root: str) -> None:
        jobs.job("test.web")(lambda run: None)
        with acting(user_name="other"):
            row = jobs.enqueue("test.web", "Not mine")
        assert editor.post(f"{root}/jobs/{row.pk}/cancel/").status_code == 404
        row.refresh_from_db()
        assert row.status == JobStatus.QUEUED

    def test_renewing_list_is_a_fragment(self, editor: Client, root: str) -> None:
        text = editor.get(f"{root}/jobs/", headers={"HX-Request": "true"}).content.decode()
        assert text.lstrip().startswith('<div id="jobs"') and "<html" not in text
