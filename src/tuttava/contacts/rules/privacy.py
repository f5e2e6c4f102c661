"""Privacy block, minors and parental consent as fields (C-69 to C-71)."""

from __future__ import annotations

from django.utils.translation import gettext as _

from tuttava.contacts.models import Contact
from tuttava.foundation.errors import DomainError
from tuttava.foundation.records import Edit


class PrivacyRules:
    """Entered in this order: minor, consent, block; so a block lifted in the same request is a deliberate act."""

    def enter_minor(self, edit: Edit[Contact], value: bool) -> None:
        """C-69: a minor is blocked; who is none (any more) has no consent to record."""
        was_minor = edit.get("minor")
        edit.put("minor", value)
        if value and not was_minor:
            edit.put("privacy_blocked", True)
        if was_minor and not value:
            edit.put("parental_consent_received", False)

    def enter_parental_consent_received(self, edit: Edit[Contact], value: bool) -> None:
        """C-70: either way somebody must lift the block deliberately afterwards."""
        if value != edit.get("parental_consent_received"):
            edit.put("privacy_blocked", True)
        edit.put("parental_consent_received", value)

    def enter_privacy_blocked(self, edit: Edit[Contact], value: bool) -> None:
        """C-71."""
        if not value and edit.get("minor") and not edit.get("parental_consent_received"):
            raise DomainError(
                "contact.privacy.consent_missing",
                _("Contact %(no)s is a minor without parental consent and stays blocked. Record the consent first.")
                % {"no": edit.get("no")},
                field="privacy_blocked",
                rule="C-71",
            )
        edit.put("privacy_blocked", value)
