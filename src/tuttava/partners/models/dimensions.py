"""Dimensions by which figures are split, and the values that records bring along (17.1, B-27)."""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _

from tuttava.foundation.fields import CodeField, CodeRef
from tuttava.foundation.records import Record
from tuttava.partners.models.heads import text


class DimensionParent(models.TextChoices):
    """The kinds of records that have default dimensions."""

    CUSTOMER = "customer", _("Customer")
    VENDOR = "vendor", _("Vendor")
    BANK_ACCOUNT = "bank_account", _("Bank account")
    EMPLOYEE = "employee", _("Employee")
    ITEM = "item", _("Item")
    SALESPERSON = "salesperson", _("Salesperson")
    CAMPAIGN = "campaign", _("Campaign")
    CUSTOMER_TEMPLATE = "customer_template", _("Customer template")
    VENDOR_TEMPLATE = "vendor_template", _("Vendor template")
    EMPLOYEE_TEMPLATE = "employee_template", _("Employee template")


class ValuePosting(models.TextChoices):
    """What posting demands of the dimension's value."""

    NONE = "none", " "
    CODE_MANDATORY = "code_mandatory", _("Code mandatory")
    SAME_CODE = "same_code", _("Same code")
    NO_CODE = "no_code", _("No code")


class Dimension(Record):
    code = CodeField(_("code"), max_length=20, unique=True)
    name = text(_("name"), 30)
    consolidation_code = CodeField(_("consolidation code"), max_length=20)
    blocked = models.BooleanField(_("blocked"), default=False)

    class Meta:
        verbose_name = _("dimension")
        verbose_name_plural = _("dimensions")
        ordering = ["code"]


class DimensionValue(Record):
    dimension = CodeRef(
        Dimension,
        verbose_name=_("dimension"),
        null=False,
        blank=False,
        on_delete=models.CASCADE,
        related_name="values",
    )
    code = CodeField(_("code"), max_length=20)
    name = text(_("name"), 50)
    blocked = models.BooleanField(_("blocked"), default=False)

    class Meta:
        verbose_name = _("dimension value")
        verbose_name_plural = _("dimension values")
        ordering = ["dimension", "code"]
        constraints = [models.UniqueConstraint(fields=["dimension", "code"], name="dimension_value_key")]


class ValuedDimension(Record):
    """A dimension with one of its values, on a record."""

    parent_id = models.UUIDField(_("record"))
    dimension = CodeRef(Dimension, verbose_name=_("dimension"), null=False, blank=False, db_index=False)
    dimension_value_code = CodeField(_("value"), max_length=20)

    journal_owner = "parent_id"
    key_field = "dimension_code"

    class Meta:
        abstract = True


class DefaultDimension(ValuedDimension):
    """The value of a dimension that a record brings to everything posted on it. ``parent_id`` is the record's id."""

    parent_type = models.CharField(_("belongs to"), max_length=20, choices=DimensionParent.choices)
    value_posting = models.CharField(
        _("value posting"), max_length=15, choices=ValuePosting.choices, default=ValuePosting.NONE
    )
    allowed_values_filter = text(_("allowed values"), 250, _("Codes of values, such as 10..30|50; blank allows all."))

    bookkeeping = frozenset({"parent_type"})

    class Meta:
        verbose_name = _("default dimension")
        verbose_name_plural = _("default dimensions")
        ordering = ["parent_type", "parent_id", "dimension"]
        constraints = [
            models.UniqueConstraint(fields=["parent_id", "parent_type", "dimension"], name="default_dimension_key")
        ]
        indexes = [models.Index(fields=["dimension", "dimension_value_code"], name="default_dimension_value")]


class DimensionSetLine(ValuedDimension):
    """The value of a dimension that a document has. ``parent_id`` is the document's id."""

    class Meta:
        verbose_name = _("dimension of a document")
        verbose_name_plural = _("dimensions of documents")
        ordering = ["parent_id", "dimension"]
        constraints = [models.UniqueConstraint(fields=["parent_id", "dimension"], name="dimension_set_line_key")]
        indexes = [models.Index(fields=["dimension", "dimension_value_code"], name="dimension_set_line_value")]
