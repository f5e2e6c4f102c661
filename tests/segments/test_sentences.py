"""Steps read as sentences, and what people choose becomes an expression and comes back as they chose it."""

from __future__ import annotations

import pytest
from django.utils import translation
from pytest_django import DjangoAssertNumQueries

from tests.segments.making import make_company, make_person
from tuttava.segments import sentences
from tuttava.segments.conditions import Condition, condition_of, expression, filters_of
from tuttava.segments.criteria_log import Options, Step
from tuttava.segments.selecting import Filters

pytestmark = pytest.mark.usefixtures("company")

TOLD: list[tuple[Filters, str]] = [
    ({}, "contacts"),
    (
        {
            "contact": {"type": "Company", "city": "@Oslo"},
            "mailingGroup": {"mailingGroupCode": "NEWS"},
            "withoutInteractionLogEntry": {"date": "workdate-3M.."},
        },
        "companies in Oslo, in mailing group Newsletter (NEWS), without an interaction in the last 3 months",
    ),
    ({"contact": {"type": "Person", "jobTitle": "@*manager*"}}, "people whose job title contains manager"),
    (
        {"contact": {"countryCode": "NO|SE", "salespersonCode": "''"}},
        "contacts in Norway (NO) or Sweden (SE), salesperson is blank",
    ),
    ({"withoutMailingGroup": {"mailingGroupCode": "<>''"}}, "contacts in no mailing group"),
    ({"withoutMailingGroup": {"mailingGroupCode": "NEWS"}}, "contacts not in mailing group Newsletter (NEWS)"),
    ({"interactionLogEntry": {"date": "<workdate-1Y"}}, "contacts with an interaction more than a year ago"),
    ({"interactionLogEntry": {"date": "2026-01-31.."}}, "contacts with an interaction since 31 Jan 2026"),
    (
        {"interactionLogEntry": {"evaluation": "Positive|VeryPositive", "attemptFailed": "false"}},
        "contacts with an interaction (evaluation is Positive or Very positive and attempt failed is no)",
    ),
    ({"valueEntry": {"postingDate": "..2026-01-31"}}, "contacts with trade in items up to 31 Jan 2026"),
    ({"contact": {"name": "A*&<>*AS"}}, "contacts whose name fits “A*&<>*AS”"),
]  # fmt: skip


@pytest.mark.parametrize(("filters", "words"), TOLD)
def test_filters_read_as_a_sentence(filters: Filters, words: str) -> None:  # S-33
    with translation.override("en"):
        assert sentences.who(filters) == words


def test_whole_segment_reads_as_one_sentence() -> None:  # S-33
    steps = [
        Step("add", {"contact": {"type": "Company"}}),
        Step("reduce", {"withoutBusinessRelation": {"businessRelationCode": "<>''"}}),
        Step("refine", {"contact": {"city": "@Oslo"}}, Options(entire_companies=True)),
    ]
    with translation.override("en"):
        told = sentences.tell_steps(steps)
        whole = sentences.sentence(steps)
    assert [each.text for each in told] == [
        "Add companies",
        "Remove contacts without a business relation",
        "Keep only contacts in Oslo",
    ]
    assert told[2].options == ("with everybody of the same company",)
    assert whole == "companies – minus contacts without a business relation – of these only contacts in Oslo"


def test_lines_by_hand_name_the_contact_unless_it_is_hidden(django_assert_num_queries: DjangoAssertNumQueries) -> None:
    """S-31, S-33"""
    firm, person = make_company(name="Berg AS"), make_person(name="Kari Li")
    steps = [Step("add", {"contact": {"no": f"'{each.no}'"}}) for each in (firm, person)]
    with translation.override("en"), django_assert_num_queries(1):
        assert [each.who for each in sentences.tell_steps(steps)] == [f"Berg AS ({firm.no})", f"Kari Li ({person.no})"]


def test_many_steps_are_told_with_the_same_queries(django_assert_num_queries: DjangoAssertNumQueries) -> None:  # S-33
    steps = [Step("add", {"mailingGroup": {"mailingGroupCode": code}}) for code in ("NEWS", "MOVE", "X-CARD")] * 40
    with django_assert_num_queries(1):
        sentences.tell_steps(steps)
    with translation.override("en"):
        assert sentences.sentence(steps).endswith("and 108 more steps")


CHOSEN = [
    (Condition("contact", "city", "is", ("Oslo",)), "@Oslo"),
    (Condition("contact", "city", "contains", ("berg",)), "@*berg*"),
    (Condition("contact", "name", "is", ("Berg & Co",)), "@'Berg & Co'"),
    (Condition("contact", "name", "not", ("A|B", "C")), "<>@'A|B'&<>@C"),
    (Condition("contact", "salespersonCode", "is", ("JO", "AL")), "JO|AL"),
    (Condition("contact", "salespersonCode", "blank"), "''"),
    (Condition("contact", "email", "filled"), "<>''"),
    (Condition("contact", "type", "is", ("Person",)), "Person"),
    (Condition("contact", "minor", "no"), "false"),
    (Condition("interactionLogEntry", "date", "last", ("3", "M")), "workdate-3M.."),
    (Condition("interactionLogEntry", "date", "ago", ("2", "Y"), True), "<workdate-2Y"),
    (Condition("interactionLogEntry", "date", "between", ("2026-01-01", "today")), "2026-01-01..today"),
    (Condition("interactionLogEntry", "costLcy", "from", ("12.5",)), "12.5.."),
    (Condition("contact", "name", "fits", ("A*&<>*AS",)), "A*&<>*AS"),
]


@pytest.mark.parametrize(("condition", "text"), CHOSEN)
def test_choice_becomes_an_expression_and_comes_back(condition: Condition, text: str) -> None:  # S-40
    assert expression(condition) == text
    assert condition_of(condition.entity, condition.field, text, without=condition.without) == condition


def test_special_characters_in_a_part_of_a_text_stand_for_any() -> None:  # S-40
    assert expression(Condition("contact", "name", "contains", ("Berg & Co",))) == "@*Berg ? Co*"


def test_two_conditions_on_one_field_must_both_hold() -> None:  # S-40
    both = [Condition("contact", "city", "is", ("Oslo", "Bergen")), Condition("contact", "city", "not", ("Bergen",))]
    assert filters_of(both) == {"contact": {"city": "@Oslo&<>@Bergen|@Bergen&<>@Bergen"}}


def test_incomplete_conditions_say_nothing_yet() -> None:  # S-40
    empty = [Condition("contact", "city", "is", ("",)), Condition("interactionLogEntry", "date", "last", ("", "M"))]
    assert filters_of(empty) == {}


def test_room_above_has_words_of_its_own(monkeypatch: pytest.MonkeyPatch) -> None:  # S-33
    monkeypatch.setitem(sentences._tellers, "mailingGroup", lambda found: f"Letters: {found[0].values[0]}")
    monkeypatch.setitem(sentences._tellers, "industryGroup", lambda found: "")
    filters = {"mailingGroup": {"mailingGroupCode": "NEWS"}, "industryGroup": {"industryGroupCode": "<>''"}}
    with translation.override("en"):
        assert sentences.who(filters) == "contacts Letters: NEWS, in an industry group"
