"""Salutations own their formulas (C-61, C-65)."""

from __future__ import annotations

from django.utils.translation import gettext as _

from tuttava.contacts.models import Salutation, SalutationFormula
from tuttava.contacts.rules.codes import CodeRules
from tuttava.contacts.rules.required import require_field
from tuttava.foundation.context import current
from tuttava.foundation.errors import DomainError
from tuttava.foundation.records import Edit, Rules, register


@register
class SalutationRules(CodeRules[Salutation]):
    model = Salutation
    set_name = "salutations"

    def before_delete(self, record: Salutation) -> None:
        """Its formulas go with it (C-65)."""
        SalutationFormula.objects.filter(salutation_ref__code=record.code).delete()
        current().cache.pop(SalutationFormula, None)


@register
class SalutationFormulaRules(Rules[SalutationFormula]):
    model = SalutationFormula
    set_name = "salutationFormulas"

    def before_save(self, edit: Edit[SalutationFormula]) -> None:
        """Salutation and kind are the key; one formula for each language."""
        require_field(edit, "salutation_ref_code")
        require_field(edit, "salutation_type")
        current().cache.pop(SalutationFormula, None)
        if edit.is_new or edit.changed("salutation_ref_code", "language_code", "salutation_type"):
            _refuse_second(edit)

    def after_delete(self, record: SalutationFormula) -> None:
        current().cache.pop(SalutationFormula, None)


def _refuse_second(edit: Edit[SalutationFormula]) -> None:
    same_key = SalutationFormula.objects.filter(
        salutation_ref__code=edit.get("salutation_ref_code"),
        language__code=edit.get("language_code"),
        salutation_type=edit.get("salutation_type"),
    )
    if same_key.exclude(pk=edit.record.pk).exists():
        raise DomainError(
            "already_exists",
            _("Salutation %(code)s has a formula for this language and type already. Change that one.")
            % {"code": edit.get("salutation_ref_code")},
            field="language_code",
        )
