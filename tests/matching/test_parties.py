"""Who is the same and who only looks like it, on cards as people keep them."""

from __future__ import annotations

import pytest

from tests.matching.cards import Card, crowd, scores_within

BASE = crowd(400)
OLA: Card = {
    "kind": "person", "first_name": "Ola", "surname": "Nordmann", "address": "Bjørkeveien 14", "post_code": "7014",
    "city": "Trondheim", "phone": "73 51 22 33", "mobile_phone": "951 22 334", "email": "ola.nordmann@gmail.com",
    "birth_date": "1971-03-09",
}  # fmt: skip
CHAIN: Card = {
    "kind": "company", "name": "Kaffekjeden AS", "address": "Torggata 2", "post_code": "0181", "city": "Oslo",
    "phone": "22 11 00 99", "email": "torggata@kaffekjeden.no", "home_page": "www.kaffekjeden.no",
}  # fmt: skip


@pytest.mark.parametrize(
    "again",
    [
        {"first_name": "OLA", "surname": "NORDMANN", "phone": "+47 73512233"},
        {"first_name": "Nordmann", "surname": "Ola", "birth_date": "09.03.1971"},
        {"first_name": "Ola", "surname": "Nordman", "email": "ola.nordmann@gmail.com"},
        {
            "first_name": "O.",
            "surname": "Nordmann",
            "address": "Bjørkevn. 14",
            "city": "Trondheim",
            "mobile_phone": "95122334",
        },
        {"first_name": "Ola", "surname": "Nordmann", "phone": "95122334", "city": "Trondheim"},
    ],
)
def test_person_entered_a_second_time_is_recognised(again: Card) -> None:  # D-27
    assert scores_within([OLA, {"kind": "person", **again}], BASE)[0] > 0.5


def test_those_who_live_or_work_with_a_person_are_others() -> None:  # D-27
    home = {name: OLA[name] for name in ("kind", "address", "post_code", "city", "phone", "surname")}
    wife = home | {"first_name": "Kari", "birth_date": "1973-11-20", "email": "kari.nordmann@gmail.com"}
    assert scores_within([OLA, wife], BASE)[0] < 0.5
    work = {"kind": "person", "phone": "22 00 11 22", "email": "info@stor.no", "address": "Havnegata 1", "city": "Moss"}
    one = work | {"first_name": "Liv", "surname": "Aasen"}
    other = work | {"first_name": "Geir", "surname": "Bugge"}
    assert scores_within([one, other], BASE)[0] < 0.5


def test_son_and_twins_are_others() -> None:  # D-27
    son = {**OLA, "first_name": "Magnus", "birth_date": "1999-06-01", "email": "magnus.nordmann@gmail.com"}
    assert scores_within([OLA, {**son, "mobile_phone": "468 10 200"}], BASE)[0] < 0.5
    twin = {**OLA, "first_name": "Kristian", "email": "kristian.nordmann@gmail.com", "mobile_phone": "468 10 300"}
    assert scores_within([{**OLA, "birth_date": ""}, {**twin, "birth_date": ""}], BASE)[0] < 0.5


def test_namesakes_at_one_office_are_others() -> None:  # D-27
    office = {
        "kind": "person", "company_name": "Gemeente Westerhaven", "phone": "040 555 0000", "city": "Eindhoven",
        "address": "Markt 1", "post_code": "5611 EC",
    }  # fmt: skip
    kuipers = {**office, "first_name": "Bram", "surname": "Kuipers"}
    crew = [{**office, "first_name": name, "surname": name + "sen"} for name in ("Rik", "Jop", "Tess", "Lotte")]
    same_surname = {**office, "first_name": "Femke", "surname": "Kuipers"}
    same_given = {**office, "first_name": "Bram", "surname": "Verhoeven"}
    assert scores_within([kuipers, same_surname, same_given], BASE + crew).max() < 0.5
    again = {**office, "first_name": "B.", "surname": "Kuipers", "email": "b.kuipers@westerhaven.nl"}
    assert scores_within([{**kuipers, "email": "b.kuipers@westerhaven.nl"}, again], BASE + crew)[0] > 0.5


def test_changed_surname_is_bridged_by_a_number_of_ones_own() -> None:  # D-27
    before = {"kind": "person", "first_name": "Signe", "surname": "Lyngby", "mobile_phone": "20 55 66 77"}
    after = {**before, "surname": "Østergaard", "birth_date": "1984-05-02"}
    other = {**after, "mobile_phone": "31 22 33 44"}
    scores = scores_within([before, after, other], BASE)
    assert scores[0] > 10 * scores[1]


def test_branches_of_a_chain_are_different_companies() -> None:  # D-27
    branch = CHAIN | {
        "address": "Strandgata 40", "post_code": "4005", "city": "Stavanger", "phone": "51 88 77 66",
        "email": "strandgata@kaffekjeden.no",
    }  # fmt: skip
    again = CHAIN | {"name": "Kaffekjeden", "address": "Torggt. 2", "email": ""}
    scores = scores_within([CHAIN, branch, again], BASE)
    assert scores[0] < 0.5 < scores[1]


def test_agreement_on_a_rare_value_weighs_more_than_on_a_common_one() -> None:  # D-26
    common = [{"kind": "person", "first_name": "Jan", "surname": "Hansen", "city": "Oslo"} for _ in range(60)]
    rare = {"kind": "person", "first_name": "Tancred", "surname": "Wiborg-Ibsen", "city": "Oslo"}
    usual = {"kind": "person", "first_name": "Jan", "surname": "Hansen", "city": "Oslo"}
    assert scores_within([rare, rare], BASE + common)[0] > scores_within([usual, usual], BASE + common)[0]


def test_company_and_person_are_never_the_same() -> None:
    assert scores_within([OLA, {"kind": "company", "name": "Ola Nordmann", "phone": OLA["phone"]}], BASE)[0] == 0
