"""What can hang on customers, vendors and employees: files and a picture; and who may see them (C-72).

Whose personal data is locked shows neither to people without the right to it.
"""

from __future__ import annotations

import uuid
from collections.abc import Callable, Collection

from tuttava.api.sets.attachments import owns_attachments
from tuttava.api.sets.pictures import owns_pictures
from tuttava.foundation import attachments, pictures
from tuttava.foundation.context import current
from tuttava.foundation.models import AttachmentParent, PictureParent
from tuttava.foundation.touching import touched_by_what_hangs
from tuttava.partners.models import Customer, Employee, Vendor

RIGHT = "privacy.manage"

Locked = Customer | Vendor | Employee
Ids = Collection[uuid.UUID]


def is_hidden(record: Locked) -> bool:
    """Whether the record's personal data is hidden from the current user."""
    return record.privacy_blocked and not current().may(RIGHT)


def _hidden_among(model: type[Locked]) -> Callable[[Ids], Ids]:
    def hidden(ids: Ids) -> Ids:
        if current().may(RIGHT):
            return ()
        return list(model._default_manager.filter(pk__in=ids, privacy_blocked=True).values_list("pk", flat=True))

    return hidden


def _file_name(record: Locked) -> str:
    return f"{record.no} {record.full_name if isinstance(record, Employee) else record.name}"


def _filed(model: type[Locked]) -> attachments.Parent:
    return attachments.Parent(model, _hidden_among(model), RIGHT)


def _pictured(model: type[Locked]) -> pictures.Parent:
    return pictures.Parent(model, named=_file_name, hidden=is_hidden, right=RIGHT)


FILED = {model: _filed(model) for model in (Customer, Vendor, Employee)}
PICTURED = {model: _pictured(model) for model in (Customer, Vendor, Employee)}


def connect() -> None:
    """Tell what can hang on records; it touches them."""
    for model, navigation, target in (
        (Customer, "customer", "customers"),
        (Vendor, "vendor", "vendors"),
        (Employee, "employee", "employees"),
    ):
        owns_attachments(AttachmentParent(model.table), FILED[model], navigation)
        owns_pictures(PictureParent(model.table), PICTURED[model], navigation, target)
        touched_by_what_hangs(model.table, model)
