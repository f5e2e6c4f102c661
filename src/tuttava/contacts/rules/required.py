"""Fields that may not stay blank."""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext as _

from tuttava.foundation.cleaning import attribute
from tuttava.foundation.errors import DomainError
from tuttava.foundation.records import Edit, Record


def require_field(edit: Edit[Any], name: str) -> None:
    """Refuse a blank ``name`` (``field_required``)."""
    if edit.get(name) in (None, ""):
        model: type[Record] = type(edit.record)
        field = attribute(model, name)
        raise DomainError(
            "field_required",
            _("%(field)s of the %(record)s is missing. Fill it in.")
            % {"field": str(field.verbose_name).capitalize(), "record": edit.record._meta.verbose_name},
            field=name,
        )
