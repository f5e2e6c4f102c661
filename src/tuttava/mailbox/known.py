"""Which messages were logged before (I-150), for any number of them in a query or two."""

from __future__ import annotations

from collections.abc import Collection, Iterable

from django.db import connection

from tuttava.interactions.models import InteractionAttachment
from tuttava.interactions.storing import hash_of
from tuttava.mailbox.messages import Mail

#: By what a message is known: the column of the attachment, and the value in it.
Identity = tuple[str, str]
_INTERNET, _MAIL = "internet_message", "mail_message"


def own_id(mail: Mail) -> str:
    """What a message without Message-ID is known by: its content, so that it is known under another id, too (I-150)."""
    return f"sha256:{mail.sha256}"


def identity(mail: Mail) -> Identity:
    return (_INTERNET, mail.message_id) if mail.message_id else (_MAIL, own_id(mail))


def logged_of(identities: Collection[Identity]) -> set[Identity]:
    """Those that an attachment carries already: found by hash, compared in full (I-150)."""
    found: set[Identity] = set()
    for kind in (_INTERNET, _MAIL):
        wanted = {value for told, value in identities if told == kind}
        if wanted:
            # The index leaves blank hashes out; of long lists the planner does not see that they hold none.
            hashes = {f"{kind}_hash__in": [hash_of(value) for value in wanted], f"{kind}_hash__gt": ""}
            rows = InteractionAttachment.objects.filter(**hashes).values_list(f"{kind}_id", flat=True)
            found |= {(kind, value) for value in rows if value in wanted}
    return found


def hold(identities: Iterable[Identity]) -> None:
    """Nobody else logs these messages until the transaction ends; locks are taken in one order everywhere."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT pg_advisory_xact_lock(hashtext(current_schema() || '.mail'), k.key)"
            " FROM (SELECT DISTINCT hashtext(v) AS key FROM unnest(%s::text[]) v ORDER BY 1) k",
            [[value for _kind, value in identities]],
        )
