"""The classic search: which parts of which fields are compared, and the strings cut from them (D.2)."""

from __future__ import annotations

from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.utils.translation import gettext_lazy as _

from tuttava.contacts.models import Contact
from tuttava.duplicates.models.comparable import field_choices
from tuttava.foundation.records import Record


class PartOfField(models.TextChoices):
    FIRST = "first", _("First")
    LAST = "last", _("Last")


class DuplicateSearchStringSetup(Record):
    """One part of one field that is compared; ``field_name`` is the contact's stored text field."""

    field_name = models.CharField(_("field"), max_length=30, choices=field_choices)
    part_of_field = models.CharField(_("part of field"), max_length=5, choices=PartOfField.choices)
    length = models.PositiveSmallIntegerField(
        _("length"), default=5, validators=[MinValueValidator(2), MaxValueValidator(10)]
    )

    key_field = "field_name"

    class Meta:
        verbose_name = _("duplicate search string")
        verbose_name_plural = _("duplicate search strings")
        constraints = [models.UniqueConstraint(fields=["field_name", "part_of_field"], name="search_string_setup_key")]

    def __str__(self) -> str:
        return f"{self.get_field_name_display()}, {self.get_part_of_field_display()}"


class ContactSearchString(models.Model):
    """A string of a company contact. Derived: not journaled, rebuilt at any time."""

    pk = models.CompositePrimaryKey("contact_id", "field_name", "part_of_field")
    contact = models.ForeignKey(
        Contact, on_delete=models.DO_NOTHING, db_constraint=False, db_index=False, related_name="+"
    )
    field_name = models.CharField(max_length=30, db_collation="C")
    part_of_field = models.CharField(max_length=5, choices=PartOfField.choices, db_collation="C")
    search_string = models.CharField(max_length=10, db_collation="C")

    class Meta:
        verbose_name = _("contact search string")
        verbose_name_plural = _("contact search strings")
        indexes = [
            models.Index(fields=["field_name", "part_of_field", "search_string", "contact"], name="search_string_found")
        ]

    def __str__(self) -> str:
        return f"{self.field_name} {self.part_of_field} {self.search_string}"


class SearchIndex(models.Model):
    """How far the strings of this company are from what its setup says. Not journaled; one row."""

    #: The setup changed since the strings were built for all (D-7).
    outdated = models.BooleanField(default=False)
    built_at = models.DateTimeField(null=True)
    only_row = models.BooleanField(default=True, unique=True, editable=False)

    class Meta:
        verbose_name = _("search index")
        verbose_name_plural = _("search index")

    def __str__(self) -> str:
        return str(self.built_at or "")
