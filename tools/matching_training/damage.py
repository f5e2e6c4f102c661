"""What happens to a value when it is entered a second time."""

from __future__ import annotations

import random
import unicodedata

_NEAR = {
    "a": "sqz", "b": "vnh", "c": "xvk", "d": "sfe", "e": "rwd", "f": "gdv", "g": "hfb", "h": "gjn", "i": "uoy", "j": "hkn",
    "k": "jlc", "l": "kop", "m": "n", "n": "mb", "o": "ip0", "p": "ol", "q": "aw", "r": "et", "s": "adz", "t": "ry",
    "u": "iy", "v": "bcw", "w": "evq", "x": "zc", "y": "tui", "z": "xs", "1": "2l", "2": "13", "3": "24", "4": "35",
    "5": "46", "6": "57", "7": "68", "8": "79", "9": "80", "0": "9o",
}  # fmt: skip
_SCANNED = [("m", "rn"), ("l", "1"), ("o", "0"), ("i", "l"), ("s", "5"), ("b", "6"), ("g", "9"), ("e", "c"), ("h", "b"), ("B", "8"), ("n", "ri"), ("d", "cl")]  # fmt: skip
_SOUNDS = [("ph", "f"), ("ck", "k"), ("th", "t"), ("c", "k"), ("z", "s"), ("ei", "ie"), ("y", "i"), ("ie", "y"), ("w", "v"), ("mb", "m"), ("dt", "t"), ("v", "f"), ("x", "ks"), ("sch", "sk"), ("ss", "s"), ("nn", "n"), ("ll", "l"), ("tt", "t"), ("kj", "k"), ("sj", "sh"), ("oo", "o"), ("ee", "e"), ("wr", "r"), ("qu", "k"), ("e", "a"), ("n", "nn"), ("s", "ss"), ("l", "ll"), ("d", "t"), ("j", "g")]  # fmt: skip


def typo(chance: random.Random, text: str) -> str:
    """Return the text with one slip: left out, doubled, wrong, swapped or an extra letter or blank."""
    if len(text) < 2:
        return text
    place = chance.randrange(len(text))
    kind = chance.random()
    if kind < 0.27:
        return text[:place] + text[place + 1 :]
    if kind < 0.52:
        near = _NEAR.get(text[place].lower(), "aeinrst")
        wrong = chance.choice("0123456789") if text[place].isdigit() else chance.choice(near)
        return text[:place] + wrong + text[place + 1 :]
    if kind < 0.74 and place + 1 < len(text):
        return text[:place] + text[place + 1] + text[place] + text[place + 2 :]
    if kind < 0.94:
        extra = chance.choice("0123456789") if text[place].isdigit() else chance.choice("aeioulnrst")
        return text[:place] + extra + text[place:]
    return text[:place] + " " + text[place:] if " " not in text else text.replace(" ", "", 1)


def scanned(chance: random.Random, text: str) -> str:
    """Return the text as a scanner might misread it."""
    fitting = [(old, new) for old, new in _SCANNED if old in text]
    if not fitting:
        return text
    old, new = chance.choice(fitting)
    return text.replace(old, new, 1)


def by_ear(chance: random.Random, text: str) -> str:
    """Return the text spelt as it sounds."""
    fitting = [(old, new) for old, new in _SOUNDS if old in text]
    if not fitting:
        return typo(chance, text)
    old, new = chance.choice(fitting)
    return text.replace(old, new, 1)


def plain(text: str) -> str:
    """Return the text without accents."""
    text = text.translate(str.maketrans({"ø": "o", "Ø": "O", "æ": "ae", "Æ": "Ae", "å": "a", "Å": "A", "ß": "ss"}))
    return "".join(letter for letter in unicodedata.normalize("NFKD", text) if not unicodedata.combining(letter))


def spelt_out(text: str) -> str:
    """Return the text with ø, å, ü in two letters."""
    return text.translate(
        str.maketrans(
            {"ø": "oe", "Ø": "Oe", "æ": "ae", "Æ": "Ae", "å": "aa", "Å": "Aa", "ö": "oe", "ü": "ue", "ä": "ae"}
        )
    )


def misspelt(chance: random.Random, text: str, hard: float) -> str:
    """Return a text changed by one to three slips; `hard` (0..1) makes more of them likely."""
    for _ in range(1 + (chance.random() < hard * 0.5) + (chance.random() < hard * 0.3)):
        kind = chance.random()
        change = typo if kind < 0.6 else by_ear if kind < 0.85 else scanned
        text = change(chance, text)
    return text


def written(chance: random.Random, text: str) -> str:
    """Return the same text in another manner: case, accents, blanks at the ends."""
    kind = chance.random()
    if kind < 0.25:
        return text.upper()
    if kind < 0.45:
        return text.lower()
    if kind < 0.7:
        return plain(text)
    if kind < 0.85:
        return spelt_out(text)
    return f" {text} "


def phone_written(chance: random.Random, number: str, calling: str) -> str:
    """Return a national number in one of the ways people write it."""
    digits = "".join(sign for sign in number if sign.isdigit())
    core = digits.lstrip("0")
    return chance.choice(
        [
            number,
            digits,
            f"+{calling} {core}",
            f"00{calling}{core}",
            f"+{calling}{core}",
            f"({digits[:3]}) {digits[3:]}",
            f"{digits[:3]}-{digits[3:]}",
        ]
    )
