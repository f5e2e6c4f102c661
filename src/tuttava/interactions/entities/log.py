"""The log in the CRM service: entries, comments, and the way there from contacts (17.3)."""

from __future__ import annotations

import uuid
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import replace
from functools import partial
from typing import Any

from django.db.models import BooleanField, Exists, ExpressionWrapper, F, OuterRef, Q, QuerySet
from django.db.models.expressions import Combinable
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from tuttava.api import edm
from tuttava.api.build import crm_set, existing, properties_of
from tuttava.api.declare import CRM, Action, EntitySet, File, Navigation, Parameter, Property, Row, Wanted
from tuttava.api.errors import ApiError, bad_request
from tuttava.api.sets.changes import HIDDEN_ROWS
from tuttava.api.values import parse_guid
from tuttava.contacts.entities.masks import NEEDED_OF_CHILD, mask_child
from tuttava.contacts.models import Contact
from tuttava.foundation.context import current
from tuttava.foundation.errors import DomainError
from tuttava.foundation.models import Job
from tuttava.foundation.spelling import camel
from tuttava.interactions import clearing, life, related, replying, showing
from tuttava.interactions.confidential import (
    log_looks_at,
    masked_column,
    open_column,
    set_private,
    without_hidden_changes,
)
from tuttava.interactions.errors import log_entry_read_only
from tuttava.interactions.models import (
    InteractionAttachment,
    InteractionComment,
    InteractionDraft,
    InteractionGroup,
    InteractionLogEntry,
    InteractionTemplate,
)
from tuttava.interactions.titles import Said, titles

SET = "interactionLogEntries"
READ = "interaction_log.read"
MOST_IDS = 5000

# -- entries ---------------------------------------------------------------------------------------------------------


def _contact(stem: str, column: str) -> tuple[Property, ...]:
    return (
        Property(f"{stem}No", edm.code(20), f"{column}__no", nullable=True),
        Property(f"{stem}Id", edm.GUID, f"{column}_id", nullable=True),
    )


def _content(name: str, length: int) -> Property:
    """What was said, masked for whoever may not read it."""
    return Property(camel(name), edm.text(length), expression=partial(masked_column, name))


def _private() -> Combinable:
    return ExpressionWrapper(~Q(private_for=""), output_field=BooleanField())


_REPLACED = {
    "contact_id": _contact("contact", "contact"),
    "contact_company_id": _contact("contactCompany", "contact_company"),
    "contact_alt_address_id": (
        Property("contactAltAddressCode", edm.code(10), "contact_alt_address__code", nullable=True),
    ),
    "former_contact_id": (Property("formerContactId", edm.GUID, "former_contact_id", nullable=True),),
    "attachment_id": (
        Property("attachmentNo", edm.BIG, expression=lambda: open_column("attachment__no"), nullable=True),
        Property("attachmentId", edm.GUID, expression=lambda: open_column("attachment_id"), nullable=True),
    ),
    "description": (_content("description", 100),),
    "subject": (_content("subject", 100),),
    "contact_via": (_content("contact_via", 80),),
    "private_for": (Property("private", edm.BOOLEAN, expression=_private, caption=gettext_lazy("private")),),
}


def _commented() -> Exists:
    return Exists(InteractionComment.objects.filter(entry_id=OuterRef("pk")))


_PROPERTIES = (
    *properties_of(InteractionLogEntry, "interactionLogEntry", replace=_REPLACED, names={"user_name": "userId"}),
    Property("contactName", edm.text(100), "contact__name", nullable=True),
    Property("contactCompanyName", edm.text(100), "contact_company__name", nullable=True),
    Property("hasComment", edm.BOOLEAN, expression=_commented, later=True),
    Property("title", edm.text(250), caption=gettext_lazy("title")),
)
_mask_contact = mask_child()


def _finish(rows: Sequence[Row], wanted: Wanted) -> None:
    _mask_contact([row for row in rows if row["contact_id"]], wanted)
    if "title" in wanted.names:
        found = titles([Said(*map(row.__getitem__, Said._fields)) for row in rows])
        for row in rows:
            row["title"] = found[row["id"]]
    if "hasComment" in wanted.names:
        comments = InteractionComment.objects.order_by().filter(entry_id__among=[row["id"] for row in rows])
        commented = set(comments.values_list("entry_id", flat=True).distinct())
        for row in rows:
            row["hasComment"] = row["id"] in commented


def _refuse_change(entry: InteractionLogEntry, values: Mapping[str, Any], version: int | None) -> Any:
    raise log_entry_read_only(entry.entry_no)


# -- actions ---------------------------------------------------------------------------------------------------------


def _ids(texts: Sequence[str]) -> list[uuid.UUID]:
    if len(texts) > MOST_IDS:
        raise bad_request(_("At most %(most)d ids at once.") % {"most": MOST_IDS}, "ids")
    return [parse_guid(text) for text in texts]


def _toggle_canceled(ids: Sequence[str], remove_attachments: bool | None) -> list[InteractionLogEntry]:
    """I-69, I-70."""
    return life.toggle_canceled(_ids(ids), remove_attachments=remove_attachments)


def _evaluate(ids: Sequence[str], evaluation: str) -> list[InteractionLogEntry]:
    """I-73."""
    return life.evaluate(_ids(ids), evaluation)


def _delete_canceled(filter: Mapping[str, Any] | None, dry_run: bool, wait: bool) -> dict[str, int] | Job:
    """I-159: counted only with ``dryRun``, without waiting as a job."""
    filters = filter or {}
    if dry_run:
        return {"deleted": 0, "matching": clearing.count_canceled(filters)}
    return {"deleted": clearing.delete_canceled_by(filters)} if wait else clearing.delete_canceled_later(filters)


def _delete_postponed(ids: Sequence[str]) -> dict[str, int]:
    """I-78."""
    return {"deleted": life.delete_postponed(_ids(ids))}


def _show(entry: InteractionLogEntry) -> Any:
    """I-80, I-129, A-118."""
    found = showing.show(entry)
    if found is None:
        return None
    if isinstance(found, showing.ShownFile):
        return {"url": found.url} if found.url else File(found.content, found.media_type, found.name)
    told = [{"@odata.id": f"{each.set_name}({each.id})", "set": each.set_name, "id": each.id} for each in found]
    return told[0] if len(told) == 1 else told


def _create_opportunity(entry: InteractionLogEntry) -> dict[str, str]:
    """I-74."""
    with as_unsupported("createOpportunity"):
        return {"opportunityNo": life.create_opportunity(entry)}


def _create_task(entry: InteractionLogEntry, **sent: Any) -> dict[str, list[dict[str, str]]]:
    """I-75: what was left out comes from the entry."""
    values = {name: value for name, value in sent.items() if value is not None}
    with as_unsupported("createTask"):
        return {"value": [{"no": life.create_task(entry, values)}]}


@contextmanager
def as_unsupported(action: str) -> Iterator[None]:
    """An action whose room is not there is known and not supported (A-62)."""
    try:
        yield
    except related.NotInstalled as error:
        raise ApiError(501, "BadRequest_MethodNotImplemented", error.message, action) from error


def _reply(entry: InteractionLogEntry) -> InteractionDraft:
    """A wizard for the answer to what was said."""
    return replying.reply_to(entry)


#: What the wizard of tasks takes (T-20): texts, dates and times, and the attendees.
OF_TASK = (
    *(
        Parameter(name, edm.text(100))
        for name in ("description", "location", "subject", "type", "status", "priority", "duration", "dueDuration")
    ),
    *(
        Parameter(name, edm.code(20))
        for name in (
            *("contactNo", "salespersonCode", "teamCode", "campaignNo", "segmentNo", "opportunityNo"),
            *("interactionTemplateCode", "languageCode", "activityCode", "completedBy", "teamMeetingOrganizer"),
        )
    ),
    *(Parameter(name, edm.text(30)) for name in ("recurringDateInterval", "recurrenceBase")),
    *(Parameter(name, edm.DATE) for name in ("date", "endingDate")),
    *(Parameter(name, edm.TIME) for name in ("startTime", "endingTime")),
    *(Parameter(name, edm.DECIMAL) for name in ("unitCostLcy", "unitDurationMin")),
    *(Parameter(name, edm.BOOLEAN) for name in ("allDay", "recurring", "teamTask", "sendOnFinish")),
    Parameter("attendees", edm.UNTYPED),
)


def _set_private(ids: Sequence[str], private: bool) -> list[InteractionLogEntry]:
    """Private e-mail, and sharing it."""
    return set_private(_ids(ids), private)


_IDS = Parameter("ids", edm.TEXTS, required=True)
_ACTIONS = (
    Action("showDocument", _show),
    Action("createOpportunity", _create_opportunity, right=life.WRITE),
    Action("createTask", _create_task, OF_TASK, right=life.WRITE),
    Action("toDraftReply", _reply, returns="interactionDrafts", right=life.WRITE, created=True),
    Action(
        "toggleCanceled",
        _toggle_canceled,
        (_IDS, Parameter("removeAttachments", edm.BOOLEAN)),
        returns=SET,
        returns_many=True,
        on_set=True,
        right=life.WRITE,
    ),
    Action(
        "evaluate",
        _evaluate,
        (_IDS, Parameter("evaluation", next(p.type for p in _PROPERTIES if p.name == "evaluation"), required=True)),
        returns=SET,
        returns_many=True,
        on_set=True,
        right=life.WRITE,
    ),
    Action(
        "deleteCanceled",
        _delete_canceled,
        (Parameter("filter", edm.UNTYPED), Parameter("dryRun", edm.BOOLEAN, default=False)),
        on_set=True,
        right=life.DELETE,
        long=True,
    ),
    Action(
        "setPrivate",
        _set_private,
        (_IDS, Parameter("private", edm.BOOLEAN, default=True)),
        returns=SET,
        returns_many=True,
        on_set=True,
        right=life.WRITE,
    ),
    Action("deletePostponed", _delete_postponed, (_IDS,), on_set=True, right=life.DELETE),
)

crm_set(
    InteractionLogEntry,
    SET,
    "interactionLogEntry",
    natural_key=("entryNo",),
    properties=tuple(replace(each, read_only=True, refusal="log_entry_read_only") for each in _PROPERTIES),
    navigations=(
        Navigation("contact", Contact, many=False, ours="contact_id"),
        Navigation("contactCompany", Contact, many=False, ours="contact_company_id"),
        Navigation("attachment", InteractionAttachment, many=False, ours="attachment_id"),
        Navigation("interactionTemplate", InteractionTemplate, False, "code", "interaction_template_code"),
        Navigation("interactionGroup", InteractionGroup, False, "code", "interaction_group_code"),
        Navigation(
            "comments",
            InteractionComment,
            theirs="entry_id",
            contained=True,
            partner="entry",
            fills=(("entry_id", "id"),),
        ),
    ),
    actions=_ACTIONS,
    methods=frozenset({"GET", "PATCH", "DELETE"}),
    change=_refuse_change,
    always_change=True,
    delete=life.delete_entry,
    finish=_finish,
    always=tuple(dict.fromkeys((*Said._fields, *NEEDED_OF_CHILD))),
    read_right=READ,
    tracked=True,
    webhooks=True,
    left_out_by="postponed",
)

# -- comments --------------------------------------------------------------------------------------------------------


def _own(rows: QuerySet[Any]) -> QuerySet[Any]:
    """Comments on entries, and on the wizards that this user has open."""
    return rows.filter(Q(draft=None) | Q(draft__user_name=current().user_name))


def _finish_comments(rows: Sequence[Row], wanted: Wanted) -> None:
    if "comment" in wanted.names:
        log_looks_at({row["entry_id"] for row in rows if row["entry_id"]})


def _entry_of(number: int | None) -> uuid.UUID | None:
    if not number:
        return None
    found = InteractionLogEntry.objects.filter(entry_no=number).values_list("pk", flat=True).first()
    if found is None:
        raise DomainError("not_found", _("There is no interaction %(entry)s.") % {"entry": number}, field="entryNo")
    return found


crm_set(
    InteractionComment,
    "interactionComments",
    "interactionComment",
    natural_key=("entryNo", "lineNo"),
    properties=properties_of(
        InteractionComment,
        "interactionComment",
        replace={
            "entry_id": (
                Property(
                    "entryNo",
                    edm.BIG,
                    expression=lambda: F("entry__entry_no"),
                    write="entry_id",
                    convert=_entry_of,
                    immutable=True,
                    nullable=True,
                ),
                Property(
                    "entryId",
                    edm.GUID,
                    "entry_id",
                    convert=existing(InteractionLogEntry),
                    immutable=True,
                    nullable=True,
                ),
            ),
            "comment": (
                Property(
                    "comment",
                    edm.text(2000),
                    expression=lambda: masked_column("comment", "entry__", "comment"),
                    write="comment",
                ),
            ),
            "draft_id": (Property("draftId", edm.GUID, "draft_id", read_only=True, nullable=True),),
        },
    ),
    navigations=(Navigation("entry", InteractionLogEntry, many=False, ours="entry_id", partner="comments"),),
    rows=_own,
    read_right=READ,
    finish=_finish_comments,
    always=("entry_id",),
)

HIDDEN_ROWS.append(without_hidden_changes)

# -- contacts --------------------------------------------------------------------------------------------------------


def _with_all(target: EntitySet) -> EntitySet:
    return replace(target, left_out_by="")


def _of_contact(name: str, postponed: bool) -> Navigation:
    """A company's interactions are those of its people, too (I-64)."""
    return Navigation(
        name,
        SET,
        theirs="contact_id",
        also="contact_company_id",
        where=Q(postponed=postponed),
        shape=_with_all,
    )


CRM.extend("contacts", navigations=[_of_contact("interactions", False), _of_contact("postponedInteractions", True)])
