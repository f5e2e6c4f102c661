"""Code tables of the contact register."""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _

from tuttava.foundation.errors import Text
from tuttava.foundation.fields import CodeRef
from tuttava.foundation.models import CodeTable, Language
from tuttava.foundation.records import Record


class IndustryGroup(CodeTable):
    class Meta(CodeTable.Meta):
        verbose_name = _("industry group")
        verbose_name_plural = _("industry groups")


class MailingGroup(CodeTable):
    class Meta(CodeTable.Meta):
        verbose_name = _("mailing group")
        verbose_name_plural = _("mailing groups")


class JobResponsibility(CodeTable):
    class Meta(CodeTable.Meta):
        verbose_name = _("job responsibility")
        verbose_name_plural = _("job responsibilities")


class OrganizationalLevel(CodeTable):
    class Meta(CodeTable.Meta):
        verbose_name = _("organizational level")
        verbose_name_plural = _("organizational levels")


class BusinessRelation(CodeTable):
    class Meta(CodeTable.Meta):
        verbose_name = _("business relation")
        verbose_name_plural = _("business relations")


class Salutation(CodeTable):
    """How to greet a contact; the texts are in its formulas (C-61)."""

    class Meta(CodeTable.Meta):
        verbose_name = _("salutation")
        verbose_name_plural = _("salutations")


class SalutationType(models.TextChoices):
    FORMAL = "formal", _("Formal")
    INFORMAL = "informal", _("Informal")


class NamePart(models.TextChoices):
    NONE = "none", _("None")
    JOB_TITLE = "job_title", _("Job title")
    FIRST_NAME = "first_name", _("First name")
    MIDDLE_NAME = "middle_name", _("Middle name")
    SURNAME = "surname", _("Surname")
    INITIALS = "initials", _("Initials")
    COMPANY_NAME = "company_name", _("Company name")


def _part(label: Text) -> models.CharField[str, str]:
    return models.CharField(label, max_length=15, choices=NamePart.choices, default=NamePart.NONE)


class SalutationFormula(Record):
    """The greeting in one language, formal or informal; ``%1`` to ``%5`` stand for the five names."""

    salutation_ref = CodeRef(Salutation, null=False, blank=False, on_delete=models.CASCADE, related_name="formulas")
    language = CodeRef(Language, verbose_name=_("language"))
    salutation_type = models.CharField(_("type"), max_length=10, choices=SalutationType.choices)
    salutation = models.CharField(_("text"), max_length=50, blank=True, default="")
    name_1 = _part(_("name 1"))
    name_2 = _part(_("name 2"))
    name_3 = _part(_("name 3"))
    name_4 = _part(_("name 4"))
    name_5 = _part(_("name 5"))

    key_field = "salutation_type"

    class Meta:
        verbose_name = _("salutation formula")
        verbose_name_plural = _("salutation formulas")
        ordering = ["salutation_ref", "language", "salutation_type"]
        constraints = [
            models.UniqueConstraint(
                fields=["salutation_ref", "language", "salutation_type"],
                name="salutation_formula_key",
                nulls_distinct=False,
            )
        ]


class WebSource(CodeTable):
    """A place on the web to look a company up; ``%1`` in the address is the search word (C-93)."""

    url = models.CharField(
        _("address"), max_length=250, blank=True, default="", help_text=_("%1 stands for the search word.")
    )

    class Meta(CodeTable.Meta):
        verbose_name = _("web source")
        verbose_name_plural = _("web sources")
