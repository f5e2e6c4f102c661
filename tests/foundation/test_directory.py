"""Verbs on the directory as doors call them: values by name, versions, the last administrator, keys of one's own."""

from __future__ import annotations

import datetime as dt
import uuid

import pytest
from django.utils import timezone

from tuttava.foundation import records
from tuttava.foundation.context import Context, acting
from tuttava.foundation.directory import access_keys, actions, permission_sets, users
from tuttava.foundation.directory.drawing import drawn
from tuttava.foundation.directory.models import AccessKey, Company, PermissionSet, User, UserPermissionSet
from tuttava.foundation.directory.permissions import install_shipped_sets, rights_of
from tuttava.foundation.errors import ChangedMeanwhile, DomainError, PermissionDenied
from tuttava.foundation.models import UserPreference

pytestmark = pytest.mark.usefixtures("company")
PHRASE = "correct horse battery"


def user(name: str, **values: object) -> User:
    return users.create({"username": name, "password": PHRASE, **values})


def as_user(who: User) -> Context:
    return Context(user_id=str(who.pk), user_name=who.username, rights=rights_of(who, None), door="api")


def code_of(verb: object, *arguments: object) -> str:
    with pytest.raises(DomainError) as refused:
        verb(*arguments)  # type: ignore[operator]
    return refused.value.code


class TestVersions:
    def test_each_change_raises_the_version_and_notes_who_made_it(self) -> None:
        root = user("root", is_superuser=True)
        with acting(as_user(root)):
            anna = user("anna")
            changed = users.change(anna, {"full_name": "Anna Å"})
        assert (anna.version, changed.version) == (1, 2)
        assert anna.created_by == root.pk == changed.modified_by
        assert changed.modified_at > anna.created_at == changed.created_at

    def test_second_writer_is_told_what_the_first_changed(self) -> None:
        anna = user("anna")
        users.change(anna, {"full_name": "First"}, 1)
        with pytest.raises(ChangedMeanwhile) as refused:
            users.change(anna, {"full_name": "Second", "password": "another good phrase"}, 1)
        assert refused.value.theirs["full_name"] == "First"
        assert not {"password", "version"} & set(refused.value.theirs)
        assert User.objects.get(pk=anna.pk).check_password(PHRASE)

    def test_every_kind_of_row_checks_the_version(self, company: Company) -> None:
        own = permission_sets.create({"code": "desk", "name": "Desk", "permissions": ["api.read"]})
        anna = user("anna")
        given = permission_sets.give({"username": "anna", "permission_set": "DESK", "company": None})
        key = access_keys.create({"username": "anna"})
        for verb, record in (
            (permission_sets.delete, own),
            (permission_sets.take, given),
            (access_keys.delete, key),
            (users.delete, anna),
            (actions.delete, company),
        ):
            with pytest.raises(ChangedMeanwhile):
                verb(record, 77)  # type: ignore[operator]

    def test_what_is_gone_cannot_be_changed(self) -> None:
        anna = user("anna")
        users.delete(User.objects.get(pk=anna.pk))
        assert code_of(users.change, anna, {"full_name": "x"}) == "record_gone"

    def test_renewing_shipped_sets_leaves_right_ones_untouched(self) -> None:
        before = dict(PermissionSet.objects.values_list("code", "version"))
        install_shipped_sets()
        assert dict(PermissionSet.objects.values_list("code", "version")) == before


class TestUsers:
    def test_user_is_made_with_a_chosen_id(self) -> None:
        identity = uuid.uuid4()
        made = users.create({"username": "anna", "email": "a@example.com", "is_active": False}, {"id": identity})
        assert (made.pk, made.is_active, made.has_usable_password()) == (identity, False, False)

    def test_unknown_field_and_weak_password_are_refused(self) -> None:
        anna = user("anna")
        assert code_of(users.change, anna, {"session_round": 7}) == "field_unknown"
        assert code_of(users.change, anna, {"password": "short"}) == "password_weak"

    def test_new_password_and_locking_out_start_a_new_round(self) -> None:
        anna = user("anna")
        rounds = [users.change(anna, values).session_round for values in ({"password": PHRASE}, {"is_active": False})]
        assert rounds == [1, 2]

    def test_everybody_changes_his_own_name_only(self) -> None:
        anna, bert = user("anna"), user("bert")
        with acting(as_user(anna)):
            users.change(anna, {"full_name": "Anna"})
            for who, values in ((anna, {"email": "x@example.com"}), (bert, {"full_name": "x"})):
                with pytest.raises(PermissionDenied):
                    users.change(who, values)
            with pytest.raises(PermissionDenied):
                users.delete(anna)

    def test_preferences_follow_a_renamed_user_and_go_with_a_deleted_one(self) -> None:
        anna = user("anna")
        records.create(UserPreference, {"user_name": "anna", "language": "nb"})
        anna = users.change(anna, {"username": "annika"})
        assert UserPreference.objects.get(user_name="annika").language == "nb"
        users.delete(anna)
        assert not UserPreference.objects.filter(user_name__in=["anna", "annika"]).exists()


class TestLastAdministrator:
    @pytest.fixture
    def only(self) -> User:
        User.objects.update(is_superuser=False)
        UserPermissionSet.objects.all().delete()
        made = user("only")
        permission_sets.grant(made, permission_set="SUPER", company=None)
        return made

    def test_is_neither_locked_out_nor_deleted_nor_left_without_the_set(self, only: User) -> None:
        given = only.permission_sets.get()
        assert code_of(users.change, only, {"is_active": False}) == "user.last_administrator"
        assert code_of(users.delete, only) == "user.last_administrator"
        assert code_of(permission_sets.take, given) == "user.last_administrator"
        moved = {"permission_set": "CRM-READ"}
        assert code_of(permission_sets.change_given, given, moved) == "user.last_administrator"
        assert User.objects.get(pk=only.pk).is_active and only.permission_sets.count() == 1

    def test_set_that_makes_administrators_keeps_its_right(self, only: User) -> None:
        own = permission_sets.create({"code": "ADMIN", "name": "x", "permissions": ["api.admin"]})
        permission_sets.give({"username": "only", "permission_set": "ADMIN", "company": None})
        permission_sets.revoke(only, permission_set="SUPER", company=None)
        assert code_of(permission_sets.change, own, {"permissions": ["api.read"]}) == "user.last_administrator"

    def test_may_go_when_there_is_another(self, only: User, company: Company) -> None:
        local = user("local")
        permission_sets.give({"username": "local", "permission_set": "SUPER", "company": company.pk})
        assert code_of(users.delete, only) == "user.last_administrator"
        permission_sets.give({"username": "local", "permission_set": "SUPER", "company": uuid.UUID(int=0)})
        users.delete(only)
        assert not User.objects.filter(pk=only.pk).exists() and local.is_active


class TestPermissionSets:
    def test_renamed_set_stays_with_its_users(self) -> None:
        own = permission_sets.create({"code": "desk", "name": "Desk", "permissions": ["api.read:contacts"]})
        anna = user("anna")
        permission_sets.give({"username": "ANNA", "permission_set": "desk"})
        permission_sets.change(own, {"code": "front"}, 1)
        assert anna.permission_sets.get().permission_set_id == "FRONT"
        assert rights_of(anna, None) == {"api.read:contacts"}

    def test_refusals_name_code_and_field(self) -> None:
        user("anna")
        shipped = PermissionSet.objects.get(code="SUPER")
        assert code_of(permission_sets.change, shipped, {"name": "x"}) == "permission_set.built_in"
        assert code_of(permission_sets.delete, shipped) == "permission_set.built_in"
        assert code_of(permission_sets.create, {"code": "SUPER", "name": "x"}) == "already_exists"
        assert code_of(permission_sets.create, {"code": "", "name": "x"}) == "field_required"
        assert code_of(permission_sets.create, {"code": "C" * 21}) == "value_too_long"
        assert code_of(permission_sets.create, {"code": "X", "permissions": ["api.read", 7]}) == "value_invalid"
        for values, field in (
            ({"username": "nobody", "permission_set": "SUPER"}, "username"),
            ({"username": "anna", "permission_set": "NONE"}, "permission_set"),
            ({"username": "anna", "permission_set": "SUPER", "company": uuid.uuid4()}, "company"),
        ):
            with pytest.raises(DomainError) as refused:
                permission_sets.give(values)
            assert (refused.value.code, refused.value.field) == ("not_found", field)

    def test_set_is_given_once_in_a_place(self) -> None:
        user("anna")
        values = {"username": "anna", "permission_set": "CRM-READ", "company": None}
        permission_sets.give(values)
        assert code_of(permission_sets.give, values) == "already_exists"


class TestAccessKeys:
    def test_everybody_makes_and_ends_keys_of_his_own(self) -> None:
        anna, bert = user("anna"), user("bert")
        with acting(as_user(anna)):
            record = access_keys.create({"name": "Sync"})
            key = drawn(record.pk)
            with pytest.raises(PermissionDenied):
                access_keys.create({"username": "bert"})
        assert len(key) == 44 and drawn(record.pk) == ""
        assert access_keys.user_of_access_key("anna", key) == anna
        with acting(as_user(bert)):
            for verb in (lambda: access_keys.delete(record), lambda: access_keys.change(record, {"name": "x"})):
                with pytest.raises(PermissionDenied):
                    verb()
        with acting(as_user(anna)):
            access_keys.delete(record)
        assert access_keys.user_of_access_key("anna", key) is None

    def test_last_day_is_not_in_the_past_and_digest_cannot_be_entered(self) -> None:
        anna = user("anna")
        yesterday = timezone.localdate() - dt.timedelta(days=1)
        with acting(as_user(anna)):
            assert code_of(access_keys.create, {"expires_on": yesterday}) == "value_invalid"
            assert code_of(access_keys.create, {"digest": "0" * 64}) == "field_unknown"

    def test_use_is_noted_once_a_minute(self) -> None:
        anna = user("anna")
        key = access_keys.new_access_key(anna)

        def used() -> dt.datetime | None:
            access_keys.user_of_access_key("anna", key)
            return AccessKey.objects.get(user=anna).last_used_at

        first = used()
        assert first is not None and used() == first
        AccessKey.objects.update(last_used_at=first - dt.timedelta(seconds=61))
        assert (used() or first) > first


class TestCompanies:
    def test_company_is_made_changed_and_deleted_by_its_values(self) -> None:
        identity = uuid.uuid4()
        made = actions.create({"name": "Nord AS", "setup_data": "Empty"}, {"id": identity})
        assert (made.pk, made.ready) == (identity, True)
        changed = actions.change(made, {"display_name": "Nord"}, made.version)
        assert (changed.name, str(changed)) == ("Nord AS", "Nord")
        actions.delete(changed, changed.version)
        assert not Company.objects.filter(pk=identity).exists()

    def test_unknown_setup_data_and_missing_right_are_refused(self) -> None:
        assert code_of(actions.create, {"name": "X", "setup_data": "full"}) == "value_invalid"
        with acting(as_user(user("anna"))), pytest.raises(PermissionDenied):
            actions.create({"name": "X"})
