"""Model fields of the specification's types: ``code(n)``, references by code, search tokens."""

from __future__ import annotations

from typing import Any

from django.db import models


def as_code(value: object) -> str:
    """``value`` as a code: stripped and upper-cased; None is blank."""
    return "" if value is None else str(value).strip().upper()


class CodeField(models.CharField):  # type: ignore[type-arg]
    """``code(n)``: upper-cased and stripped, at most n characters, blank is ``""``."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        kwargs.setdefault("blank", True)
        kwargs.setdefault("default", "")
        super().__init__(*args, **kwargs)

    def get_prep_value(self, value: Any) -> Any:
        return as_code(value) if isinstance(value, str) else super().get_prep_value(value)


class CodeRef(models.ForeignKey):  # type: ignore[type-arg]
    """A reference to a code table by its code: ``salesperson`` is the row, ``salesperson_code`` the code (None: blank).

    The column holds the code itself, so lists and filters need no join.
    """

    def __init__(self, to: Any, on_delete: Any = models.RESTRICT, **kwargs: Any) -> None:
        kwargs.setdefault("to_field", "code")
        kwargs.setdefault("null", True)
        kwargs.setdefault("blank", True)
        kwargs.setdefault("related_name", "+")
        super().__init__(to, on_delete=on_delete, **kwargs)

    def get_attname(self) -> str:
        return f"{self.name}_code"

    def get_prep_value(self, value: Any) -> Any:
        return None if value == "" else super().get_prep_value(value)


class TokensField(models.Field):  # type: ignore[type-arg]
    """Search tokens as ``tsvector``, built in Python as a sequence of words; GIN-indexed, never shown."""

    def db_type(self, connection: Any) -> str:
        return "tsvector"

    def get_prep_value(self, value: Any) -> Any:
        if value is None or isinstance(value, str):
            return value
        words = (str(word).replace("\\", "\\\\").replace("'", "''") for word in value)
        return " ".join(f"'{word}'" for word in words if word)
