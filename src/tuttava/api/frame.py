"""How a request wants entities written."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from tuttava.api.declare import Service
from tuttava.api.values import Form


@dataclass(frozen=True)
class Frame:
    """Metadata level, form of values and addresses of one request."""

    service: Service
    #: Absolute address of the service.
    root: str
    #: Path of the company in the service, ``companies(…)/`` or blank.
    company: str
    metadata: str = "minimal"
    form: Form = field(default_factory=Form)
    calculation: Mapping[str, str] = field(default_factory=dict)

    def number(self, value: int) -> int | str:
        """A number that can be larger than JSON's own hold exactly."""
        return str(value) if self.form.numbers_as_text else value

    @property
    def base(self) -> str:
        """Absolute address of the sets."""
        return f"{self.root}/{self.company}"
