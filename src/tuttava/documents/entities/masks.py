"""Blocked contacts on documents in answers of the services (C-72)."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from tuttava.api.declare import Compute, Property, Row, Wanted
from tuttava.contacts.privacy import mask_of
from tuttava.documents.masking import NEEDED, PERSONAL, hidden_columns, hidden_contacts

#: From a posted document to its header.
HEADER = "header__"
#: What the mask needs of each row: of documents, and of what has a header.
OF_DOCUMENT = NEEDED
OF_HEADER = tuple(f"{HEADER}{name}" for name in NEEDED)


def mask_parties(properties: Iterable[Property], prefix: str = "", **computed: str) -> Compute:
    """Mask the names and addresses of blocked contacts among ``properties``.

    ``prefix``: before the columns of the document. ``computed``: the column behind each property that has no source.
    """
    columns = {each.key: each.source.removeprefix(prefix) for each in properties if each.source.startswith(prefix)}
    personal = {key: column for key, column in (columns | computed).items() if column in PERSONAL}

    def finish(rows: Sequence[Row], wanted: Wanted) -> None:
        told = [row for row in rows if any(row.get(key) for key in personal)]
        ids = (row[f"{prefix}{each}_contact_id"] for row in told for each in ("account", "paying"))
        hidden = hidden_contacts(ids)
        for row in told if hidden else ():
            secret = hidden_columns({name: row[f"{prefix}{name}"] for name in NEEDED}, hidden)
            for key, column in personal.items():
                if column in secret and key in row:
                    row[key] = mask_of(row[key])

    return finish
