"""The verbs of business relations (B.5). Unlinking is deleting the relation row (B-44)."""

from __future__ import annotations

from django.utils.translation import gettext as _

from tuttava.contacts.models import Contact
from tuttava.foundation.context import require
from tuttava.foundation.errors import DomainError
from tuttava.foundation.journal import unit_of_work
from tuttava.foundation.records import rules_of
from tuttava.partners.models import RegisterEntry
from tuttava.relations.creating import create_as, fitting_templates
from tuttava.relations.errors import refer_record
from tuttava.relations.founding import found_contacts
from tuttava.relations.linking import Difference, differences, link, move_link
from tuttava.relations.queries import hub_of

__all__ = ["Difference", "create_as", "create_contact", "differences", "fitting_templates", "link", "move_link"]


def create_contact(record: RegisterEntry) -> Contact:
    """The contact behind a record, created when there is none (B-88). Raises ``setup.missing``."""
    hub = hub_of(record)
    if hub is not None:
        return hub
    rules = rules_of(Contact)
    require(rules.write_right, rules.set_name)
    with unit_of_work("create contact from record", refer_record(record)):
        found_contacts([record])
    hub = hub_of(record)
    if hub is None:
        raise DomainError(
            "record_gone", _("%(record)s was deleted by somebody else.") % {"record": refer_record(record)}
        )
    return hub
