"""Users, permission sets, access keys: who may do what, where."""

from __future__ import annotations

import datetime as dt

import pytest
from django.contrib.auth import SESSION_KEY
from django.test import Client
from django.utils import timezone

from tuttava.foundation.context import Context, acting
from tuttava.foundation.directory import access_keys, permission_sets, users
from tuttava.foundation.directory.actions import create_company
from tuttava.foundation.directory.models import AccessKey, Company, PermissionSet, User
from tuttava.foundation.directory.permissions import companies_of, install_shipped_sets, rights_of
from tuttava.foundation.errors import DomainError, PermissionDenied

pytestmark = pytest.mark.usefixtures("company")
PHRASE = "correct horse battery"


@pytest.fixture
def anna() -> User:
    return users.create_user(username="anna", password=PHRASE, email="anna@example.com")


@pytest.fixture
def root() -> User:
    return users.create_user(username="root", password=PHRASE, admin=True)


def as_user(user: User, company: Company | None = None) -> Context:
    return Context(user_id=str(user.pk), user_name=user.username, rights=rights_of(user, company), door="browser")


def test_user_without_sets_may_nothing_and_enters_nowhere(anna: User, company: Company) -> None:
    assert rights_of(anna, company) == frozenset()
    assert companies_of(anna) == []


def test_set_given_in_one_company_counts_there_only(anna: User, company: Company) -> None:
    other = create_company(name="Other", setup_data="empty")
    permission_sets.grant(anna, permission_set="crm-edit", company=company)
    assert "api.write" in rights_of(anna, company)
    assert rights_of(anna, other) == frozenset() == rights_of(anna, None)
    assert companies_of(anna) == [company]


def test_set_given_everywhere_counts_in_every_company(anna: User, company: Company) -> None:
    permission_sets.grant(anna, permission_set="CRM-READ", company=None)
    other = create_company(name="Other", setup_data="empty")
    assert "api.read" in rights_of(anna, company) & rights_of(anna, other)
    assert {company, other} <= set(companies_of(anna))


def test_rights_of_several_sets_add_up_and_go_one_by_one(anna: User, company: Company) -> None:
    permission_sets.grant(anna, permission_set="CRM-READ", company=company)
    permission_sets.grant(anna, permission_set="PRIVACY", company=None)
    assert {"api.read", "privacy.manage"} <= rights_of(anna, company)
    permission_sets.revoke(anna, permission_set="PRIVACY", company=None)
    assert "privacy.manage" not in rights_of(anna, company) and "api.read" in rights_of(anna, company)
    with pytest.raises(DomainError) as refused:
        permission_sets.revoke(anna, permission_set="PRIVACY", company=None)
    assert refused.value.code == "not_found"


def test_giving_a_set_twice_gives_it_once(anna: User) -> None:
    permission_sets.grant(anna, permission_set="CRM-READ", company=None)
    permission_sets.grant(anna, permission_set="CRM-READ", company=None)
    assert anna.permission_sets.count() == 1


def test_own_set_with_a_right_for_one_table_only(anna: User, company: Company) -> None:
    permission_sets.save_permission_set(code="desk", name="Front desk", permissions=["api.read", "api.write:contacts"])
    permission_sets.grant(anna, permission_set="DESK", company=company)
    context = as_user(anna, company)
    assert context.may("api.write", "contacts") and not context.may("api.write", "territories")


def test_unknown_right_and_shipped_set_are_refused() -> None:
    with pytest.raises(DomainError) as unknown:
        permission_sets.save_permission_set(code="X", name="x", permissions=["fly"])
    assert unknown.value.code == "value_invalid"
    with pytest.raises(DomainError) as shipped:
        permission_sets.save_permission_set(code="crm-read", name="x", permissions=["api.write"])
    assert shipped.value.code == "permission_set.built_in"
    with pytest.raises(DomainError):
        permission_sets.delete_permission_set("SUPER")


def test_set_in_use_cannot_be_deleted(anna: User) -> None:
    permission_sets.save_permission_set(code="TEMP", name="x", permissions=["api.read"])
    permission_sets.grant(anna, permission_set="TEMP", company=None)
    with pytest.raises(DomainError) as refused:
        permission_sets.delete_permission_set("TEMP")
    assert refused.value.code == "code.in_use"
    permission_sets.revoke(anna, permission_set="TEMP", company=None)
    permission_sets.delete_permission_set("TEMP")
    assert not PermissionSet.objects.filter(code="TEMP").exists()


def test_shipped_sets_are_renewed_and_own_ones_kept() -> None:
    permission_sets.save_permission_set(code="OWN", name="x", permissions=["api.read"])
    PermissionSet.objects.filter(code="CRM-READ").update(permissions=["api.write"])
    install_shipped_sets()
    assert "api.write" not in PermissionSet.objects.get(code="CRM-READ").permissions
    assert PermissionSet.objects.filter(code="OWN").exists()


def test_administrator_of_one_company_gives_sets_there_only(anna: User, company: Company) -> None:
    local = users.create_user(username="local", password=None)
    permission_sets.grant(local, permission_set="SUPER", company=company)
    other = create_company(name="Other", setup_data="empty")
    with acting(as_user(local, company)):
        permission_sets.grant(anna, permission_set="CRM-READ", company=company)
        for where in (other, None):
            with pytest.raises(PermissionDenied):
                permission_sets.grant(anna, permission_set="SUPER", company=where)
        with pytest.raises(PermissionDenied):
            users.create_user(username="sock-puppet", password=None, admin=True)
        with pytest.raises(PermissionDenied):
            users.change_password(anna, PHRASE)


def test_ordinary_user_changes_only_what_is_his_own(anna: User, root: User) -> None:
    with acting(as_user(anna)):
        assert users.change_user(anna, full_name="Anna Å", language="nb").full_name == "Anna Å"
        for user, values in ((anna, {"is_superuser": True}), (anna, {"username": "root2"}), (root, {"full_name": "x"})):
            with pytest.raises(PermissionDenied):
                users.change_user(user, **values)


@pytest.mark.parametrize("password", ["short", "password1234", "1234567890a"[:9]])
def test_weak_password_is_refused_at_the_field(password: str) -> None:
    with pytest.raises(DomainError) as refused:
        users.create_user(username="weak", password=password)
    assert (refused.value.code, refused.value.field) == ("password_weak", "password")
    assert not User.objects.filter(username="weak").exists()


@pytest.mark.parametrize(
    ("values", "field"),
    [
        ({"username": "ANNA"}, "username"),
        ({"username": ""}, "username"),
        ({"username": "x" * 51}, "username"),
        ({"username": "b", "email": "Anna@Example.com"}, "email"),
        ({"username": "b", "email": "not an address"}, "email"),
    ],
)
def test_bad_or_taken_names_are_refused_at_the_field(anna: User, values: dict[str, str], field: str) -> None:
    with pytest.raises(DomainError) as refused:
        users.create_user(password=None, **values)
    assert refused.value.field == field


def test_last_administrator_can_neither_be_locked_out_nor_demoted(root: User) -> None:
    User.objects.filter(is_superuser=True).exclude(pk=root.pk).update(is_superuser=False)
    for verb in (lambda: users.set_enabled(root, False), lambda: users.change_user(root, is_superuser=False)):
        with pytest.raises(DomainError) as refused:
            verb()
        assert refused.value.code == "user.last_administrator"
    users.create_user(username="second", password=None, admin=True)
    users.set_enabled(root, False)
    assert rights_of(User.objects.get(pk=root.pk), None) == frozenset()


@pytest.fixture
def signed_in(anna: User) -> Client:
    client = Client()
    client.force_login(anna)
    assert client.get("/accounts/password/change/").status_code == 200
    return client


def test_revoked_sessions_end_at_once(anna: User, signed_in: Client) -> None:
    users.revoke_sessions(anna)
    assert signed_in.get("/accounts/password/change/").status_code == 302
    assert SESSION_KEY not in signed_in.session


def test_locked_out_user_is_out_at_once_and_may_come_back(anna: User, root: User, signed_in: Client) -> None:
    users.set_enabled(anna, False)
    assert signed_in.get("/accounts/password/change/").status_code == 302
    users.set_enabled(anna, True)
    assert Client().login(username="anna", password=PHRASE)


def test_password_set_by_an_administrator_ends_sessions(anna: User, signed_in: Client) -> None:
    users.change_password(anna, "another good phrase")
    assert signed_in.get("/accounts/password/change/").status_code == 302


def test_access_key_has_44_characters_and_is_stored_as_a_digest(anna: User) -> None:
    key = access_keys.new_access_key(anna)
    assert len(key) == 44
    assert access_keys.user_of_access_key("ANNA", key) == anna
    assert access_keys.user_of_access_key("root", key) is None
    assert key not in str(AccessKey.objects.values().get(user=anna))


def test_new_access_key_replaces_the_one_of_its_name_only(anna: User) -> None:
    sync, old = access_keys.new_access_key(anna, name="Sync"), access_keys.new_access_key(anna)
    new = access_keys.new_access_key(anna)
    assert access_keys.user_of_access_key("anna", old) is None
    assert access_keys.user_of_access_key("anna", new) == anna == access_keys.user_of_access_key("anna", sync)
    access_keys.delete(AccessKey.objects.get(name="Sync"))
    assert access_keys.user_of_access_key("anna", sync) is None


def test_expired_or_locked_out_key_opens_nothing(anna: User, root: User) -> None:
    today = timezone.localdate()
    key = access_keys.new_access_key(anna, expires=today)
    assert access_keys.user_of_access_key("anna", key) == anna
    AccessKey.objects.update(expires_on=today - dt.timedelta(days=1))
    assert access_keys.user_of_access_key("anna", key) is None
    key = access_keys.new_access_key(anna)
    users.set_enabled(anna, False)
    assert access_keys.user_of_access_key("anna", key) is None
    with pytest.raises(DomainError):
        access_keys.new_access_key(anna, expires=today - dt.timedelta(days=1))
