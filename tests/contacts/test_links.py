"""Groups, responsibilities and web sources on contacts."""

from __future__ import annotations

import datetime as dt
from typing import Any

import pytest

from tests.contacts.people import contact, person
from tuttava.contacts.links import contacts_by_code, launch_address, links_of
from tuttava.contacts.models import (
    Contact,
    ContactIndustryGroup,
    ContactJobResponsibility,
    ContactLink,
    ContactMailingGroup,
    ContactWebSource,
    WebSource,
)
from tuttava.foundation import records
from tuttava.foundation.comments import add_comment, comments_of
from tuttava.foundation.errors import DomainError
from tuttava.foundation.records import Edit, rules_of, save_many

pytestmark = pytest.mark.usefixtures("company")
LONG_AGO = dt.datetime(2020, 1, 1, tzinfo=dt.UTC)

LINKS: list[tuple[type[ContactLink], str]] = [
    (ContactIndustryGroup, "RET"),
    (ContactMailingGroup, "NEWS"),
    (ContactJobResponsibility, "IT"),
    (ContactWebSource, "WEB"),
]


def link(model: type[ContactLink], owner: Contact, code: str, **values: Any) -> Any:
    return records.create(model, {"contact": owner, model.code_name: code, **values})


def owner_for(model: type[ContactLink]) -> Contact:
    return person() if model.allowed_type == "person" else contact()


@pytest.mark.parametrize(("model", "code"), LINKS)
def test_a_contact_has_a_code_once_and_the_code_must_exist(model: type[ContactLink], code: str) -> None:  # C-88
    owner = owner_for(model)
    link(model, owner, code)
    for bad, key in ((code, "already_exists"), ("", "field_required"), ("NOPE", "not_found")):
        with pytest.raises(DomainError) as refused:
            link(model, owner, bad)
        assert refused.value.code == key


@pytest.mark.parametrize(("model", "code"), [row for row in LINKS if row[0].allowed_type])
def test_wrong_type_is_refused_in_single_and_in_batch_saves(model: type[ContactLink], code: str) -> None:  # C-88
    wrong = contact() if model.allowed_type == "person" else person()
    with pytest.raises(DomainError) as refused:
        link(model, wrong, code)
    assert refused.value.code == "contact.wrong_type"
    row = model(contact=wrong, **{f"{model.code_name}_code": code})
    with pytest.raises(DomainError) as refused:
        save_many([Edit(row, rules_of(model))])
    assert refused.value.code == "contact.wrong_type"


def test_mailing_groups_fit_companies_and_persons() -> None:  # C-88
    assert link(ContactMailingGroup, contact(), "NEWS") and link(ContactMailingGroup, person(), "NEWS")


@pytest.mark.parametrize(("model", "code"), LINKS)
def test_adding_and_removing_a_link_counts_and_touches(model: type[ContactLink], code: str) -> None:  # C-80, C-89
    owner = owner_for(model)
    before = contacts_by_code(model, [code]).get(code, 0)
    Contact.objects.filter(pk=owner.pk).update(last_modified_at=LONG_AGO)
    added = link(model, owner, code)
    assert contacts_by_code(model, [code])[code] == before + 1
    assert Contact.objects.get(pk=owner.pk).last_modified_at > LONG_AGO
    Contact.objects.filter(pk=owner.pk).update(last_modified_at=LONG_AGO)
    records.delete(added)
    assert contacts_by_code(model, [code]).get(code, 0) == before
    assert Contact.objects.get(pk=owner.pk).last_modified_at > LONG_AGO


def test_company_links_opened_from_a_person_are_those_of_the_company() -> None:  # C-90
    firm, anna, loner = contact(), person(), person()
    Contact.objects.filter(pk=anna.pk).update(company=firm)
    anna.refresh_from_db()
    link(ContactIndustryGroup, firm, "RET")
    link(ContactJobResponsibility, anna, "IT")
    assert [row.industry_group_code for row in links_of(anna, ContactIndustryGroup)] == ["RET"]
    assert [row.job_responsibility_code for row in links_of(anna, ContactJobResponsibility)] == ["IT"]
    assert not links_of(loner, ContactIndustryGroup)
    Contact.objects.filter(pk=anna.pk).update(company=None)


def test_web_source_opens_with_the_encoded_search_word() -> None:  # C-93
    WebSource.objects.create(code="FIND", url="https://find.example/?q=%1&lang=en")
    found = link(ContactWebSource, contact(name="Fjord & Sønn"), "FIND", search_word="A/B & Ø")
    assert launch_address(found) == "https://find.example/?q=A%2FB%20%26%20%C3%98&lang=en"


def test_search_word_is_the_company_name_unless_given() -> None:  # C-93
    WebSource.objects.create(code="FIND", url="https://find.example/%1")
    assert launch_address(link(ContactWebSource, contact(name="Fjord"), "FIND")) == "https://find.example/Fjord"


def test_web_source_without_address_is_refused() -> None:  # C-93
    WebSource.objects.create(code="BLANK")
    with pytest.raises(DomainError) as refused:
        launch_address(link(ContactWebSource, contact(), "BLANK"))
    assert refused.value.code == "web_source.no_url"


@pytest.mark.parametrize("url", ["javascript:alert(%1)", "ftp://a.example/%1", "find.example", "data:text/html,x"])
def test_only_http_and_https_are_accepted(url: str) -> None:  # C-93
    with pytest.raises(DomainError) as refused:
        records.create(WebSource, {"code": "EVIL", "url": url})
    assert refused.value.field == "url"
    WebSource.objects.create(code="OLD", url=url)
    with pytest.raises(DomainError):
        launch_address(link(ContactWebSource, contact(), "OLD"))


def test_deleting_a_web_source_deletes_its_comments() -> None:  # C-93
    source = records.create(WebSource, {"code": "GONE", "url": "https://a.example"})
    add_comment("web_source", source.pk, "Costs money")
    records.delete(source)
    assert not comments_of("web_source", source.pk)
