"""How sets and fields are called in the service (A-117)."""

from __future__ import annotations

from django.db.models import Model

from tuttava.api.declare import CRM
from tuttava.foundation.spelling import camel


def set_name(model: type[Model]) -> str:
    """The set that shows the rows of ``model``; of rows without a set the model's own name."""
    found = CRM.set_of(model)
    return found.name if found else camel(model._meta.object_name or "")


def field_name(model: type[Model], attribute: str) -> str:
    """The property that shows a field of ``model``."""
    found = CRM.set_of(model)
    prop = found.by_attribute.get(attribute) if found else None
    return prop.name if prop else camel(attribute)
