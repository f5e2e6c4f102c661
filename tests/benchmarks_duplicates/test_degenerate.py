"""Bases on which naive searches take for ever are what their names say."""

from __future__ import annotations

import pytest
from benchmarks.duplicates import degenerate


@pytest.fixture(autouse=True)
def small(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(degenerate, "SIZE", 1000)


def test_half_of_the_contacts_have_one_mail() -> None:
    mails = degenerate.one_mail()["email"]
    assert (mails == "info@example.com").sum() == 500
    assert mails.n_unique() > 200


def test_everybody_is_called_test() -> None:
    frame = degenerate.one_name()
    assert frame["name"].unique().to_list() == ["Test"]
    assert frame["surname"].null_count() == len(frame)


def test_empty_contacts_have_no_field() -> None:
    frame = degenerate.empty()
    assert len(frame) > 900
    assert all(frame[name].null_count() == len(frame) for name in frame.columns)


def test_one_card_is_entered_often() -> None:
    frame = degenerate.one_card()
    assert len(frame) == 20_000
    assert len(frame.unique()) == 1


def test_names_of_other_scripts_have_no_latin_letter() -> None:
    assert not degenerate.signs()["name"].str.contains("[a-zA-Z]").any()
