"""How contacts are greeted."""

from __future__ import annotations

from typing import Any

import pytest

from tests.contacts.people import person
from tuttava.contacts.models import Contact, Salutation, SalutationFormula
from tuttava.contacts.salutations import merge_salutation, preview, salutation, without_salutation
from tuttava.foundation import records
from tuttava.foundation.errors import DomainError
from tuttava.foundation.models import Language

pytestmark = pytest.mark.usefixtures("company")


@pytest.fixture(autouse=True)
def _codes(company: object) -> None:
    Salutation.objects.create(code="DEAR")
    for code in ("DE", "DE-AT", "EN"):
        Language.objects.get_or_create(code=code)


def formula(text: str, *names: str, language: str | None = None, kind: str = "formal", code: str = "DEAR") -> None:
    values: dict[str, Any] = {f"name_{place}": name for place, name in enumerate(names, 1)}
    records.create(
        SalutationFormula,
        {"salutation_ref": code, "language": language, "salutation_type": kind, "salutation": text, **values},
    )


def anna(**values: Any) -> Contact:
    made = person(**{"salutation": "DEAR", **values})
    parts = {"first_name": "Anna", "middle_name": "", "surname": "Berg", "job_title": "CEO", "initials": "AB"}
    Contact.objects.filter(pk=made.pk).update(**{**parts, **{k: v for k, v in values.items() if k in parts}})
    made.refresh_from_db()
    return made


NAMES = ("first_name", "middle_name", "surname")


@pytest.mark.parametrize(
    ("values", "text"),
    [
        ({}, "Dear Anna Berg,"),
        ({"middle_name": "Maria"}, "Dear Anna Maria Berg,"),
        ({"surname": ""}, "Dear Anna,"),
        ({"first_name": "", "surname": ""}, "Dear,"),
    ],
)
def test_blank_names_leave_no_gaps(values: dict[str, str], text: str) -> None:  # C-62
    formula("Dear %1 %2 %3,", *NAMES)
    assert salutation(anna(**values)) == text


def test_every_name_part_can_be_used() -> None:  # C-62
    formula("%1/%2/%3/%4/%5", "job_title", "initials", "company_name", "surname", "none")
    made = anna()
    made.company_name = "Fjord AS"
    assert salutation(made) == "CEO/AB/Fjord AS/Berg/"


def test_signs_in_a_name_are_not_taken_for_placeholders() -> None:  # C-62
    formula("Dear %1 %2,", "first_name", "surname")
    assert salutation(anna(first_name="%2", surname="50%")) == "Dear %2 50%,"


def test_text_is_cut_at_260_characters() -> None:  # C-62
    formula("%1%1%1%1%1%1%1%1%1%1%1%1", "first_name")
    assert len(salutation(anna(first_name="x" * 30))) == 260


def test_missing_formula_and_empty_text_stop_with_kind_language_and_contact() -> None:  # C-61
    made = anna(language="EN")
    with pytest.raises(DomainError) as refused:
        salutation(made, "informal")
    assert refused.value.code == "salutation.missing_formula"
    for part in ("Informal", "EN", made.no):
        assert part in str(refused.value)
    formula("", kind="informal")
    with pytest.raises(DomainError) as refused:
        salutation(made, "informal")
    assert refused.value.code == "salutation.empty_text"


def test_language_falls_back_to_base_language_and_then_to_none() -> None:  # C-61, C-63
    formula("Hello", language=None)
    austrian = anna(language="DE-AT")
    assert salutation(austrian) == merge_salutation(austrian) == "Hello"
    formula("Hallo", language="DE")
    assert salutation(austrian) == "Hallo"
    formula("Servus", language="DE-AT")
    assert salutation(austrian) == merge_salutation(austrian) == "Servus"
    assert salutation(austrian, language="EN") == "Hello"
    assert salutation(austrian, language="de") == "Hallo"


def test_merge_field_stays_empty_instead_of_stopping_the_job() -> None:  # C-63
    assert merge_salutation(anna()) == ""
    assert merge_salutation(Contact(no="X")) == ""


def test_preview_lists_every_formula_of_the_salutation() -> None:  # C-64
    formula("Dear %1", "first_name")
    formula("Hei %1", "first_name", language="DE", kind="informal")
    assert [(line.language, line.kind, line.text) for line in preview(anna())] == [
        ("", "formal", "Dear Anna"),
        ("DE", "informal", "Hei Anna"),
    ]
    assert preview(Contact(no="X")) == []


def test_contacts_without_salutation_are_listed_before_a_mailing() -> None:  # C-63
    formula("Hallo", language="DE")
    Salutation.objects.create(code="ANY")
    formula("Hello", code="ANY")
    greeted = [
        anna(language="DE-AT"),
        anna(language="DE"),
        anna(salutation="ANY"),
        anna(salutation="ANY", language="EN"),
    ]
    lacking = [anna(language="EN"), anna(), anna(salutation="")]
    Contact.objects.filter(pk=lacking[2].pk).update(salutation=None)
    made = Contact.objects.filter(pk__in=[each.pk for each in greeted + lacking])
    assert set(without_salutation(made)) == set(lacking)


def test_deleting_a_salutation_deletes_its_formulas() -> None:  # C-65
    formula("Hello")
    records.delete(Salutation.objects.get(code="DEAR"))
    assert not SalutationFormula.objects.filter(salutation_ref__code="DEAR").exists()


def test_one_formula_for_each_salutation_language_and_kind() -> None:  # C-61
    formula("Hello")
    with pytest.raises(DomainError) as refused:
        formula("Hello again")
    assert refused.value.code == "already_exists"
