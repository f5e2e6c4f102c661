"""Which template an event uses (I-16 to I-20): read from the one setup record, once a call."""

from __future__ import annotations

from django.db.models.signals import post_save
from django.utils.translation import gettext as _

from tuttava.foundation.context import current
from tuttava.foundation.errors import DomainError
from tuttava.foundation.fields import CodeRef
from tuttava.interactions.models import InteractionTemplate, InteractionTemplateSetup

_KEY = "interactions.template_setup"

#: Events by name, as the setup has them.
EVENTS = tuple(
    str(field.name) for field in InteractionTemplateSetup._meta.concrete_fields if isinstance(field, CodeRef)
)
#: Events that are no documents; the others (and cover sheets) take templates without languages only (I-18).
GENERAL = ("emails", "email_draft", "cover_sheets", "outgoing_calls", "meeting_invitation")
DOCUMENTS = tuple(name for name in EVENTS if name not in GENERAL or name == "cover_sheets")


def template_setup() -> InteractionTemplateSetup:
    """The one setup record, created blank when missing; one query a context."""
    cache = current().cache
    found = cache.get(_KEY)
    if found is None:
        found = InteractionTemplateSetup.objects.first()
        found = found or InteractionTemplateSetup.objects.get_or_create(only_row=True)[0]
        cache[_KEY] = found
    return found


def template_for(event: str) -> str:
    """The code of the template of an event; blank: nothing is recorded, and that is no error (I-17).

    Blank as well for whoever may not read the setup (I-162).
    """
    if event not in EVENTS:
        raise KeyError(event)
    if not current().may("api.read", "interactionTemplateSetup"):
        return ""
    return str(getattr(template_setup(), f"{event}_code") or "")


def outgoing_calls_template() -> str:
    """The template of phone calls; without one no call can be started (I-19)."""
    code = template_for("outgoing_calls")
    if not code:
        raise DomainError(
            "outgoing_calls_template_required",
            _("No template is set for outgoing calls. Choose one in the interaction template setup first."),
            field="outgoing_calls_code",
            rule="I-19",
        )
    return code


def emails_template() -> InteractionTemplate:
    """The template of e-mails; raises ``emails_template_required`` while the setup names none (I-20, I-105, I-145)."""
    code = InteractionTemplateSetup.objects.values_list("emails_code", flat=True).first()
    found = InteractionTemplate.objects.filter(code=code).first() if code else None
    if found is None:
        raise DomainError(
            "emails_template_required",
            _("E-mails need an interaction template. Choose one for e-mails in the interaction template setup."),
            field="emails_code",
            rule="I-20",
        )
    return found


def forget_template_setup(**_signal: object) -> None:
    """Read the setup anew next time; runs by itself when it is saved."""
    current().cache.pop(_KEY, None)


def connect() -> None:
    """Listen to changes of the setup."""
    post_save.connect(forget_template_setup, sender=InteractionTemplateSetup, dispatch_uid=_KEY)
