"""What is checked and derived when single fields are entered (C-41 to C-51)."""

from __future__ import annotations

from tuttava.contacts.models import Contact
from tuttava.foundation.records import Edit, Rules


class FieldRules(Rules[Contact]):
    """Communication, tax number, language, post code, city and country."""

    def enter_email(self, edit: Edit[Contact], value: str) -> None:
        """C-42, C-44."""
        edit.put("email", value)
        edit.put("search_email", value)
