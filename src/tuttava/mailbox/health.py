"""How e-mail logging is doing: which steps of its setup are done, how the last runs went, what to do next."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass

from django.utils import timezone
from django.utils.translation import gettext as _

from tuttava.foundation.errors import DomainError
from tuttava.interactions.models import InteractionTemplate
from tuttava.interactions.template_setup import emails_template
from tuttava.mailbox.models import EmailLoggingSetup, MailLoggingState
from tuttava.mailbox.rules import require_mailbox

#: Intervals without a run after which the work counts as stuck: no worker runs, or its user is gone.
_OVERDUE_AFTER = 3


@dataclass(frozen=True)
class Step:
    """One step of the guided setup. ``verb`` does it, ``url_name`` leads to where it is done; both may be blank."""

    label: str
    done: bool
    text: str
    verb: str = ""
    url_name: str = ""


@dataclass(frozen=True)
class Health:
    """Everything that the health box shows; ``tone`` is ``success``, ``warning``, ``danger`` or ``plain``."""

    tone: str
    headline: str
    advice: str
    steps: Sequence[Step]
    state: MailLoggingState


def health_of(setup: EmailLoggingSetup) -> Health:
    """The health now; makes no connection."""
    state = MailLoggingState.objects.first() or MailLoggingState()
    steps = _steps(setup)
    tone, headline, advice = _judged(setup, state, steps)
    return Health(tone, headline, advice, steps, state)


def next_step(steps: Sequence[Step]) -> Step | None:
    """The first step that is not done."""
    return next((step for step in steps if not step.done), None)


def _steps(setup: EmailLoggingSetup) -> list[Step]:
    mailbox, template = _mailbox_missing(setup), _template()
    return [
        Step(
            _("Mailbox"),
            not mailbox,
            mailbox or _("Read the mailbox %(address)s.") % {"address": setup.mailbox_address},
        ),
        Step(
            _("Template"),
            template is not None,
            _("E-mails are logged as “%(template)s”.") % {"template": template.description or template.code}
            if template
            else _("Choose the template for e-mails in the interaction template setup."),
            url_name="" if template else "interaction-template-setup",
        ),
        Step(
            _("Consent"),
            setup.consent_given,
            _("Consent to reading this mailbox was given.")
            if setup.consent_given
            else _("Tell the people whose mail is copied, then switch “Consent given” on."),
        ),
        Step(
            _("Start"),
            setup.enabled,
            _("The mailbox is read every %(minutes)d minutes.") % {"minutes": setup.interval_minutes}
            if setup.enabled
            else _("Enable it. The connection is tested first."),
            verb="" if setup.enabled else "enable",
        ),
    ]


def _mailbox_missing(setup: EmailLoggingSetup) -> str:
    try:
        require_mailbox(setup)
    except DomainError as error:
        return str(error.message)
    return ""


def _template() -> InteractionTemplate | None:
    try:
        return emails_template()
    except DomainError:
        return None


def _judged(setup: EmailLoggingSetup, state: MailLoggingState, steps: Sequence[Step]) -> tuple[str, str, str]:
    """Tone, what is so, and what to do."""
    if not setup.enabled:
        step = next_step(steps)
        return "plain", _("E-mail logging is off."), step.text if step else ""
    if state.failed_runs:
        return "danger", _("The last run failed."), state.last_error
    if _is_overdue(setup, state):
        advice = _("Check that a worker is running, or recreate the job in your name.")
        return "warning", _("The mailbox was not read for a long time."), advice
    if state.last_failed:
        return "warning", _("Some messages could not be handled."), _("The activity log tells why.")
    if state.last_success_at is None:
        return "plain", _("The first run is about to begin."), ""
    return "success", _("E-mail logging works."), ""


def _is_overdue(setup: EmailLoggingSetup, state: MailLoggingState) -> bool:
    if state.next_run_at is None:
        return True
    late = dt.timedelta(minutes=_OVERDUE_AFTER * setup.interval_minutes)
    return timezone.now() - state.next_run_at > late
