"""What a condition may name and compare (A-46), whatever it says: C and not(C) split the set (A-45)."""

from __future__ import annotations

import pytest
from django.db import connection
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.api.expressions.register import Register, found, numbers
from tests.api.expressions.sets import CONTACTS, SERVICE
from tuttava.api.expressions import ExpressionError, after, condition, order_by, order_keys, parse
from tuttava.contacts.models import Contact
from tuttava.foundation.context import acting

REFUSED: list[tuple[str, int, str]] = [
    ("nosuch eq 1", 1, "nosuch"),
    ("city eq nosuch", 9, "nosuch"),
    ("City eq 'x'", 1, "City"),
    ("pk eq 1", 1, "pk"),
    ("name eq 'x'", 1, "name"),
    ("company__name eq 'x'", 1, "company__name"),
    ("id__in in ('x')", 1, "id__in"),
    ("search_tokens ne null", 1, "search_tokens"),
    ("__class__ eq 1", 1, "__class__"),
    ("_meta/model eq 1", 1, "_meta"),
    ("company/pk eq 1", 9, "pk"),
    ("company/people__name eq 1", 9, "people__name"),
    ("$it/pk eq 1", 5, "pk"),
    ("$it/$it/city eq 'a'", 5, "$it"),
    ("$it eq null", 1, "$it"),
    ("$root/contacts eq null", 1, "$root"),
    ("salesperson eq null", 1, "salesperson"),
    ("people eq null", 1, "people"),
    ("absent/any()", 1, "absent"),
    ("absent/city eq 'a'", 1, "absent"),
    ("secret eq 'x'", 1, "secret"),
    ("hidden eq 'x'", 1, "hidden"),
    ("figure gt 1", 1, "figure"),
    ("photo ne null", 1, "photo"),
    ("pinned eq 'x'", 1, "pinned"),
    ("people/any(x:x/secret eq 'a')", 16, "secret"),
    ("people/any(x:x/pk eq 'a')", 16, "pk"),
    ("people/any(x:x eq null)", 14, "x"),
    ("people/any(x:y/city eq 'a')", 14, "y"),
    ("people/any(x:true) and x/city eq 'a'", 24, "x"),
    ("people/city eq 'a'", 1, "people"),
    ("salesperson/any()", 1, "salesperson"),
    ("company/company/company/company/company/city eq 'a'", 1, ""),
    ("foo(city) eq 1", 1, "foo"),
    ("Length(city) eq 1", 1, "Length"),
    ("pg_sleep(1)", 1, "pg_sleep"),
    ("length() eq 1", 1, ""),
    ("length(city,city) eq 1", 1, ""),
    ("now(1) gt changed", 1, ""),
    ("contains(city)", 1, ""),
    ("substring(city) eq 'a'", 1, ""),
    ("blocked eq 'abc'", 12, "blocked"),
    ("blocked eq 1", 12, "blocked"),
    ("city eq 5", 9, "city"),
    ("city eq true", 9, "city"),
    ("city eq 2024-01-01", 9, "city"),
    ("city in ('a', 5)", 15, "city"),
    ("id eq 'abc'", 7, "id"),
    ("id eq 5", 7, "id"),
    ("id eq city", 4, ""),
    ("changed eq 'abc'", 12, "changed"),
    ("changed gt 2024-01-01", 12, "changed"),
    ("type eq 'Nonsense'", 9, "type"),
    ("type eq Microsoft.NAV.other'Person'", 9, "type"),
    ("type eq 77", 9, "type"),
    ("type eq relation", 6, ""),
    ("city eq Microsoft.NAV.contactType'Person'", 9, "city"),
    ("length(city) eq '5'", 17, ""),
    ("length(blocked) eq 5", 8, ""),
    ("length(5) eq 5", 8, ""),
    ("year(city) eq 5", 6, ""),
    ("tolower(type) eq 'a'", 9, ""),
    ("contains(blocked,'a')", 10, "blocked"),
    ("contains(city,5)", 15, ""),
    ("substring(city,1.5) eq 'a'", 16, ""),
    ("city add 1 eq 2", 6, ""),
    ("changed add changed eq changed", 9, ""),
    ("changed mul 2 eq changed", 9, ""),
    ("-city eq 'a'", 1, ""),
    ("city", 1, ""),
    ("5", 1, ""),
    ("length(city)", 1, ""),
    ("not city", 5, ""),
    ("people/$count", 8, ""),
    ("city and blocked", 1, ""),
    ("matchespattern(city,city)", 21, ""),
    ("matchespattern(city,'(')", 21, ""),
    ("matchespattern(city,'(a)\\1')", 21, ""),
    ("matchespattern(city,'***=a')", 21, ""),
    ("matchespattern(city,'(?i)a')", 21, ""),
    ("matchespattern(city,'((a{100}){100}){100}')", 21, ""),
    ("matchespattern(city,'[[:foo:]]')", 21, ""),
    ("matchespattern(city,'a*+')", 21, ""),
    (f"matchespattern(city,'{'a' * 251}')", 21, ""),
    ("replace(replace(replace(jobTitle,'x','" + "y" * 99 + "'),'y',jobTitle),'y',jobTitle) eq 'a'", 1, ""),
]


@pytest.mark.parametrize(("text", "position", "target"), REFUSED, ids=[each[0][:50] for each in REFUSED])
def test_what_may_not_be_named_or_compared_is_refused(
    register: Register, text: str, position: int, target: str
) -> None:
    with pytest.raises(ExpressionError) as caught:
        condition(SERVICE, CONTACTS, parse(text))
    assert (caught.value.position, caught.value.target) == (position, target)


def test_refusal_comes_before_any_data_is_read(register: Register, django_assert_num_queries: object) -> None:
    with django_assert_num_queries(0), pytest.raises(ExpressionError):  # type: ignore[operator]
        condition(SERVICE, CONTACTS, parse("people/any(x:x/city eq 5) and contains(city,'a')"))


def test_largest_conditions_are_answered(register: Register) -> None:
    many = [f"(city eq 'Oslo' and number eq '{at}')" for at in range(1998)]
    assert numbers(" or ".join([*many, "minor", "city eq '_'"])) == {"C005", "C006", "C008"}
    assert numbers(" or ".join(f"number eq 'C{at:03}'" for at in range(2, 2002))) == set(register.rows) - {"C001"}
    assert numbers(f"number in ({','.join(repr(str(at)) for at in range(4999))},'C001')") == {"C001"}
    assert found("(" * 99 + "city eq 'Oslo'" + ")" * 99) == {"C002"}
    assert found("not(" * 98 + "city eq 'Oslo'" + ")" * 98) == {"C002"}
    assert found("tolower(" * 99 + "city" + ")" * 99 + " eq 'oslo'") == {"C002"}
    assert found("concat('a'," * 99 + "city" + ")" * 99 + f" eq '{'a' * 99}Oslo'") == {"C002"}
    nested = "city eq 'Oslo'"
    for at in range(98):
        nested = f"({nested} {'or' if at % 2 else 'and'} not(blocked eq {'true' if at % 2 else 'false'}))"
    assert len(found(f"{nested}")) > 0


def test_deepest_calculation_inside_deepest_nesting_is_answered(register: Register) -> None:
    text = "length(" + "concat('a'," * 95 + "city" + ")" * 96 + " add 1" * 100 + " gt 195"
    assert found(text) == {row.number for row in register.rows.values() if row.city}


@pytest.mark.parametrize(
    "text",
    [
        "minor or not(" * 100 + "blocked" + ")" * 100,
        "minor or (blocked and (" * 50 + "blocked" + "))" * 50,
        "(minor eq not " * 100 + "blocked" + ")" * 100,
        "(" * 100 + "minor" + " in (blocked, minor))" * 100,
        "(" * 100 + "minor" + " gt blocked)" * 100,
        "substring('abc',length(" * 50 + "city" + "))" * 50 + " eq 'a'",
        "changed" + " add duration'P1D'" * 100 + " gt changed",
        "changed" + " sub duration'P1D'" * 98 + " gt now() add (changed sub now())",
        "-(" * 99 + "length(city)" + ")" * 99 + " gt 1",
    ],
    ids=lambda text: text[:25],
)
def test_deepest_nesting_needs_neither_a_deep_stack_nor_long_sql(register: Register, text: str) -> None:
    rows = Contact.objects.filter(condition(SERVICE, CONTACTS, parse(text)))
    assert len(rows.query.sql_with_params()[0]) < 50_000
    assert 0 <= rows.count() <= len(register.rows)


def plan(query: str, parameters: object) -> str:
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL enable_seqscan = off")
        cursor.execute(f"EXPLAIN {query}", parameters)
        return "\n".join(row[0] for row in cursor.fetchall())


@pytest.mark.parametrize(
    ("text", "index"),
    [
        ("number eq 'c001'", "Index Cond: ((no)"),
        ("number in ('c001','c002')", "Index Cond: ((no)"),
        ("startswith(number,'c00')", "Index Cond: (((no)"),
        ("startswith(tolower(displayName),'fj')", "Index Cond: ((lower((name)"),
        ("displayName gt 'fj'", "Index Cond: (lower((name)"),
        ("changed gt 2024-01-01T00:00:00Z", "Index Cond: (last_modified_at"),
        ("changed eq 2024-01-01T00:00:00Z", "Index Cond: ((last_modified_at"),
        ("not(changed le 2024-01-01T00:00:00Z)", "Index Cond: (last_modified_at"),
        ("salespersonCode eq 'JO'", "Index Cond: ((salesperson_code)"),
        ("companyId eq 5d115c9c-44e3-ea11-bb43-000d3a2feca1", "Index Cond: (company_id"),
        ("mailingGroups/any(g:g/code eq 'WIRE')", "contactmailinggroup"),
    ],
)
def test_bare_comparisons_are_served_by_indexes(register: Register, text: str, index: str) -> None:
    rows = Contact.objects.filter(condition(SERVICE, CONTACTS, parse(text))).order_by()
    assert index in plan(*rows.query.sql_with_params())


def test_next_page_is_served_by_the_index_of_its_order(register: Register) -> None:
    keys = order_keys(SERVICE, CONTACTS, "displayName")
    rows = Contact.objects.filter(after(keys, ["fjord as", "Fjord AS", register.rows["C001"].id]))
    assert "Index Cond: (lower((name)" in plan(*rows.order_by(*order_by(keys))[:10].query.sql_with_params())


_TEXTS = ["city", "displayName", "salespersonCode", "salesperson/name", "company/city", "tolower(city)", "shout", "''"]
_TEXTS += ["'Bergen'", "'b'", "null", "'JO'", "concat(city,jobTitle)", "substring(displayName,1)", "number"]
_NUMBERS = ["length(city)", "salesperson/commission", "people/$count", "company/people/$count", "0", "-2", "1.5"]
_NUMBERS += ["year(changed)", "length(city) div people/$count", "indexof(city,'e') mod 2", "null"]
_MOMENTS = ["changed", "company/changed", "2024-02-29T10:20:30.517Z", "now()", "null", "changed add duration'-P1D'"]
_OPERATORS = st.sampled_from(["eq", "ne", "gt", "ge", "lt", "le"])
_MARKS = ["blocked", "minor", "salesperson/blocked", "company/minor", "mailingGroups/any()", "people/all(p:p/minor)"]
_MARKS += ["people/any(p:p/city eq city)", "type eq 'Person'", "relation gt 'None'", "relation eq null", "true", "null"]


def comparison(values: list[str]) -> st.SearchStrategy[str]:
    value = st.sampled_from(values)
    listed = st.lists(value, min_size=1, max_size=3).map(", ".join)
    return st.one_of(
        st.builds("{} {} {}".format, value, _OPERATORS, value), st.builds("{} in ({})".format, value, listed)
    )


_TESTS = st.builds(
    "{}({},{})".format,
    st.sampled_from(["contains", "startswith", "endswith"]),
    st.sampled_from(_TEXTS),
    st.sampled_from(_TEXTS),
)
CONDITIONS = st.recursive(
    st.one_of(comparison(_TEXTS), comparison(_NUMBERS), comparison(_MOMENTS), _TESTS, st.sampled_from(_MARKS)),
    lambda inner: st.one_of(
        st.builds("({} and {})".format, inner, inner),
        st.builds("({} or {})".format, inner, inner),
        st.builds("not ({})".format, inner),
        st.builds("({}) {} ({})".format, inner, st.sampled_from(["eq", "ne"]), inner),
        st.builds("people/any(v:{})".format, inner),
        st.builds("company/people/all(v:{})".format, inner),
    ),
    max_leaves=6,
)


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(CONDITIONS)
def test_condition_and_its_opposite_split_the_set(register: Register, text: str) -> None:
    found(text)


def test_rows_hidden_by_the_target_set_are_absent(register: Register) -> None:
    with acting(rights=frozenset({"api.read:contacts", "api.read:salespeople"})):
        assert found("salesperson/code eq 'AL'") == {"C002"}
