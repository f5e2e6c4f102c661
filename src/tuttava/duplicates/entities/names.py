"""Fields of a contact by the names of their properties (A-117)."""

from __future__ import annotations

from django.db.models import Case, CharField, F, Value, When

from tuttava.api.declare import Expression
from tuttava.duplicates.models.comparable import choosable_fields
from tuttava.foundation.spelling import camel, snake


def field_property() -> Expression:
    """The stored name of a field as its property is called."""
    spelled = {name: camel(name) for name in choosable_fields()}
    cases = [When(field_name=name, then=Value(shown)) for name, shown in spelled.items() if name != shown]
    return Case(*cases, default=F("field_name"), output_field=CharField())


def field_called(name: str) -> str:
    """The stored name of a field, whichever way it is spelled; unknown ones are refused where they are entered."""
    return snake(name)
