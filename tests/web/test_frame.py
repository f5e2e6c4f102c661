"""The frame around every page."""

from __future__ import annotations

import datetime as dt
from urllib.parse import urlencode

import pytest
from django.test import Client

from tuttava.foundation.directory.models import User
from tuttava.foundation.models import UserPreference

pytestmark = pytest.mark.usefixtures("company")


def test_address_without_company_leads_to_the_users_company(editor: Client, root: str) -> None:
    assert editor.get("/").headers["Location"] == f"{root}/"


def test_stranger_is_sent_to_sign_in(root: str) -> None:
    assert Client().get(f"{root}/").headers["Location"] == f"/accounts/login/?{urlencode({'next': f'{root}/'})}"


def test_company_without_a_right_does_not_exist_for_the_user(company: object, root: str) -> None:
    client = Client()
    client.force_login(User.objects.create_user(username="nobody"))
    assert client.get(f"{root}/").status_code == 404


@pytest.mark.parametrize("path", ["/", "/setup/", "/find/?q=home", "/tell-me/", "/tell-me/?q=set"])
def test_page_of_the_frame_answers(editor: Client, root: str, path: str) -> None:
    assert editor.get(f"{root}{path}").status_code == 200


def test_missing_page_wears_the_same_clothes(editor: Client, root: str) -> None:
    answer = editor.get(f"{root}/nothing-here/")
    assert answer.status_code == 404
    assert b"This page does not exist" in answer.content and b"tokens" in answer.content


def test_theme_and_language_are_kept(editor: Client, root: str) -> None:
    editor.post(f"{root}/preferences/", {"theme": "dark"})
    editor.post(f"{root}/preferences/", {"language": "nb"})
    page = editor.get(f"{root}/").content.decode()
    assert '<html lang="nb" data-theme="dark">' in page


def test_unknown_theme_is_refused_in_words(editor: Client, root: str) -> None:
    answer = editor.post(f"{root}/preferences/", {"theme": "pink"})
    assert answer.status_code == 422
    assert "There is no appearance “pink”." in answer.content.decode()


def test_work_date_is_set_and_taken_back(editor: Client, root: str) -> None:
    editor.post(f"{root}/preferences/", {"work_date": "2024-02-29"})
    assert UserPreference.objects.get(user_name="anna").work_date == dt.date(2024, 2, 29)
    assert "work-date is-set" in editor.get(f"{root}/").content.decode()
    editor.post(f"{root}/preferences/", {"work_date_today": "1"})
    assert UserPreference.objects.get(user_name="anna").work_date is None


def test_work_date_needs_its_right(reader: Client, root: str) -> None:
    answer = reader.post(f"{root}/preferences/", {"work_date": "2024-02-29"})
    assert answer.status_code == 403
    assert not UserPreference.objects.filter(work_date__isnull=False).exists()


def test_strict_content_security_policy_holds(editor: Client, root: str) -> None:
    answer = editor.get(f"{root}/")
    assert "script-src 'self'" in answer.headers["Content-Security-Policy"]
    page = answer.content.decode()
    assert " style=" not in page and "<style" not in page and "onclick" not in page


def test_preferences_lead_back_only_to_our_own_pages(editor: Client, root: str) -> None:
    answer = editor.post(f"{root}/preferences/", {"theme": "dark"}, headers={"referer": "https://evil.example/x"})
    assert answer.headers["Location"] == f"{root}/"
