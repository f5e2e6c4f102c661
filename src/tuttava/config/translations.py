"""Compiles the translation catalogues (``.po``) that the package carries; no gettext tools are needed.

``make venv`` runs this as a module, and every command runs it before Django starts; a catalogue that is up to date
costs two ``stat`` calls.
"""

from __future__ import annotations

import os
from pathlib import Path

PACKAGE = Path(__file__).resolve().parent.parent


def stale_catalogues() -> list[Path]:
    """The ``.po`` files whose ``.mo`` is missing or older."""
    return [
        source
        for source in sorted(PACKAGE.glob("**/locale/*/LC_MESSAGES/*.po"))
        if not source.with_suffix(".mo").exists() or source.with_suffix(".mo").stat().st_mtime < source.stat().st_mtime
    ]


def compile_catalogues() -> int:
    """Compile what is stale and return how many; an installation that cannot be written to keeps what it has."""
    done = 0
    for source in stale_catalogues():
        from babel.messages.mofile import write_mo
        from babel.messages.pofile import read_po

        with source.open("rb") as text:
            catalogue = read_po(text, locale=source.parent.parent.name)
        unfinished = source.with_suffix(f".{os.getpid()}.tmp")
        try:
            with unfinished.open("wb") as compiled:
                write_mo(compiled, catalogue)
            unfinished.replace(source.with_suffix(".mo"))
        except OSError:
            return done
        done += 1
    return done


if __name__ == "__main__":
    compile_catalogues()
