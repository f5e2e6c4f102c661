"""A file that somebody hands over for a contact becomes an interaction of the kind that imports files."""

from __future__ import annotations

from pathlib import Path

from django.utils.translation import gettext as _

from tuttava.contacts.models import Contact, CorrespondenceType
from tuttava.contacts.privacy import use_contact_for_new_work
from tuttava.foundation.context import require
from tuttava.foundation.errors import DomainError
from tuttava.foundation.journal import unit_of_work
from tuttava.interactions.draft_content import imported
from tuttava.interactions.drafting import Source, begin
from tuttava.interactions.models import InteractionLogEntry, InteractionTemplate, WizardAction
from tuttava.interactions.quick import LONGEST_DESCRIPTION
from tuttava.interactions.wizard import check, log_draft


def keep_file(contact: Contact, name: str, data: bytes, text: str = "") -> InteractionLogEntry:
    """Log a file with a contact; ``text`` is the description, else the file's name. Nothing is sent.

    Raises ``template_required`` without a template that imports, ``contact.privacy_blocked`` and what logging refuses.
    """
    require("interaction_log.write", "interactionLogEntries")
    use_contact_for_new_work(contact)
    template = InteractionTemplate.objects.filter(wizard_action=WizardAction.IMPORT).order_by("code").first()
    if template is None:
        raise DomainError(
            "template_required",
            _("No interaction template imports files. Give one of them the wizard action “import” first."),
            field="files",
        )
    values = {
        "interaction_template_code": template.code,
        "description": (text.strip() or Path(name).stem or template.description)[:LONGEST_DESCRIPTION],
        "correspondence_type": CorrespondenceType.NONE,
    }
    with unit_of_work("keep file"):
        draft = begin(Source(contact=contact), values).record
        check(draft)
        return log_draft(draft, (), imported(data, name), deliver=False).entry
