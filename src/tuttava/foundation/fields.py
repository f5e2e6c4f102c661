"""Model fields of the specification's types: ``code(n)``, references by code, search tokens."""

from __future__ import annotations

from typing import Any

from django.db import models


def as_code(value: object) -> str:
    """``value`` as a code: stripped and upper-cased; None is blank."""
    return "" if value is None else str(value).strip().upper()


@models.ForeignKey.register_lookup
@models.Field.register_lookup
class Among(models.Lookup):
    """Rows whose value is one of a long list, or of the array of a subquery: ``__in`` with a single parameter.

    An array made by a subquery is made once, before the rows are looked for.
    """

    lookup_name = "among"

    def get_prep_lookup(self) -> Any:
        if hasattr(self.rhs, "resolve_expression"):
            return self.rhs
        return [self.lhs.output_field.get_prep_value(value) for value in self.rhs]

    def as_sql(self, compiler: Any, connection: Any) -> tuple[str, tuple[Any, ...]]:
        left, left_params = self.process_lhs(compiler, connection)
        many, many_params = ("%s", [self.rhs]) if self.rhs_is_direct_value() else self.process_rhs(compiler, connection)
        kind = self.lhs.output_field.db_type(connection)
        return f"{left} = ANY ({many}::{kind}[])", (*left_params, *many_params)


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

    def deconstruct(self) -> Any:
        """A migration must say what is not blank: left out, it would read the default of this class."""
        name, path, args, kwargs = super().deconstruct()
        return name, path, args, {**kwargs, "null": self.null, "blank": self.blank}

    def get_attname(self) -> str:
        return f"{self.name}_code"

    def get_prep_value(self, value: Any) -> Any:
        return None if value == "" else super().get_prep_value(value)


class StatementKey(models.ForeignKey):  # type: ignore[type-arg]
    """A reference to the ``id`` of a row, checked a statement at a time (:mod:`.statement_references`).

    For tables that grow by the hundred thousand. Needs an index that begins with it. ``held``: whatever writes holds
    the row referred to locked, so that nobody deletes it meanwhile.
    """

    def __init__(self, *args: Any, held: bool = False, **kwargs: Any) -> None:
        self.held = held
        super().__init__(*args, **{**kwargs, "db_constraint": False})

    def deconstruct(self) -> Any:
        """As any key, with ``held`` where it says so."""
        name, path, args, kwargs = super().deconstruct()
        return name, path, args, {**kwargs, "held": True} if self.held else kwargs


class TokensField(models.Field):  # type: ignore[type-arg]
    """Search tokens as ``tsvector``, in Python a sorted list of words without blanks, quotes and backslashes.

    Look-ups: ``tokens__matches`` with a tsquery uses the GIN index; ``tokens__holds`` tests rows found otherwise.
    """

    def db_type(self, connection: Any) -> str:
        return "tsvector"

    def get_prep_value(self, value: Any) -> Any:
        if value is None or isinstance(value, str):
            return value
        words = list(filter(None, value))
        joined = "' '".join(words)
        if "\\" in joined or joined.count("'") > 2 * (len(words) - 1):
            joined = "' '".join(word.replace("\\", "\\\\").replace("'", "''") for word in words)
        return f"'{joined}'" if words else ""

    def from_db_value(self, value: str | None, expression: Any, connection: Any) -> list[str] | None:
        return value if value is None else sorted(value[1:-1].split("' '") if value else [])


@TokensField.register_lookup
class TokensMatch(models.Lookup):
    """Rows whose tokens satisfy a tsquery, by the index."""

    lookup_name = "matches"

    def as_sql(self, compiler: Any, connection: Any) -> tuple[str, tuple[str | int, ...]]:
        left, left_params = self.process_lhs(compiler, connection)
        right, right_params = self.process_rhs(compiler, connection)
        return self.operation(left, right), (*left_params, *right_params)

    def operation(self, left: str, right: str) -> str:
        return f"{left} @@ {right}::tsquery"


@TokensField.register_lookup
class TokensHold(TokensMatch):
    """The same test without the index: for conditions so common that reading the index for them costs more."""

    lookup_name = "holds"

    def operation(self, left: str, right: str) -> str:
        return f"({left} || ''::tsvector) @@ {right}::tsquery"
