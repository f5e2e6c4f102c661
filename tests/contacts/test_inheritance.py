"""What people take from their company, when linked and when it changes (C-29 to C-34, C-39, C-82)."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.contacts.register import change, country, firm, fresh, language, person, salesperson, setup, territory
from tuttava.contacts.actions import (
    change_company,
    create_person,
    inherit_from_company,
    new_person_of,
    pin_field,
    reattach_field,
)
from tuttava.contacts.models import Contact, MarketingSetup
from tuttava.contacts.rules.inheritance import (
    ADDRESS,
    ADDRESS_BLOCK,
    COMMUNICATION,
    FOLLOWED,
    SINGLE,
    following,
    inheritance_of,
    people_affected,
)
from tuttava.foundation.bulk_edit import set_code
from tuttava.foundation.context import acting
from tuttava.foundation.errors import DomainError

pytestmark = pytest.mark.usefixtures("company")

PLACE = {"address": "Kaigaten 1", "post_code": "9990", "city": "Vågstad", "county": "Vest"}


def house(**values: Any) -> Contact:
    """A company with something in every group of inherited fields."""
    return firm(
        **{
            **{
                "salesperson_code": salesperson("JO"),
                "territory_code": territory("VEST"),
                "country_code": country("NO"),
            },
            **{"language_code": language("DE", "de-DE"), "phone_no": "55 10 20 30", "home_page": "fjord.example"},
            **PLACE,
            **values,
        }
    )


def no_inheritance() -> None:
    setup(**dict.fromkeys((*SINGLE.values(), "inherit_address_details", "inherit_communication_details"), False))


def test_person_created_in_a_company_starts_with_its_data() -> None:  # C-6, C-29
    company = house(email="post@fjord.example", correspondence_type="hard_copy", fax_no="1")
    anna = create_person(company, {"name": "Anna Berg"})
    for name in (*SINGLE, *ADDRESS_BLOCK, *COMMUNICATION, "correspondence_type"):
        assert getattr(anna, name) == getattr(company, name), name
    assert (anna.company_id, anna.company_no, anna.company_name) == (company.pk, company.no, "Fjord AS")
    assert anna.phone_no_normalised == "+4755102030"
    assert anna.search_email == "POST@FJORD.EXAMPLE"


def test_form_for_a_new_person_is_filled_before_it_is_saved() -> None:  # C-6
    draft = new_person_of(house())
    assert (draft.type, draft.city, draft.company_name, draft.no) == ("person", "Vågstad", "Fjord AS", "")
    assert not Contact.objects.filter(pk=draft.pk).exists()


def test_never_inherited_fields_stay_blank() -> None:  # C-33
    company = house(
        name_2="East", email_2="b@fjord.example", registration_number="123", vat_registration_no="NO123456785MVA"
    )
    anna = person(company)
    assert (anna.name_2, anna.email_2, anna.registration_number, anna.vat_registration_no) == ("", "", "", "")


def test_typed_values_win_over_inherited_ones() -> None:  # C-29, C-39
    anna = person(house(), language_code=language("NL"), phone_no="99", salesperson_code=salesperson("PU"))
    assert (anna.language_code, anna.phone_no, anna.salesperson_code) == ("NL", "99", "PU")
    assert anna.city == "Vågstad"


def test_own_address_typed_keeps_the_company_address_out() -> None:  # C-29
    anna = person(house(), address="Hjemveien 2")
    assert (anna.address, anna.post_code, anna.city, anna.county) == ("Hjemveien 2", "", "", "")


def test_saved_values_are_overwritten_when_linked_later_but_never_with_blank() -> None:  # C-29, C-39
    anna = person(territory_code=territory("NORD"), language_code=language("NL"), salesperson_code=salesperson("PU"))
    anna = change_company(anna, house(territory_code=""))
    assert (anna.language_code, anna.salesperson_code) == ("DE", "JO")
    assert anna.territory_code == "NORD"


def test_filled_address_and_communication_survive_linking_later() -> None:  # C-29, C-39
    anna = person(address="Hjemveien 2", city="Bø", phone_no="99", correspondence_type="hard_copy")
    anna = change_company(anna, house(correspondence_type="email"))
    assert (anna.address, anna.city, anna.county) == ("Hjemveien 2", "Bø", "")
    assert (anna.phone_no, anna.home_page, anna.correspondence_type) == ("99", "fjord.example", "hard_copy")


def test_what_came_from_the_old_company_is_replaced_by_the_new_one() -> None:  # C-29
    anna = person(house(), fax_no="own")
    other = firm(name="Fjell AS", address="Toppen 3", city="Geilo", post_code="9991")
    anna = change_company(anna, other)
    assert (anna.address, anna.post_code, anna.city, anna.county) == ("Toppen 3", "9991", "Geilo", "")
    assert (anna.phone_no, anna.home_page, anna.fax_no) == ("", "", "own")
    assert anna.phone_no_normalised == ""


def test_correspondence_type_none_counts_as_blank() -> None:  # C-29
    anna = person(correspondence_type="none")
    assert change_company(anna, house(correspondence_type="hard_copy")).correspondence_type == "hard_copy"


def test_flags_off_means_only_the_company_name_comes_along() -> None:  # C-34
    no_inheritance()
    setup(default_language_code=None)
    anna = person(house())
    assert anna.company_name == "Fjord AS"
    assert {getattr(anna, name) for name in (*ADDRESS_BLOCK, *COMMUNICATION, "language_code")} <= {"", None}


def test_changed_company_takes_along_exactly_the_people_who_follow() -> None:  # C-30, C-31
    company = house()
    follows, moved, phoned = person(company), person(company, address="Hjemveien 2"), person(company, phone_no="99")
    before = fresh(moved).last_modified_at
    change(company, address="Nygaten 5", county="Sør", phone_no="55 99 99 99", language_code=language("NL"))
    assert (fresh(follows).address, fresh(follows).county, fresh(follows).phone_no) == (
        "Nygaten 5",
        "Sør",
        "55 99 99 99",
    )
    assert fresh(follows).phone_no_normalised == "+4755999999"
    assert (fresh(moved).address, fresh(moved).county, fresh(moved).phone_no) == ("Hjemveien 2", "", "55 99 99 99")
    assert (fresh(phoned).address, fresh(phoned).phone_no) == ("Nygaten 5", "99")
    assert fresh(moved).language_code == "NL"
    assert fresh(moved).last_modified_at > before


def test_county_alone_follows_although_it_is_not_compared() -> None:  # C-30
    company = house()
    anna = change(person(company), county="Other")
    change(company, county="Sør")
    assert fresh(anna).county == "Sør"


def test_blank_follows_blank_and_changed_back_follows_again() -> None:  # C-31
    company = house(fax_no="")
    anna, ida = person(company), change(person(company), home_page="own.example")
    change(ida, home_page="fjord.example")
    change(company, fax_no="7", home_page="new.example")
    assert (fresh(anna).fax_no, fresh(ida).home_page) == ("7", "new.example")


def test_correspondence_type_is_not_passed_on_by_saving() -> None:  # C-30
    company = house(correspondence_type="hard_copy")
    anna = person(company)
    change(company, correspondence_type="email")
    assert fresh(anna).correspondence_type == "hard_copy"


def test_person_keeps_a_pinned_value_that_equals_the_company_s() -> None:  # C-31
    company = house()
    anna = pin_field(person(company), "phone_no")
    assert inheritance_of(anna)["phone_no"] == "pinned"
    change(company, phone_no="1")
    assert fresh(anna).phone_no == "55 10 20 30"


def test_pinning_one_part_of_the_address_pins_the_address() -> None:  # C-31
    company = house()
    anna = pin_field(person(company), "city")
    change(company, address="Nygaten 5")
    assert fresh(anna).address == "Kaigaten 1"
    assert {inheritance_of(fresh(anna))[name] for name in ADDRESS_BLOCK} == {"pinned"}


def test_pinned_value_stays_when_the_company_changes_for_another() -> None:  # C-31
    anna = pin_field(person(house()), "language_code")
    assert change_company(anna, firm(name="B", language_code=language("NL"))).language_code == "DE"


def test_reattached_field_takes_the_company_value_and_follows_again() -> None:  # C-31
    company = house()
    anna = pin_field(person(company, phone_no="99"), "phone_no")
    anna = reattach_field(anna, "phone_no")
    assert (anna.phone_no, anna.phone_no_normalised, anna.pinned_fields) == ("55 10 20 30", "+4755102030", [])
    change(company, phone_no="1")
    assert fresh(anna).phone_no == "1"


def test_marks_tell_which_values_follow() -> None:  # C-31
    company = house()
    marks = inheritance_of(person(company, phone_no="99", address="Hjemveien 2"))
    assert (marks["phone_no"], marks["address"], marks["city"], marks["language_code"]) == (
        *("own", "own", "own", "company"),
    )
    assert inheritance_of(company) == {} and inheritance_of(person()) == {}


def test_inherit_again_replaces_own_values_too() -> None:  # C-24
    anna = person(house(), phone_no="99", address="Hjemveien 2", fax_no="7")
    anna = inherit_from_company(anna)
    assert (anna.phone_no, anna.address, anna.city, anna.fax_no) == ("55 10 20 30", "Kaigaten 1", "Vågstad", "")


def test_inherit_again_can_be_limited_to_fields() -> None:  # C-24
    anna = person(house(), phone_no="99", address="Hjemveien 2")
    anna = inherit_from_company(anna, ["phone_no"])
    assert (anna.phone_no, anna.address) == ("55 10 20 30", "Hjemveien 2")
    with pytest.raises(DomainError) as refused:
        inherit_from_company(anna, ["name_2"])
    assert refused.value.code == "value_invalid"


@pytest.mark.parametrize("act", [lambda c: pin_field(c, "city"), inherit_from_company])
def test_company_cannot_inherit(act: Any) -> None:  # C-24
    with pytest.raises(DomainError) as refused:
        act(firm())
    assert refused.value.code == "contact.wrong_type"


def test_number_of_people_who_will_change_is_known_before_saving() -> None:  # C-31
    company = house()
    person(company), person(company, phone_no="99"), person(company, address="Hjemveien 2"), person()
    pin_field(person(company), "address")
    assert people_affected(company, {"phone_no": "1"}) == 3
    assert people_affected(company, {"address": "Nygaten 5"}) == 2
    assert people_affected(company, {"name": "Fjell AS"}) == 4
    assert people_affected(company, {"name_2": "East"}) == 0
    assert fresh(company).phone_no == "55 10 20 30"


def test_company_name_reaches_all_people_and_their_search() -> None:  # C-18, C-30
    no_inheritance()
    company = house()
    anna = pin_field(person(company), "phone_no")
    change(company, name="Strandkompaniet AS")
    assert fresh(anna).company_name == "Strandkompaniet AS"
    assert "^strandkompaniet" in fresh(anna).search_tokens


def test_many_companies_changed_at_once_each_take_their_own_people_along(
    django_assert_max_num_queries: Any,
) -> None:  # C-30 to C-32
    setup(inherit_territory_code=True)
    old, new = territory("OLD"), territory("NEW")
    companies = [house(name=f"Firm {number}", territory_code=old, phone_no=f"55 10 20 {number}") for number in range(8)]
    followers = [person(name="F", company_no=company.no) for company in companies for _each in range(2)]
    own = [person(name="O", company_no=company.no, territory_code=territory("OWN")) for company in companies]
    pinned = person(name="P", company_no=companies[0].no)
    pin_field(pinned, "territory_code")
    moved = house(name="Other", territory_code=old)
    stranger = person(name="S", company_no=moved.no)
    with acting(), django_assert_max_num_queries(20):
        set_code(Contact.objects.filter(pk__in=[company.pk for company in companies]), "territory_code", new)
    assert {fresh(each).territory_code for each in followers} == {new}
    assert {fresh(each).territory_code for each in own} == {"OWN"}
    assert (fresh(pinned).territory_code, fresh(stranger).territory_code) == (old, old)
    assert {fresh(each).phone_no for each in followers} == {company.phone_no for company in companies}


def test_five_hundred_people_take_a_fixed_number_of_statements(django_assert_max_num_queries: Any) -> None:  # C-32
    company = house()
    Contact.objects.bulk_create(
        [
            Contact(no=f"B{n}", type="person", name="Anna", company=company, company_no=company.no, **PLACE)
            for n in range(500)
        ]
    )
    with django_assert_max_num_queries(38):
        change(company, address="Nygaten 5", name="Fjell AS")
    assert Contact.objects.filter(company_name="Fjell AS", address="Nygaten 5", type="person").count() == 500


values = st.fixed_dictionaries({name: st.sampled_from(["", "a", "b"]) for name in ("name", *FOLLOWED)})
everything = MarketingSetup()


@given(values, values, values)
def test_only_values_equal_to_the_old_ones_follow(person: Any, old: Any, new: Any) -> None:  # C-30, C-31
    taken = following(person, [], old, new, everything)
    for name in (*SINGLE, *COMMUNICATION):
        assert (name in taken) == (person[name] == old[name] != new[name])
    same_address = all(person[name] == old[name] for name in ADDRESS)
    assert {name for name in ADDRESS_BLOCK if name in taken} == {
        name for name in ADDRESS_BLOCK if same_address and old[name] != new[name]
    }


@given(values, values, values)
def test_change_and_change_back_leaves_a_follower_as_it_was(person: Any, old: Any, new: Any) -> None:  # C-31
    there = {**person, **following(person, [], old, new, everything)}
    back = {**there, **following(there, [], new, old, everything)}
    followed = [name for name in (*SINGLE, *COMMUNICATION) if person[name] == old[name]]
    assert all(back[name] == person[name] for name in followed)


@given(values, values, values, st.sets(st.sampled_from(FOLLOWED)))
def test_pinned_fields_never_follow(person: Any, old: Any, new: Any, pinned: set[str]) -> None:  # C-31
    assert not pinned & following(person, pinned, old, new, everything).keys()


@given(values, values)
def test_follower_equals_the_company_afterwards(old: Any, new: Any) -> None:  # C-30
    person = {**old, **following(old, [], old, new, everything)}
    assert all(person[name] == new[name] for name in FOLLOWED)
