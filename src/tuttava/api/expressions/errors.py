"""The one refusal of this package."""

from __future__ import annotations

from django.utils.translation import gettext as _

from tuttava.foundation.errors import Text


class ExpressionError(Exception):
    """A condition or an order that cannot be answered (A-46): nothing was read.

    ``message``: translated words; ``position``: where, counted in characters from 1; ``target``: the name that is not
    known or may not be used, else blank. As text it is the whole sentence, position included.
    """

    def __init__(self, message: Text, position: int, target: str = "") -> None:
        super().__init__(message)
        self.message = message
        self.position = position
        self.target = target

    def __str__(self) -> str:
        return _("%(message)s (Character %(position)d.)") % {"message": self.message, "position": self.position}
