"""Folding and tokens: pure functions, no database."""

from __future__ import annotations

import pytest

from tuttava.contacts.models import Contact
from tuttava.foundation.search_tokens import search_text_of, tokens_of
from tuttava.foundation.text import digits, fold, spellings, words


@pytest.mark.parametrize(
    ("text", "folded"),
    [
        ("Åderøy", "aderoy"),
        ("A\u030aderøy", "aderoy"),
        ("ÆRØ", "aero"),
        ("Straße", "strasse"),
        ("Łódź", "lodz"),
        ("Đorđević", "dordevic"),
        ("İstanbul", "istanbul"),
        ("Ιωάννης", "ιωαννησ"),
        ("Фёдор", "федор"),
        ("שָׁלוֹם", "שלום"),
        ("محـمد", "محمد"),
        ("ﬁne", "fine"),
        ("PLAIN", "plain"),
    ],
)
def test_fold_takes_away_case_and_accents(text: str, folded: str) -> None:
    assert fold(text) == folded


def test_both_spellings_of_nordic_and_german_letters_are_kept() -> None:
    assert spellings("bjørn") == ("bjorn", "bjoern")
    assert spellings("åse") == ("ase", "aase")
    assert spellings("müller") == ("muller", "mueller")
    assert spellings("anna") == ("anna",)


def test_words_are_split_at_punctuation_and_an_emoji_is_a_word() -> None:
    assert words("’s-Hertogenbosch") == ["s", "hertogenbosch"]
    assert words("Ocasio-Cortez, A_B") == ["ocasio", "cortez", "a", "b"]
    assert words("Café 🍰\ufe0f AS") == ["café", "🍰", "as"]


def test_digits_of_other_scripts_are_digits() -> None:
    assert digits("+٤٧ 55") == "4755"


def test_name_gives_words_and_parts_but_other_fields_whole_words_only() -> None:
    tokens = tokens_of(Contact(name="Fjordkraft", city="Bergen"))
    assert {"^fjordkraft", "kraft", "aft", "^bergen"} <= set(tokens)
    assert "bergen" not in tokens and "ergen" not in tokens and "ft" not in tokens


def test_phone_gives_national_number_and_its_reverse() -> None:
    tokens = tokens_of(Contact(phone_no="55 10 20 30", phone_no_normalised="+4755102030"))
    assert tokens == ["=55102030", "~0302015574"]


def test_tokens_hold_no_blank_quote_or_backslash() -> None:
    contact = Contact(no="A' \\B", name="O'Br\\ien", email="o'b\\rien@ex ample.no", home_page="http://it's.no/x y")
    assert not [token for token in tokens_of(contact) if set(token) & set(" '\\")]


def test_search_text_is_the_folded_name_and_never_too_long() -> None:
    assert search_text_of(Contact(name="  Øst-Ås,  Per ")) == "ost as per"
    assert len(search_text_of(Contact(name="ﷺ" * 100))) == 400
