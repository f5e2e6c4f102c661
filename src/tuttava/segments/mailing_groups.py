"""A mailing group for everybody on a segment (S-85)."""

from __future__ import annotations

from django.utils.translation import gettext as _

from tuttava.contacts.bulk import add_link
from tuttava.contacts.models import Contact, ContactMailingGroup, MailingGroup
from tuttava.contacts.touching import touch
from tuttava.foundation.context import require
from tuttava.foundation.errors import DomainError
from tuttava.foundation.fields import as_code
from tuttava.foundation.journal import unit_of_work
from tuttava.segments.errors import segment_empty
from tuttava.segments.models import Segment, SegmentLine


def apply_mailing_group(segment: Segment, code: str, *, delete_old_assignments: bool = False) -> int:
    """Put everybody on a segment into a mailing group; how many were not in it.

    ``delete_old_assignments``: first nobody is in it any more, on the segment or not. Raises
    ``mailing_group_required`` and ``segment_empty``.
    """
    require("api.write", "contactMailingGroups")
    wanted = as_code(code)
    if not MailingGroup.objects.filter(code=wanted).exists():
        raise DomainError("mailing_group_required", _("Choose a mailing group that exists."), field="code", rule="S-85")
    lines = SegmentLine.objects.filter(segment=segment, contact__isnull=False)
    if not lines.exists():
        raise segment_empty()
    with unit_of_work("apply mailing group", _("segment %(no)s") % {"no": segment.no}):
        if delete_old_assignments:
            _empty(wanted)
        contacts = Contact.objects.filter(pk__in=lines.order_by().values("contact_id"))
        return add_link(contacts, ContactMailingGroup, wanted)


def _empty(code: str) -> None:
    """Nobody is in the group any more."""
    rows = ContactMailingGroup.objects.filter(mailing_group__code=code)
    touch(rows.values_list("contact_id", flat=True))
    rows._raw_delete(rows.db)
