"""Companies: created, copied and deleted as a whole, and closed to each other."""

from __future__ import annotations

import pytest
from django.db import connection, transaction

from tuttava.foundation import jobs, records
from tuttava.foundation.context import acting
from tuttava.foundation.directory.actions import (
    company_created,
    copy_company,
    create_company,
    delete_company,
    rename_company,
)
from tuttava.foundation.directory.models import Company
from tuttava.foundation.directory.permission_sets import grant
from tuttava.foundation.directory.users import create_user
from tuttava.foundation.errors import DomainError, PermissionDenied
from tuttava.foundation.models import Job, JobStatus, JournalChange, Territory
from tuttava.foundation.schemas import in_schema, pending_migrations


def schemas() -> set[str]:
    with connection.cursor() as cursor:
        cursor.execute("SELECT nspname FROM pg_namespace WHERE nspname LIKE 'c\\_%'")
        return {row[0] for row in cursor.fetchall()}


def contents(schema: str) -> dict[str, list[str]]:
    """Every row of every table of a company, as text."""
    found: dict[str, list[str]] = {}
    with connection.cursor() as cursor:
        cursor.execute("SELECT table_name FROM information_schema.tables WHERE table_schema = %s", [schema])
        for (table,) in cursor.fetchall():
            if table != "django_migrations":
                cursor.execute(f'SELECT t::text FROM "{schema}"."{table}" t ORDER BY 1')
                found[table] = [row[0] for row in cursor.fetchall()]
    return found


@pytest.mark.usefixtures("company")
class TestCreating:
    def test_new_company_has_all_tables_and_nothing_of_another(self) -> None:
        records.create(Territory, {"code": "HERE"})
        made = create_company(name="Second", setup_data="empty")
        assert made.ready and pending_migrations(made.schema) == 0
        with in_schema(made.schema):
            assert not Territory.objects.exists()
            records.create(Territory, {"code": "THERE"})
            assert JournalChange.objects.filter(record_type="foundation.territory").count() == 1
        assert not Territory.objects.filter(code="THERE").exists()

    def test_taken_name_is_refused_whatever_its_case(self) -> None:
        with pytest.raises(DomainError) as refused:
            create_company(name=" test COMPANY ", setup_data="empty")
        assert (refused.value.code, refused.value.field) == ("already_exists", "name")

    @pytest.mark.parametrize(("name", "code"), [("", "field_required"), ("x" * 61, "value_too_long")])
    def test_bad_name_is_refused_at_the_field(self, name: str, code: str) -> None:
        with pytest.raises(DomainError) as refused:
            create_company(name=name)
        assert (refused.value.code, refused.value.field) == (code, "name")

    def test_names_that_look_alike_get_addresses_of_their_own(self) -> None:
        first, second = (create_company(name=name, setup_data="empty") for name in ("Ås & Sønn", "Ås, Sønn"))
        assert (first.slug, second.slug) == ("as-sonn", "as-sonn-2")

    def test_creation_that_fails_leaves_nothing(self) -> None:
        before = schemas()

        def fail(**_arguments: object) -> None:
            raise RuntimeError("killed")

        company_created.connect(fail)
        try:
            with pytest.raises(RuntimeError):
                create_company(name="Broken", setup_data="empty")
        finally:
            company_created.disconnect(fail)
        assert schemas() == before
        assert not Company.objects.filter(name="Broken").exists()

    def test_renamed_company_keeps_its_address(self, company: Company) -> None:
        slug = company.slug
        renamed = rename_company(company, name="New name", display_name="")
        assert (renamed.name, renamed.slug) == ("New name", slug)


@pytest.mark.usefixtures("company")
class TestCopying:
    def test_copy_holds_every_row_and_goes_its_own_way(self, company: Company) -> None:
        records.create(Territory, {"code": "ONE", "name": "first"})
        copied = copy_company(company, name="The copy")
        assert contents(copied.schema) == contents(company.schema)
        with in_schema(copied.schema):
            records.change(Territory.objects.get(code="ONE"), {"name": "changed"})
            newest = JournalChange.objects.latest("id")
            assert newest.new == {"name": "changed"}
        assert Territory.objects.get(code="ONE").name == "first"
        assert not JournalChange.objects.filter(new={"name": "changed"}).exists()

    def test_waiting_work_is_not_done_twice(self, company: Company) -> None:
        jobs.job("test.copy")(lambda run: None)
        jobs.enqueue("test.copy", "Once")
        copied = copy_company(company, name="The copy")
        with in_schema(copied.schema):
            assert Job.objects.get(title="Once").status == JobStatus.CANCELED
        assert Job.objects.get(title="Once").status == JobStatus.QUEUED


@pytest.mark.usefixtures("company")
class TestDeleting:
    def test_deleted_company_is_gone_with_its_tables(self) -> None:
        made = create_company(name="Short-lived", setup_data="empty")
        delete_company(made)
        assert made.schema not in schemas()
        assert not Company.objects.filter(name="Short-lived").exists()

    def test_rolled_back_deletion_keeps_everything(self) -> None:
        made = create_company(name="Survivor", setup_data="empty")
        with pytest.raises(RuntimeError), transaction.atomic():
            delete_company(made)
            raise RuntimeError
        assert made.schema in schemas()


@pytest.mark.usefixtures("company")
class TestRights:
    def test_without_the_right_nobody_creates_copies_or_deletes(self, company: Company) -> None:
        with acting(rights=frozenset({"api.read", "api.write"})):
            for verb in (
                lambda: create_company(name="No"),
                lambda: copy_company(company, name="No"),
                lambda: delete_company(company),
            ):
                with pytest.raises(PermissionDenied):
                    verb()
        assert company.schema in schemas()

    def test_right_given_in_one_company_does_not_reach_the_others(self, company: Company) -> None:
        user = create_user(username="local", password=None)
        grant(user, permission_set="SUPER", company=company)
        with acting(user_id=str(user.pk), rights=frozenset({"*"})), pytest.raises(PermissionDenied):
            delete_company(create_other())


def create_other() -> Company:
    with acting(user_id="", rights=frozenset({"*"})):
        return create_company(name="Other", setup_data="empty")
