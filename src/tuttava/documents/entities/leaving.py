"""Printing and mailing over the CRM service: documents, versions, posted documents (17.9)."""

from __future__ import annotations

import uuid
from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any, TypeVar

from django.db.models import Model
from django.utils.translation import gettext as _

from tuttava.api import edm
from tuttava.api.declare import CRM, Action, File, Parameter
from tuttava.api.values import parse_guid
from tuttava.documents.entities.crm import KINDS
from tuttava.documents.models import Document, DocumentArchive
from tuttava.documents.printing import Printable
from tuttava.documents.printing.actions import (
    Letter,
    Options,
    Printed,
    mail_document,
    preview_documents,
    print_documents,
)
from tuttava.foundation.errors import DomainError
from tuttava.trade.models import PostedDocument

M = TypeVar("M", bound=Model)

IDS = Parameter("ids", edm.TEXTS, required=True)
LOGGED = Parameter("logInteraction", edm.BOOLEAN)
PREVIEW = Parameter("preview", edm.BOOLEAN, default=False)
LETTER = (Parameter("to", edm.text()), Parameter("subject", edm.text()), Parameter("body", edm.text()))
_OPTIONS = (
    LOGGED,
    Parameter("archive", edm.BOOLEAN),
    Parameter("copies", edm.INT, default=0),
    Parameter("internalInformation", edm.BOOLEAN, default=False),
    PREVIEW,
)
#: What an action of 17.9 is not part of the trade feed: whoever works with documents may print posted ones.
_RIGHT = "api.write"


def as_file(printed: Printed) -> File:
    """What was printed as the answer of an action."""
    return File(printed.content, printed.media_type, printed.name)


def named(model: type[M], ids: Sequence[str], rows: Mapping[str, Any] | None = None) -> list[M]:
    """The records with these ids, in their order; raises ``not_found`` (A-115)."""
    wanted: list[uuid.UUID] = list(dict.fromkeys(parse_guid(text) for text in ids))
    found = model._default_manager.filter(**(rows or {})).in_bulk(wanted)
    missing = [key for key in wanted if key not in found]
    if missing:
        name = str(model._meta.verbose_name)
        raise DomainError(
            "not_found", _("There is no %(name)s “%(value)s”.") % {"name": name, "value": missing[0]}, field="ids"
        )
    return [found[key] for key in wanted]


def letter_of(to: str | None, subject: str | None, body: str | None) -> Letter:
    """What the caller wants the mail to say; the rest is the document's own."""
    return Letter(to or "", subject or "", body or "")


def _print(found: Sequence[Printable], preview: bool, **sent: Any) -> File:
    options = Options(
        log_interaction=sent["log_interaction"],
        archive=sent["archive"],
        copies=sent["copies"],
        internal=sent["internal_information"],
    )
    return as_file(preview_documents(found, options) if preview else print_documents(found, options))


def _print_one(record: Printable, **sent: Any) -> File:
    """I-118 to I-125, I-137."""
    return _print([record], **sent)


def _print_several(model: type[Any], rows: Mapping[str, Any]) -> Callable[..., File]:
    def run(ids: Sequence[str], **sent: Any) -> File:
        return _print(named(model, ids, rows), **sent)

    return run


def _send(
    record: Printable, to: str | None, subject: str | None, body: str | None, log_interaction: bool | None
) -> None:
    """I-136."""
    mail_document(record, letter_of(to, subject, body), Options(log_interaction=log_interaction))


def _actions(model: type[Any], rows: Mapping[str, Any]) -> Iterable[Action]:
    yield Action("print", _print_one, _OPTIONS, right=_RIGHT)
    yield Action("print", _print_several(model, rows), (IDS, *_OPTIONS), on_set=True, right=_RIGHT)
    yield Action("sendByEmail", _send, (*LETTER, LOGGED), right=_RIGHT)


for _kind in KINDS:
    CRM.extend(_kind.set_name, actions=_actions(Document, {"area": _kind.area}))
CRM.extend("documentArchives", actions=_actions(DocumentArchive, {}))
CRM.extend("postedDocuments", actions=_actions(PostedDocument, {}))
