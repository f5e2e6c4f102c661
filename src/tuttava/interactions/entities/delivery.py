"""Sending in the CRM service: mails to contacts, resending, and what went to paper (17.1, 17.3, A-118)."""

from __future__ import annotations

import base64
import binascii
import uuid
from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from tuttava.api import edm
from tuttava.api.declare import CRM, Action, EntitySet, File, Parameter, Property, Row, Stream, Wanted
from tuttava.api.errors import bad_request
from tuttava.api.files import stored_file
from tuttava.api.frame import address_in_service
from tuttava.api.values import parse_guid
from tuttava.contacts.models import Contact, CorrespondenceType
from tuttava.foundation.context import current
from tuttava.foundation.errors import DomainError
from tuttava.foundation.mail import Attachment
from tuttava.foundation.models import Job
from tuttava.interactions import kept_mails, mailing, printing, resending
from tuttava.interactions.entities import log
from tuttava.interactions.models import InteractionLogEntry, PrintFile
from tuttava.interactions.sending import PRINT_FILE

SET = "printFiles"
_WRITE = "interaction_log.write"
MOST_IDS = 5000


# -- print files -----------------------------------------------------------------------------------------------------


def address_of(file: PrintFile | uuid.UUID | None) -> str:
    """Where a print file is fetched from (A-118)."""
    key = file.pk if isinstance(file, PrintFile) else file
    return address_in_service(f"{SET}({key})/content" if key else "")


def _read(file: PrintFile) -> File:
    return File(stored_file(file.content_id), file.media_type, file.file_name)


CRM.register(
    EntitySet(
        name=SET,
        entity="printFile",
        model=PrintFile,
        properties=(
            Property("id", edm.GUID, "id", read_only=True),
            Property("fileName", edm.text(250), "file_name", read_only=True),
            Property("mediaType", edm.text(100), "media_type", read_only=True),
            Property("segmentNo", edm.code(20), "segment_no", read_only=True),
            Property("madeAt", edm.INSTANT, "made_at", read_only=True),
        ),
        streams=(Stream("content", _read),),
        order=("id",),
        rows=lambda _rows: printing.readable(),
        methods=frozenset({"GET"}),
        version="",
        caption=gettext_lazy("print file"),
        caption_plural=gettext_lazy("print files"),
    )
)


def _with_print_files(rows: Sequence[Row], wanted: Wanted) -> None:
    """An answer to what was finished, logged or sent links to what it printed (I-164)."""
    finish = log_set.finish
    if finish is not None:
        finish(rows, wanted)
    if "printFile" in wanted.names:
        for row in rows:
            row["printFile"] = address_of(current().cache.get((PRINT_FILE, row["id"])))


log_set = CRM.sets[log.SET]
CRM.sets[log.SET] = replace(
    log_set,
    properties=(*log_set.properties, Property("printFile", edm.text(), read_only=True)),
    finish=_with_print_files,
)


# -- mails and resending ---------------------------------------------------------------------------------------------


def _send_email(contact: Contact, subject: str, body: str, attachments: Any, wait: bool) -> InteractionLogEntry | Job:
    """I-105."""
    message = kept_mails.Message(subject, body, _files(attachments))
    if not wait:
        return mailing.send_mails_later([contact], message)
    return mailing.send_mail_to_contacts([contact], message)[0]


def _files(sent: Any) -> list[Attachment]:
    """Files as they come: a list of ``{fileName, contentType?, content}``, the content in base64."""
    if sent is None:
        return []
    if not isinstance(sent, list):
        raise _bad_file()
    return [_file(each) for each in sent]


def _file(sent: Any) -> Attachment:
    if not isinstance(sent, Mapping) or not isinstance(sent.get("fileName"), str):
        raise _bad_file()
    try:
        content = base64.b64decode(str(sent.get("content") or ""), validate=True)
    except (binascii.Error, ValueError) as error:
        raise _bad_file() from error
    return Attachment(sent["fileName"], content, str(sent.get("contentType") or ""))


def _bad_file() -> Exception:
    return bad_request(
        _("Give attachments as a list of {fileName, contentType, content}, with the content in base64."),
        "attachments",
    )


def _resend(ids: Sequence[str], correspondence_type: str, update_merge_fields: bool, wait: bool) -> Any:
    """I-103, I-104."""
    entries = _entries(ids)
    kind = "" if correspondence_type == CorrespondenceType.NONE else correspondence_type
    if not wait:
        return resending.resend_later(entries, kind, update_merge_fields=update_merge_fields)
    outcome = resending.resend(entries, kind, update_merge_fields=update_merge_fields)
    return {
        "delivered": outcome.delivered,
        "failed": outcome.failed,
        "printFile": address_of(outcome.print_file),
    }


def _entries(ids: Sequence[str]) -> list[InteractionLogEntry]:
    if len(ids) > MOST_IDS:
        raise bad_request(_("At most %(most)d ids at once.") % {"most": MOST_IDS}, "ids")
    wanted = [parse_guid(text) for text in ids]
    found = InteractionLogEntry.objects.select_related("attachment").in_bulk(wanted)
    missing = [key for key in wanted if key not in found]
    if missing:
        raise DomainError("not_found", _("There is no interaction %(entry)s.") % {"entry": missing[0]}, field="ids")
    return [found[key] for key in dict.fromkeys(wanted)]


CRM.extend(
    "contacts",
    actions=[
        Action(
            "sendEmail",
            _send_email,
            (
                Parameter("subject", edm.text(), required=True),
                Parameter("body", edm.text(), required=True),
                Parameter("attachments", edm.UNTYPED),
            ),
            returns=log.SET,
            right=_WRITE,
            long=True,
            created=True,
        )
    ],
)
CRM.extend(
    log.SET,
    actions=[
        Action(
            "resend",
            _resend,
            (
                Parameter("ids", edm.TEXTS, required=True),
                Parameter(
                    "correspondenceType",
                    log_set.by_name["correspondenceType"].type,
                    default=CorrespondenceType.NONE.value,
                ),
                Parameter("updateMergeFields", edm.BOOLEAN, default=False),
            ),
            on_set=True,
            right=_WRITE,
            long=True,
        )
    ],
)
