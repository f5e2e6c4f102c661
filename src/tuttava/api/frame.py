"""How a request wants entities written."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from tuttava.api.declare import Service
from tuttava.api.values import Form
from tuttava.foundation.context import current

#: Under what a call remembers the absolute address of the company's sets.
_BASE = "api.base"


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


def remember_address(frame: Frame) -> None:
    """Let results of this call hold absolute addresses (A-118)."""
    current().cache[_BASE] = frame.base


def address_in_service(path: str) -> str:
    """The absolute address of a place in the company, such as ``printFiles({id})/content``; blank for a blank path."""
    return f"{current().cache.get(_BASE, '')}{path}" if path else ""
