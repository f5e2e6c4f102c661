"""The message catalogues: collect what is marked for translation, merge it, and say what is missing.

``python -m tools.messages`` brings ``src/tuttava/locale/*/LC_MESSAGES/django.po`` up to date. Pure Python: templates go
through Django's own ``templatize``, everything else through Babel.
"""

from __future__ import annotations

import io
import re
import sys
from collections.abc import Iterator
from pathlib import Path

from babel.messages.catalog import Catalog
from babel.messages.extract import extract
from babel.messages.pofile import read_po, write_po
from django.conf import settings
from django.utils.translation.template import templatize

SOURCE = Path(__file__).resolve().parent.parent / "src" / "tuttava"
LOCALES = ("nb", "nl", "fi")
KEYWORDS = {
    "_": None,
    "gettext": None,
    "gettext_lazy": None,
    "gettext_noop": None,
    "ngettext": (1, 2),
    "ngettext_lazy": (1, 2),
    "pgettext": ((1, "c"), 2),
    "pgettext_lazy": ((1, "c"), 2),
    "npgettext": ((1, "c"), 2, 3),
}
PLACEHOLDER = re.compile(r"%\([a-z_]+\)[sd]|%%|%[sd]|%\d|\{[a-z_]*\}")


def _messages() -> Iterator[tuple[str | tuple[str, ...], str | None]]:
    for path in sorted(SOURCE.rglob("*.py")):
        if "migrations" not in path.parts:
            yield from _from_python(path.read_text(encoding="utf-8"))
    for path in sorted([*SOURCE.rglob("templates/**/*.html"), *SOURCE.rglob("templates/**/*.txt")]):
        flat = templatize(path.read_text(encoding="utf-8"), origin=str(path)).splitlines()
        yield from _from_python("\n".join(line.strip() for line in flat))


def _from_python(text: str) -> Iterator[tuple[str | tuple[str, ...], str | None]]:
    for _line, message, _comments, context in extract("python", io.BytesIO(text.encode()), keywords=KEYWORDS):
        yield message, context


def collect() -> Catalog:
    """Every message in the source."""
    catalog = Catalog(charset="utf-8")
    for message, context in _messages():
        first = message if isinstance(message, str) else message[0]
        if first:
            catalog.add(message, context=context, flags=["python-format"] if "%(" in first else [])
    return catalog


def path_of(locale: str) -> Path:
    return SOURCE / "locale" / locale / "LC_MESSAGES" / "django.po"


def load(locale: str) -> Catalog:
    path = path_of(locale)
    if not path.exists():
        return Catalog(
            locale=locale,
            charset="utf-8",
            project="Tuttava",
            copyright_holder="the Tuttava authors",
            fuzzy=False,
            header_comment="# Tuttava",
        )
    with path.open("rb") as handle:
        return read_po(handle, locale=locale)


def update() -> None:
    """Merge the source's messages into each catalogue; what is gone from the source goes from the catalogue."""
    template = collect()
    for locale in LOCALES:
        catalog = load(locale)
        catalog.update(template, no_fuzzy_matching=True)
        catalog.obsolete.clear()
        path_of(locale).parent.mkdir(parents=True, exist_ok=True)
        with path_of(locale).open("wb") as handle:
            write_po(handle, catalog, sort_output=True, omit_header=False, width=110, no_location=True)
        sys.stdout.write(f"{locale}: {len(missing(locale))} of {len(catalog)} untranslated\n")


def missing(locale: str) -> list[str]:
    """Messages of the source without a translation in ``locale``."""
    catalog = load(locale)
    gaps = []
    for message in collect():
        if not message.id:
            continue
        found = catalog.get(message.id, message.context)
        texts = found.string if found and isinstance(found.string, tuple | list) else [found.string if found else ""]
        if not all(texts) or (found is not None and found.fuzzy):
            gaps.append(str(message.id))
    return gaps


def broken(locale: str) -> list[str]:
    """Translations whose placeholders differ from the source's."""
    return [
        message.id
        for message in load(locale)
        if isinstance(message.id, str)
        and isinstance(message.string, str)
        and message.id
        and message.string
        and sorted(PLACEHOLDER.findall(message.id)) != sorted(PLACEHOLDER.findall(message.string))
    ]


if __name__ == "__main__":
    if not settings.configured:
        settings.configure(USE_I18N=True)
    update()
