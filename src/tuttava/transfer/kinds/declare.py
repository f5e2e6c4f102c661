"""What makes a kind of import: its fields, how rows are recognised, and what writes them.

Everything else - reading, mapping, the dry run, chunks, refused rows, Undo - is the same for all kinds.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from typing import Protocol

from django.conf import settings
from django.utils import translation

from tuttava.foundation.context import current, require
from tuttava.foundation.errors import Text
from tuttava.foundation.spelling import camel, snake
from tuttava.transfer.headings import normalise
from tuttava.transfer.models import ImportKind
from tuttava.transfer.options import Options
from tuttava.transfer.plans import Late, Plan
from tuttava.transfer.targets import Target


class Writer(Protocol):
    """Writes the rows of one import chunk by chunk.

    ``companies_created`` counts the companies that columns of other records named and that were not there.
    """

    companies_created: int

    def write(self, plans: Sequence[Plan]) -> None:
        """Match, decide and save a chunk, through all rules; a row that is refused does not spoil the others."""


#: Options, and whether it is a dry run, to the writer of one import.
MakeWriter = Callable[[Options, bool], Writer]


@dataclass(frozen=True)
class Kind:
    """A kind of import.

    ``matchers``: the keys of ``options.MATCHERS`` by which a record is recognised, in the order in
    which they are tried. ``settle`` finishes a
    plan once all cells are converted. ``sections`` name the tables of column headings that are asked before the common
    one; ``aliases`` say what a field that the common table knows is called here; ``spelled`` how the service spells a
    field where the name does not follow from ours. ``types``: rows are companies or persons; the user may say which.
    """

    name: str
    set_name: str
    fields: Sequence[Target]
    matchers: tuple[str, ...]
    make: MakeWriter
    settle: Callable[[Plan, Options], None]
    late: Late | None = None
    sections: tuple[str, ...] = ()
    aliases: Mapping[str, str] = field(default_factory=dict)
    spelled: Mapping[str, str] = field(default_factory=dict)
    types: bool = False
    right: str = "api.write"

    @property
    def label(self) -> Text:
        return ImportKind(self.name).label

    @cached_property
    def targets(self) -> dict[str, Target]:
        """Every field by name, in the order in which they are offered."""
        return {target.name: target for target in self.fields}

    @cached_property
    def labels(self) -> dict[str, tuple[str, ...]]:
        """Fields by their label in each language, normalised as headings are: our own exports have them."""
        found: dict[str, tuple[str, ...]] = {}
        for language, _name in settings.LANGUAGES:
            with translation.override(language):
                for target in self.fields:
                    key = normalise(str(target.label))
                    if target.name not in found.get(key, ()):
                        found[key] = (*found.get(key, ()), target.name)
        return found

    @cached_property
    def names(self) -> dict[str, str]:
        """Fields by what they are called in the service, normalised as headings are."""
        return {normalise(self.public_name(name)): name for name in self.targets}

    def public_name(self, target: str) -> str:
        """How the service spells a field."""
        return self.spelled.get(target) or camel(target)

    def stored_name(self, public: str) -> str:
        """The field that the service spells so; our own spelling is understood too."""
        return next((stored for stored, name in self.spelled.items() if name == public), snake(public))

    def require(self) -> None:
        """Refuse who may not write what this kind imports."""
        require(self.right, self.set_name)

    @property
    def allowed(self) -> bool:
        """Whether who acts may write what this kind imports."""
        return current().may(self.right, self.set_name)
