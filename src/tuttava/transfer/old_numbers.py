"""Numbers in files of records that were merged meanwhile: they mean the survivors (M-41)."""

from __future__ import annotations

from collections.abc import Sequence

from django.db.models import Model
from django.utils.translation import gettext as _

from tuttava.foundation.fields import as_code
from tuttava.foundation.former import numbers_now
from tuttava.transfer.plans import Note, Plan


def follow_merges(plans: Sequence[Plan], model: type[Model], target: str = "no") -> None:
    """Put the survivors' numbers in the place of those that no record has any more, and say so beside the row."""
    numbered = [plan for plan in plans if plan.values.get(target)]
    now = numbers_now(model, {str(plan.values[target]) for plan in numbered}) if numbered else {}
    for plan in numbered if now else ():
        old = as_code(plan.values[target])
        if old in now:
            plan.values[target] = now[old]
            text = _("Number %(old)s was merged into %(no)s.") % {"old": old, "no": now[old]}
            plan.notes.append(Note("import.number_merged", text, target))
