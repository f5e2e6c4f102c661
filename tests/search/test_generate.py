"""Generated contacts are what the rules would have stored."""

from __future__ import annotations

import pytest
from django.db.models import F

from tuttava.contacts.generate import generate_contacts
from tuttava.contacts.models import Contact, ContactMailingGroup, MailingGroup
from tuttava.contacts.search import search_ids
from tuttava.foundation.context import acting
from tuttava.foundation.errors import PermissionDenied
from tuttava.foundation.models import JournalChange
from tuttava.foundation.records import create
from tuttava.foundation.search_tokens import search_text_of, tokens_of

pytestmark = pytest.mark.usefixtures("company")


def test_fifth_of_the_contacts_are_companies_and_the_rest_their_people() -> None:
    seen: list[tuple[int, int]] = []
    assert generate_contacts(2000, seed=7, progress=lambda done, total: seen.append((done, total))) == 2000
    companies = Contact.objects.filter(type="company")
    assert companies.count() == 400 and Contact.objects.filter(type="person").count() == 1600
    assert not companies.exclude(company_id=F("id")).exists()
    people = Contact.objects.filter(type="person", company__isnull=False)
    assert not people.exclude(company_no=F("company__no"), company_name=F("company__name")).exists()
    assert Contact.objects.filter(type="person", company=None).count() == 192
    assert seen == [(2000, 2000)]


def test_derived_columns_are_those_of_the_rules() -> None:
    generate_contacts(300)
    for contact in Contact.objects.all():
        assert contact.search_tokens == tokens_of(contact)
        assert contact.search_text == search_text_of(contact)
        assert contact.search_email == contact.email.upper()
        assert contact.phone_no_normalised.startswith("+") or not contact.phone_no
        assert max(len(contact.name), len(contact.company_name)) <= 100
        contact.full_clean(exclude=["contact_business_relation", "search_tokens", "pinned_fields"])


def test_same_seed_gives_the_same_contacts_and_a_second_run_adds_to_the_first() -> None:
    generate_contacts(100, seed=3)
    first = list(Contact.objects.order_by("no").values_list("name", "city", "mobile_phone_no", "email"))
    assert generate_contacts(100, seed=3) == 100
    second = list(Contact.objects.order_by("no").values_list("name", "city", "mobile_phone_no", "email")[100:])
    assert second == first and Contact.objects.filter(no="G0000200").exists()


def test_large_load_rebuilds_the_indexes(monkeypatch: pytest.MonkeyPatch) -> None:
    from django.db import connection

    monkeypatch.setattr("tuttava.contacts.generate._REBUILD_FROM", 100)
    with connection.cursor() as cursor:
        before = set(connection.introspection.get_constraints(cursor, "contacts_contact"))
        generate_contacts(100)
        assert set(connection.introspection.get_constraints(cursor, "contacts_contact")) == before
    contact = Contact.objects.filter(type="person").first()
    assert contact is not None and search_ids(contact.no) == [contact.pk]


def test_generated_contacts_have_groups_but_no_history() -> None:
    create(MailingGroup, {"code": "TESTNEWS"})
    before = JournalChange.objects.filter(record_type="contacts.contact").count()
    generate_contacts(300)
    assert ContactMailingGroup.objects.exists()
    assert JournalChange.objects.filter(record_type="contacts.contact").count() == before


def test_only_administrators_generate() -> None:
    with acting(rights=frozenset({"api.read", "api.write"})), pytest.raises(PermissionDenied):
        generate_contacts(1)
