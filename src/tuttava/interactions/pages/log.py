"""The interaction log and the postponed interactions as lists (section 5)."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from typing import Any
from urllib.parse import urlencode

from django.db.models import Q, QuerySet
from django.urls import reverse
from django.utils.html import format_html, format_html_join
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from tuttava.contacts.models import Contact, CorrespondenceType
from tuttava.contacts.pages.links import contact_url
from tuttava.contacts.privacy import MASK, is_hidden
from tuttava.foundation.context import current
from tuttava.foundation.fields import as_code
from tuttava.interactions.confidential import is_hidden as is_secret
from tuttava.interactions.confidential import shown
from tuttava.interactions.models import (
    Evaluation,
    InformationFlow,
    InteractionComment,
    InteractionDocumentType,
    InteractionGroup,
    InteractionLogEntry,
    InteractionTemplate,
)
from tuttava.interactions.pages import log_bulk
from tuttava.partners.models import Salesperson
from tuttava.ui import registry
from tuttava.ui.cards import Action, add_action
from tuttava.ui.lists.counts import cached_count
from tuttava.ui.lists.declare import Column, Filter, ListPage, Sort, Start
from tuttava.ui.lists.mount import register_list
from tuttava.ui.templatetags.ui import icon

READ, SET = "interaction_log.read", "interactionLogEntries"
_UNSEEN = ("search_tokens", "search_text", "pinned_fields")
ARROWS = {InformationFlow.OUTBOUND: "arrow-up-right", InformationFlow.INBOUND: "arrow-down-left"}
FACES = {
    Evaluation.VERY_POSITIVE: "success",
    Evaluation.POSITIVE: "success",
    Evaluation.NEUTRAL: "",
    Evaluation.NEGATIVE: "warning",
    Evaluation.VERY_NEGATIVE: "danger",
}


def entry_url(entry: Any) -> str:
    """The page of an entry."""
    return reverse("interaction", kwargs={"pk": entry.pk})


# -- cells -----------------------------------------------------------------------------------------------------------


def _description(entry: InteractionLogEntry) -> str:
    drawing = icon(ARROWS.get(InformationFlow(entry.information_flow), "minus"), 16, "micro")
    marks = [
        (bool(entry.private_for), "", _("Private")),
        (entry.canceled, "danger", _("Canceled")),
        (entry.attempt_failed, "warning", _("Failed")),
        (entry.delivery_status == "error", "danger", _("Not delivered")),
    ]
    badges = format_html_join("", ' <span class="badge {}">{}</span>', [mark[1:] for mark in marks if mark[0]])
    return format_html(
        '<span class="row-name">{}<span class="unseen">{}: </span><span class="row-words">{}</span>{}</span>',
        drawing,
        entry.get_information_flow_display(),
        shown(entry, "description") or _("(no description)"),
        badges,
    )


def _name(name: str) -> Callable[[InteractionLogEntry], str]:
    def read(entry: InteractionLogEntry) -> str:
        contact = getattr(entry, name)
        if contact is None:
            return ""
        return MASK if is_hidden(contact) else contact.name or contact.no

    return read


def _linked(name: str) -> Callable[[InteractionLogEntry], str]:
    words = _name(name)

    def cell(entry: InteractionLogEntry) -> str:
        contact = getattr(entry, name)
        return (
            format_html('<a class="plain-link" href="{}">{}</a>', contact_url(contact), words(entry)) if contact else ""
        )

    return cell


def _evaluation(entry: InteractionLogEntry) -> str:
    if entry.evaluation == Evaluation.NONE:
        return ""
    tone = FACES[Evaluation(entry.evaluation)]
    return format_html('<span class="badge {}">{}</span>', tone, entry.get_evaluation_display())


def _drawn(attribute: str, drawing: str, words: Any) -> Callable[[InteractionLogEntry], str]:
    def cell(entry: InteractionLogEntry) -> str:
        if not getattr(entry, attribute):
            return ""
        return format_html(
            '<span title="{0}">{1}<span class="unseen">{0}</span></span>', words, icon(drawing, 16, "micro")
        )

    return cell


def _text(name: str) -> Callable[[InteractionLogEntry], str]:
    return lambda entry: shown(entry, name)


def _has_file(entry: InteractionLogEntry) -> bool:
    return entry.attachment_id is not None and not is_secret(entry)


def _file(entry: InteractionLogEntry) -> str:
    return _drawn("attachment_id", "paper-clip", gettext_lazy("Attachment"))(entry) if _has_file(entry) else ""


_COLUMNS = (
    Column("description", width=300, cell=_description, value=_text("description")),
    Column("date", width=105, sort="date", kind="date"),
    Column("contact", width=190, value=_name("contact"), cell=_linked("contact")),
    Column("contact_company", width=190, value=_name("contact_company"), cell=_linked("contact_company")),
    Column("interaction_template_code", gettext_lazy("template"), width=120),
    Column("evaluation", width=120, cell=_evaluation),
    Column("salesperson_code", gettext_lazy("salesperson"), width=100),
    Column("cost_lcy", width=90, phone=False),
    Column("duration_min", width=110, phone=False),
    Column(
        "attachment",
        gettext_lazy("attachment"),
        width=60,
        value=_has_file,
        cell=_file,
        phone=False,
    ),
    Column(
        "has_comment",
        gettext_lazy("comment"),
        width=60,
        cell=_drawn("has_comment", "chat-bubble-left", gettext_lazy("Comment")),
        phone=False,
    ),
    Column("campaign_no", width=110, phone=False),
    Column("opportunity_no", width=110, phone=False),
    Column("entry_no", gettext_lazy("entry"), width=90, sort="entry", phone=False),
    Column("canceled", width=90, kind="flag", hidden=True),
    Column("attempt_failed", width=110, kind="flag", hidden=True),
    Column("time_of_interaction", width=90, hidden=True),
    Column("interaction_group_code", width=120, hidden=True),
    Column("subject", width=200, value=_text("subject"), hidden=True),
    Column("information_flow", width=110, hidden=True),
    Column("initiated_by", width=100, hidden=True),
    Column("correspondence_type", width=130, hidden=True),
    Column("delivery_status", width=120, hidden=True),
    Column("interaction_language_code", gettext_lazy("language"), width=90, hidden=True),
    Column("contact_via", width=130, value=_text("contact_via"), hidden=True),
    Column("segment_no", width=110, hidden=True),
    Column("task_no", width=110, hidden=True),
    Column("document_type", width=150, hidden=True),
    Column("document_no", width=120, hidden=True),
    Column("version_no", width=90, hidden=True),
    Column("email_logged", width=110, kind="flag", hidden=True),
    Column("user_name", width=120, hidden=True),
)


def _resume(entry: InteractionLogEntry) -> str:
    address = reverse("interaction-resume", kwargs={"pk": entry.pk})
    return format_html('<a class="button" href="{}" data-dialog>{}</a>', address, _("Resume"))


_RESUME = Column("resume", gettext_lazy("next step"), width=110, value=lambda _entry: "", cell=_resume)

# -- filters ---------------------------------------------------------------------------------------------------------


def _of_contact(operator: str, values: Sequence[str]) -> Q:
    """A company's interactions are those of its people, too (I-64)."""
    rows = Contact.objects.filter(no__in=[as_code(value) for value in values])
    found = list(rows.values_list("pk", "company_id"))
    companies = [pk for pk, company in found if pk == company]
    people = [pk for pk, company in found if pk != company]
    if not people:
        return Q(contact_company_id__in=companies)
    return Q(contact_id__in=people) | Q(contact_company_id__in=companies) if companies else Q(contact_id__in=people)


def _code(name: str, label: Any, path: str, model: Any) -> Filter:
    return Filter(name, label, "code", path, operators=("is", "not"), model=model, quick=True)


_FILTERS = (
    Filter("date", gettext_lazy("Date"), "date", operators=("on", "from", "to", "between"), quick=True),
    Filter("contact", gettext_lazy("Contact number"), condition=_of_contact, operators=("is",), quick=True),
    _code("salesperson", gettext_lazy("Salesperson"), "salesperson_code", Salesperson),
    _code("template", gettext_lazy("Template"), "interaction_template_code", InteractionTemplate),
    _code("group", gettext_lazy("Group"), "interaction_group_code", InteractionGroup),
    Filter("evaluation", gettext_lazy("Evaluation"), "choice", choices=Evaluation.choices, quick=True),
    Filter("canceled", gettext_lazy("Canceled"), "flag", quick=True),
    Filter("failed", gettext_lazy("Attempt failed"), "flag", "attempt_failed"),
    Filter("flow", gettext_lazy("Information flow"), "choice", "information_flow", choices=InformationFlow.choices),
    Filter(
        "correspondence",
        gettext_lazy("Correspondence type"),
        "choice",
        "correspondence_type",
        choices=CorrespondenceType.choices,
    ),
    Filter("campaign", gettext_lazy("Campaign"), path="campaign_no", operators=("is", "filled")),
    Filter("opportunity", gettext_lazy("Opportunity"), path="opportunity_no", operators=("is", "filled")),
    Filter("task", gettext_lazy("Task"), path="task_no", operators=("is", "filled")),
    Filter("segment", gettext_lazy("Segment"), path="segment_no", operators=("is", "filled")),
    Filter("document", gettext_lazy("Document"), path="document_no", operators=("is",)),
    Filter(
        "event",
        gettext_lazy("Document type"),
        "choice",
        "document_type",
        choices=[choice for choice in InteractionDocumentType.choices if choice[0]],
    ),
)

# -- lists -----------------------------------------------------------------------------------------------------------


def _rows(postponed: bool) -> Callable[[], QuerySet[InteractionLogEntry]]:
    def rows() -> QuerySet[InteractionLogEntry]:
        unseen = [f"{name}__{column}" for name in ("contact", "contact_company") for column in _UNSEEN]
        found = InteractionLogEntry.objects.filter(postponed=postponed).select_related("contact", "contact_company")
        return found.defer(*unseen)

    return rows


def _mark_commented(entries: list[InteractionLogEntry]) -> None:
    """For a page at once: joined to each row, the database might well read the comments of all."""
    commented = set(InteractionComment.objects.filter(entry__in=entries).values_list("entry_id", flat=True))
    for entry in entries:
        vars(entry)["has_comment"] = entry.pk in commented


def row_class(entry: InteractionLogEntry) -> str:
    return "is-canceled" if entry.canceled else ""


LOG = register_list(
    ListPage(
        name="interactions",
        path="interactions",
        title=gettext_lazy("Interactions"),
        model=InteractionLogEntry,
        # Numbers rise with dates, near enough that a second order would double every index of the log for nothing.
        columns=[replace(column, sort="") if column.name == "entry_no" else column for column in _COLUMNS],
        sorts=(Sort("date", ("date", "entry_no"), falls=True, covered=True),),
        filters=_FILTERS,
        rows=_rows(postponed=False),
        href=entry_url,
        row_class=row_class,
        prepare=_mark_commented,
        bulk=log_bulk.LOGGED,
        new="interaction-new",
        new_label=gettext_lazy("New interaction"),
        new_takes_chips=True,
        start=Start(
            gettext_lazy("Nothing was logged yet"),
            gettext_lazy("Every call, letter, e-mail and meeting stands here, the newest first."),
            icon="chat-bubble-left-right",
        ),
        right=READ,
        set_name=SET,
    )
)

POSTPONED = register_list(
    ListPage(
        name="interactions-postponed",
        path="interactions/postponed",
        title=gettext_lazy("Postponed interactions"),
        model=InteractionLogEntry,
        columns=[
            _COLUMNS[0],
            _RESUME,
            *(column for column in _COLUMNS[1:] if column.name not in ("evaluation", "canceled")),
        ],
        sorts=(Sort("entry", ("entry_no",), falls=True), Sort("date", ("date", "entry_no"))),
        filters=[each for each in _FILTERS if each.name not in ("evaluation", "canceled")],
        rows=_rows(postponed=True),
        href=entry_url,
        prepare=_mark_commented,
        bulk=log_bulk.POSTPONED,
        start=Start(
            gettext_lazy("Nothing is postponed"),
            gettext_lazy("Interactions that you began and want to finish later wait here."),
            icon="clock",
        ),
        parent=("interactions", gettext_lazy("Interactions")),
        right=READ,
        set_name=SET,
    )
)


def log_url(**chips: str) -> str:
    """The log narrowed by chips: ``log_url(contact="C-1", group="PHONE")``."""
    query = [("f", f"{name}:is:{value}") for name, value in chips.items()]
    return f"{reverse('interactions')}?{urlencode(query)}" if query else reverse("interactions")


def _postponed() -> tuple[int, bool]:
    """How many interactions the user has postponed."""
    own = Q(postponed=True, user_name=current().user_name)
    return cached_count(f"interactions:postponed:{current().user_name}", InteractionLogEntry.objects.filter(own))


registry.add_nav(
    registry.Entry(
        "interactions",
        gettext_lazy("Interactions"),
        "interactions",
        icon="chat-bubble-left-right",
        order=15,
        right=READ,
    )
)
add_action(
    "contact",
    Action(
        "interactions",
        gettext_lazy("Interactions"),
        lambda contact: log_url(contact=contact.no),
        "link",
        "chat-bubble-left-right",
        lambda _contact: current().may(READ, SET),
    ),
)
registry.add_cue(
    registry.Cue(
        "interactions-postponed",
        gettext_lazy("Postponed interactions"),
        "interactions-postponed",
        _postponed,
        icon="clock",
        order=50,
        right=READ,
    )
)
