"""Drafts: what a wizard is opened for, and the values it starts with (I-21 to I-24, I-37)."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.utils import timezone
from django.utils.translation import gettext as _

from tuttava.contacts.models import Contact
from tuttava.contacts.privacy import use_contact_for_new_work
from tuttava.contacts.rules.fields import check_salesperson
from tuttava.foundation import records
from tuttava.foundation.cleaning import attribute
from tuttava.foundation.context import current, require
from tuttava.foundation.directory.models import User
from tuttava.foundation.errors import DomainError
from tuttava.foundation.fields import as_code
from tuttava.foundation.former import id_by_number
from tuttava.foundation.journal import unit_of_work
from tuttava.foundation.records import Edit
from tuttava.interactions import related
from tuttava.interactions.models import DraftKind, InteractionDraft, InteractionTemplateLanguage
from tuttava.interactions.rules.drafts import free_salesperson, put_related, take_contact
from tuttava.partners.models import Salesperson
from tuttava.partners.own import own_salesperson

RIGHT = "interaction_log.write"
SET_NAME = "interactionDrafts"
#: The step in which the interaction is already logged and its result is noted (I-44).
RESULT_STEP = 4
#: How long a wizard that nobody finishes is kept.
KEPT_OPEN = dt.timedelta(days=60)
#: Filters of the log list that become the context of a draft (I-21), by the names that other doors give them.
FILTERED = (
    *("contact_no", "contact_company_no", "salesperson_code", "campaign_no", "opportunity_no", "task_no"),
    "segment_no",
)
_OPERATORS = re.compile(r"[|&*?<>=@()]|\.\.")


@dataclass(frozen=True)
class Source:
    """What a wizard is opened for. What is named stays as it is while the wizard is open."""

    contact: Contact | None = None
    company: Contact | None = None
    salesperson_code: str = ""
    campaign_no: str = ""
    opportunity_no: str = ""
    task_no: str = ""
    segment_no: str = ""

    def locked(self) -> dict[str, str]:
        """The context of the draft: what is not blank."""
        company = self.company
        if company is None and self.contact is not None and self.contact.is_person:
            company = self.contact.company
        found = {
            "contact_no": self.contact.no if self.contact else "",
            "contact_company_no": company.no if company else "",
            "salesperson_code": self.salesperson_code,
            "campaign_no": self.campaign_no,
            "opportunity_no": self.opportunity_no,
            "task_no": self.task_no,
            "segment_no": self.segment_no,
        }
        return {name: value for name, value in found.items() if value}


def source_of(values: Mapping[str, Any]) -> Source:
    """What is meant by the names of :data:`FILTERED`; unknown contacts and blocked salespeople are refused."""
    for name in related.KINDS:
        related.require_existing(name, {as_code(values.get(f"{name}_no") or "")})
    salesperson = as_code(values.get("salesperson_code") or "")
    if salesperson and not Salesperson.objects.filter(code=salesperson).exists():
        raise DomainError(
            "not_found",
            _("There is no salesperson “%(code)s”. Choose one that exists.") % {"code": salesperson},
            field="salesperson_code",
        )
    return Source(
        contact=_named(values.get("contact_no"), "contact_no"),
        company=_named(values.get("contact_company_no"), "contact_company_no"),
        salesperson_code=salesperson,
        **{f"{name}_no": as_code(values.get(f"{name}_no") or "") for name in related.KINDS},
    )


def of_filters(filters: Mapping[str, str]) -> dict[str, str]:
    """The context that the filters of the log list give: those that name exactly one thing (I-21)."""
    single = {name: text.strip() for name, text in filters.items() if name in FILTERED and text.strip()}
    return {name: text for name, text in single.items() if not _OPERATORS.search(text)}


def source_of_filters(filters: Mapping[str, str]) -> Source:
    """What a wizard is opened for from the log list."""
    return source_of(of_filters(filters))


def start(
    source: Source, values: Mapping[str, Any] | None = None, *, kind: str = DraftKind.INTERACTION
) -> InteractionDraft:
    """Open a wizard; ``values`` are entered as a user would. Raises ``contact.privacy_blocked`` (I-22)."""
    require(RIGHT, SET_NAME)
    with unit_of_work("start interaction"):
        _sweep()
        edit = begin(source, values or {}, kind=kind)
        records.save(edit)
    return edit.record


def _sweep() -> None:
    """Wizards that were left open too long go, a few at a time: what they name could not be deleted for ever."""
    old = InteractionDraft.objects.filter(started_at__lt=timezone.now() - KEPT_OPEN).order_by("started_at")
    for draft in old[:20]:
        records.delete(draft)


def begin(source: Source, values: Mapping[str, Any], *, kind: str = DraftKind.INTERACTION) -> Edit[InteractionDraft]:
    """A draft with its start values that is not stored yet (I-22 to I-24)."""
    typed = [attribute(InteractionDraft, name).attname for name in values]
    edit = Edit(InteractionDraft(kind=kind), records.rules_of(InteractionDraft), typed=typed)
    edit.put("user_name", current().user_name)
    edit.derive("date", current().date)
    edit.derive("time_of_interaction", start_time(timezone.localtime()))
    if source.company is not None:
        use_contact_for_new_work(source.company)
    contact = source.contact or source.company
    if source.salesperson_code:
        check_salesperson(source.salesperson_code, contact.no if contact else "")
        edit.put("salesperson_code", source.salesperson_code)
        edit.put("context", {"salesperson_code": source.salesperson_code})
    if contact is not None:
        take_contact(edit, contact)
        if not source.salesperson_code:
            edit.derive("salesperson_code", salesperson_for(contact))
    for name in ("campaign", "opportunity"):
        put_related(edit, name, getattr(source, f"{name}_no"))
    edit.put("task_no", source.task_no)
    edit.put("segment_no", source.segment_no)
    edit.put("context", source.locked())
    records.enter_all(edit, values, in_order=True)
    return edit


def start_time(now: dt.datetime) -> dt.time:
    """One second on, rounded up to a full minute (I-23)."""
    later = now.replace(microsecond=0) + dt.timedelta(seconds=1)
    return (later + dt.timedelta(seconds=-later.second % 60)).time()


def salesperson_for(contact: Contact) -> str | None:
    """Who says it, when the wizard is opened for a contact (I-24)."""
    return _by_email() or own_salesperson() or free_salesperson(contact)


def _by_email() -> str:
    """The only salesperson with the user's e-mail address, read once a context; blank when none or several have it."""
    cache, key = current().cache, ("interactions.salesperson_by_email", current().user_name)
    if key not in cache:
        cache[key] = _with_email_of(current().user_name)
    return str(cache[key])


def _with_email_of(name: str) -> str:
    email = User.objects.filter(username=name).values_list("email", flat=True).first() if name else ""
    if not email:
        return ""
    same = Salesperson.objects.filter(email__iexact=email, blocked=False, privacy_blocked=False)
    codes = list(same.values_list("code", flat=True)[:2])
    return codes[0] if len(codes) == 1 else ""


def _named(number: Any, field: str) -> Contact | None:
    if not number:
        return None
    pk = id_by_number(Contact, str(number))
    found = Contact.objects.select_related("company").filter(pk=pk).first() if pk else None
    if found is None:
        raise DomainError(
            "contact_not_found", _("There is no contact “%(no)s”.") % {"no": str(number)[:20]}, field=field
        )
    return found


# --- while it is open ------------------------------------------------------------------------------------------------


def own_draft(draft: InteractionDraft) -> InteractionDraft:
    """The draft, if it is the user's; others' are as good as not there."""
    if draft.user_name != current().user_name:
        raise DomainError("record_gone", _("This wizard was closed. Start a new one."))
    return draft


def open_draft(source: Source, kind: str = DraftKind.INTERACTION) -> InteractionDraft | None:
    """The wizard the user left open for the same thing, if it is not further than before logging."""
    rows = InteractionDraft.objects.filter(user_name=current().user_name, kind=kind, entry=None)
    return rows.filter(context=source.locked()).order_by("-pk").first()


def enter(draft: InteractionDraft, values: Mapping[str, Any], *, version: int | None = None) -> InteractionDraft:
    """Enter fields the way a user does; fields that say what is there already change nothing."""
    return records.change(own_draft(draft), values, version=version, in_order=True) if values else draft


def opportunities(draft: InteractionDraft) -> Sequence[tuple[str, str]]:
    """Number and description of the open opportunities it may belong to (I-37)."""
    provider = related.kind("opportunity")
    return (
        provider.choices(draft.contact_company_id or draft.contact_id, draft.salesperson_code or "") if provider else []
    )


def languages(draft: InteractionDraft) -> Iterable[InteractionTemplateLanguage]:
    """The variants of its template."""
    if not draft.interaction_template_code:
        return []
    rows = InteractionTemplateLanguage.objects.filter(interaction_template_code=draft.interaction_template_code)
    return rows.select_related("language").order_by("language_code")
