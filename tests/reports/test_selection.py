"""Which contacts a print-out is about, and where labels go."""

from __future__ import annotations

from dataclasses import replace

import pytest

from tuttava.contacts.models import Contact
from tuttava.foundation.context import acting
from tuttava.foundation.errors import DomainError, PermissionDenied
from tuttava.foundation.records import create
from tuttava.reports.selection import select
from tuttava.reports.sheets import FORMATS, arrange, stylesheet

pytestmark = pytest.mark.usefixtures("company")


@pytest.fixture
def three(company: object) -> list[Contact]:
    rows = [("P100", "Fjord AS", "0150"), ("P200", "Øst AS", "0599"), ("P300", "Berg AS", "5003")]
    return [create(Contact, {"no": no, "name": name, "post_code": code}) for no, name, code in rows]


@pytest.mark.parametrize(
    ("values", "names"),
    [
        ({"no": "P*"}, ["Berg AS", "Fjord AS", "Øst AS"]),
        ({"no": "p100|P300"}, ["Berg AS", "Fjord AS"]),
        ({"no": "P150..P300"}, ["Berg AS", "Øst AS"]),
        ({"no": "..P150", "name": "fj"}, ["Fjord AS"]),
        ({"name": "OST"}, ["Øst AS"]),
        ({"post_code": "01*|5003", "order": "post_code"}, ["Fjord AS", "Berg AS"]),
        ({"search_name": "øst"}, ["Øst AS"]),
        ({"no": "P*", "type": "company", "order": "no"}, ["Fjord AS", "Øst AS", "Berg AS"]),
    ],
)
@pytest.mark.usefixtures("three")
def test_filters_take_ranges_beginnings_and_alternatives(values: dict[str, str], names: list[str]) -> None:
    assert [contact.name for contact in select(values).contacts] == names


def test_chosen_rows_are_printed_whatever_the_filters_say(three: list[Contact]) -> None:
    found = select({"ids": f"{three[0].pk},{three[2].pk}", "no": "P200"})
    assert [contact.no for contact in found.contacts] == ["P300", "P100"]
    assert found.filters == [("Chosen contacts", "2")]


def test_filters_used_are_named_in_words(three: list[Contact]) -> None:
    assert select({"no": "P1*", "type": "company"}).filters == [("Number", "P1*"), ("Type", "Company")]


def test_blocked_contacts_are_left_out_and_counted(three: list[Contact]) -> None:  # C-72
    Contact.objects.filter(pk=three[0].pk).update(privacy_blocked=True)
    found = select({"no": "P*"})
    assert [contact.no for contact in found.contacts] == ["P300", "P200"] and found.left_out == 1


def test_nothing_to_print_is_said(three: list[Contact]) -> None:
    with pytest.raises(DomainError) as refused:
        select({"no": "NOBODY"})
    assert refused.value.code == "report.nothing_selected"


def test_run_is_bounded(three: list[Contact], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("tuttava.reports.selection.MOST_CONTACTS", 2)
    with pytest.raises(DomainError) as refused:
        select({"no": "P*"})
    assert refused.value.code == "report.too_many"


def test_nonsense_instead_of_ids_is_refused() -> None:
    with pytest.raises(DomainError) as refused:
        select({"ids": "1;drop"})
    assert refused.value.code == "value_invalid"


def test_printing_needs_the_right_to_read() -> None:
    with acting(rights=frozenset()), pytest.raises(PermissionDenied):
        select({"no": "P*"})


@pytest.mark.parametrize("name", FORMATS)
def test_usual_sheets_have_seven_rows_and_fit_on_a4(name: str) -> None:
    sheet = FORMATS[name][1]
    height, width = map(int, name.split("x"))
    assert (sheet.rows, sheet.columns) == (7, 210 // width)
    assert (sheet.label_height, sheet.label_width) == (height, width)
    sheet.check()
    assert f"repeat({sheet.columns}, {width}mm)" in stylesheet(sheet)


def test_labels_fill_row_by_row_and_the_last_row_is_padded() -> None:
    sheet = FORMATS["36x70"][1]
    pages = list(arrange([[f"L{number}"] for number in range(25)], sheet))
    assert [len(page) for page in pages] == [21, 6]
    assert pages[0][:4] == [["L0"], ["L1"], ["L2"], ["L3"]]
    assert pages[1] == [["L21"], ["L22"], ["L23"], ["L24"], [], []]


def test_run_starts_at_the_first_free_label() -> None:
    sheet = FORMATS["37x105"][1]
    (page,) = arrange([["A"], ["B"]], sheet, start=4)
    assert page == [[], [], [], ["A"], ["B"], []]


@pytest.mark.parametrize("start", [0, 15])
def test_start_beyond_the_sheet_is_refused(start: int) -> None:
    with pytest.raises(DomainError) as refused:
        list(arrange([["A"]], FORMATS["37x105"][1], start=start))
    assert (refused.value.code, refused.value.field) == ("report.start", "start")


def test_labels_that_do_not_fit_on_the_sheet_are_refused() -> None:
    with pytest.raises(DomainError) as refused:
        list(arrange([["A"]], replace(FORMATS["36x70"][1], label_width=71)))
    assert (refused.value.code, refused.value.field) == ("report.sheet", "label_width")
