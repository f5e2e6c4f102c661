"""The contact, or the company, that typed text means."""

from __future__ import annotations

from typing import Any

import pytest

from tests.contacts.people import change, contact, person
from tuttava.contacts.lookup import resolve_company
from tuttava.contacts.models import Contact
from tuttava.contacts.resolving import resolve_contact
from tuttava.foundation.context import Context, acting, current
from tuttava.foundation.errors import DomainError, QuestionsPending

pytestmark = pytest.mark.usefixtures("company")


def named(name: str, **values: Any) -> Contact:
    return contact(name=name, **values)


def test_blank_text_means_nothing() -> None:  # C-66
    assert resolve_contact("  ") is None


def test_number_goes_before_name() -> None:  # C-66
    first = named("Other", no="Q100")
    named("Q100")
    assert resolve_contact("q100") == first


def test_exact_case_goes_before_equal_ignoring_case() -> None:  # C-66
    lower, upper = named("aaa"), named("AAA")
    assert resolve_contact("aaa") == lower and resolve_contact("AAA") == upper
    named("Solo Firm")
    assert resolve_contact("SOLO firm").name == "Solo Firm"  # type: ignore[union-attr]


@pytest.mark.parametrize("typed", ["o'brien ltd", "O’BRIEN LTD", "O`Brien Ltd"])
def test_apostrophe_matches_any_one_character(typed: str) -> None:  # C-66
    found = named("O´Brien Ltd")
    assert resolve_contact(typed) == found


def test_beginning_of_name_or_number_with_accents_folded() -> None:  # C-66
    found = named("Åderøy Kraft AS", no="ZZ777")
    named("Kraft Åderøy AS")
    assert resolve_contact("aderoy kr") == found
    assert resolve_contact("zz7") == found


def test_several_beginnings_are_ambiguous_with_ranked_candidates() -> None:  # C-66
    second, first = named("Vinje Sport AS"), named("Vinje Bygg AS")
    with pytest.raises(DomainError) as refused:
        resolve_contact("vinje")
    assert refused.value.code == "contact.ambiguous"
    assert [detail.code for detail in refused.value.details] == [first.no, second.no]
    assert [detail.target for detail in refused.value.details] == [str(first.pk), str(second.pk)]


def test_a_person_chooses_among_several_and_may_cancel() -> None:  # C-66
    first, second = named("Vinje Bygg AS"), named("Vinje Sport AS")
    with acting(Context(interactive=True)):
        with pytest.raises(QuestionsPending) as pending:
            resolve_contact("vinje")
        assert [value for value, _words in pending.value.questions[0].choices] == [first.no, second.no]
        current().answers["q_contact"] = second.no
        assert resolve_contact("vinje") == second
        current().answers["q_contact"] = ""
        assert resolve_contact("vinje") is None


@pytest.mark.parametrize(
    ("values", "typed"),
    [
        ({"city": "Utviken"}, "utvik"),
        ({"post_code": "68797"}, "68797"),
        ({"phone_no": "55 97 10 31", "country": "NO"}, "+47 55971031"),
        ({"mobile_phone_no": "91 97 10 31"}, "919-71031"),
        ({"email": "post@bryggen.example"}, "post@bryggen.example"),
        ({"external_id": "EXT-4711"}, "ext-4711"),
        ({"name": "Nordre Bryggekontor"}, "kontor"),
    ],
)
def test_text_inside_one_contacts_fields_finds_it(values: dict[str, str], typed: str) -> None:  # C-66
    from tests.contacts.people import country

    country("NO")
    found = contact(**values)
    named("Something Else")
    assert resolve_contact(typed) == found


def test_several_matches_inside_are_ambiguous_and_end_the_search() -> None:  # C-66
    named("Nordre Brygge")
    named("Søndre Brygge")
    with pytest.raises(DomainError) as refused:
        resolve_contact("brygge")
    assert refused.value.code == "contact.ambiguous" and len(refused.value.details) == 2


@pytest.mark.parametrize(
    ("typed", "hit"),
    [
        ("Fjordkraft Notd AS", True),
        ("Fjordkarft Nord AS", True),
        ("Xjordkraft Nord AS", True),
        ("Fjordkraft Nord", True),
        ("Fjxxxxaft Nord AS", False),
        ("Fjor", True),
        ("Fjoe", False),
    ],
)
def test_similar_names_within_one_edit_for_five_letters(typed: str, hit: bool) -> None:  # C-66
    found = named("Fjordkraft Nord AS")
    assert resolve_contact(typed) == (found if hit else None)


def test_short_similar_name_with_one_wrong_letter() -> None:  # C-66
    found = named("Solbu")
    assert resolve_contact("Solby") == found


def test_of_equally_similar_names_the_newest_number_is_taken() -> None:  # C-66
    named("Fjordkraft A", no="N1")
    newer = named("Fjordkraft B", no="N2")
    assert resolve_contact("Fjordkraft C") == newer


def test_unknown_text_finds_nothing() -> None:  # C-66
    named("Fjord AS")
    assert resolve_contact("Completely different words") is None


def test_hidden_contact_is_found_by_number_only() -> None:  # C-66, C-72
    anna = person(name="Qvist Zander", privacy_blocked=True)
    with acting(rights=frozenset({"api.read"})):
        for typed in ("Qvist Zander", "qvist", "zander", "Qvist Zandar"):
            assert resolve_contact(typed) is None
        assert resolve_contact(anna.no) == anna
    assert resolve_contact("Qvist Zander") == anna


def test_typed_text_costs_few_queries(django_assert_max_num_queries: Any) -> None:  # C-66
    for number in range(30):
        named(f"Bulkfirma {number:02}")
    with django_assert_max_num_queries(30):
        resolve_contact("nothing like it at all")


def test_company_number_and_name_go_first_and_persons_never_match() -> None:  # C-67
    firm = named("Berg Handel AS", no="CO1")
    anna = person(name="Berg Handel AS", no="PE1")
    assert resolve_company("co1") == firm
    assert resolve_company("berg handel as") == firm
    with pytest.raises(DomainError) as refused:
        resolve_company(anna.no)
    assert refused.value.code == "contact.select_existing"


def test_company_is_found_by_one_beginning_or_one_field() -> None:  # C-67
    firm = named("Haugtun Handel AS", city="Utviken")
    assert resolve_company("haugt") == firm
    assert resolve_company("utviken") == firm


def test_several_or_no_companies_need_a_choice() -> None:  # C-67
    first, second = named("Haugtun Bygg"), named("Haugtun Sport")
    with pytest.raises(DomainError) as refused:
        resolve_company("haugtun")
    assert refused.value.code == "contact.select_existing"
    assert {detail.code for detail in refused.value.details} == {first.no, second.no}
    with pytest.raises(DomainError) as refused:
        resolve_company("no such firm")
    assert refused.value.code == "contact.select_existing"
    with acting(Context(interactive=True)), pytest.raises(QuestionsPending):
        resolve_company("haugtun")


def test_changed_name_is_found_at_once() -> None:  # C-66
    firm = named("Old Name AS")
    change(firm, name="Brand New AS")
    assert resolve_contact("Brand New AS") == firm and resolve_contact("Old Name AS") is None
