"""Where merges are started in the CRM service: on a contact, customer or vendor, and on a pair (17.1, 17.2)."""

from __future__ import annotations

from functools import partial

from tuttava.api import edm
from tuttava.api.declare import CRM, Action, Parameter
from tuttava.contacts.models import Contact
from tuttava.duplicates.models import ContactDuplicate
from tuttava.merging import actions
from tuttava.merging.entities.merges import RIGHT
from tuttava.merging.models import Merge, MergeTable
from tuttava.partners.models import Customer, Vendor

SETS = {MergeTable.CONTACT: "contacts", MergeTable.CUSTOMER: "customers", MergeTable.VENDOR: "vendors"}


def _start(table: str, record: Contact | Customer | Vendor, duplicate_no: str = "") -> Merge:
    """M-2; the record stays."""
    return actions.start_merge(table, record.no, duplicate_no)


def _start_pair(pair: ContactDuplicate) -> Merge:
    """M-3; the left contact stays."""
    return actions.start_from_pair(pair)


for _table, _name in SETS.items():
    CRM.extend(
        _name,
        actions=[
            Action(
                "startMerge",
                partial(_start, _table.value),
                (Parameter("duplicateNo", edm.code(20), default=""),),
                returns="merges",
                right=RIGHT,
                created=True,
            )
        ],
    )
CRM.extend(
    "contactDuplicates",
    actions=[Action("startMerge", _start_pair, returns="merges", right=RIGHT, created=True)],
)
