"""Cells of text files that a spreadsheet may open: what it would run as a formula is written as text.

Every file with cells that leaves the product goes through :func:`neutral`; :func:`plain` is the way back in.
"""

from __future__ import annotations

import re

#: Behind these signs a spreadsheet looks for a formula.
_SIGNS = ("=", "+", "-", "@", "\t", "\r")
# Signed numbers and phone numbers name no function and no cell. A second plus could only be a sum.
_HARMLESS = re.compile(r"[+-](?:[0-9][0-9 ()./-]*)?", re.ASCII)


def neutral(text: str) -> str:
    """``text`` that no spreadsheet takes for a formula: an apostrophe stands before what could be one."""
    return f"'{text}" if text.startswith(_SIGNS) and not _HARMLESS.fullmatch(text) else text


def plain(text: str) -> str:
    """``text`` without the apostrophe that :func:`neutral` puts before it."""
    return text[1:] if text[:1] == "'" and text[1:].startswith(_SIGNS) else text
