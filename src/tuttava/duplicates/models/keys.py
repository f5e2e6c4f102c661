"""The smart search: the rare keys by which one contact finds its candidates, and what is known of the base."""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _

from tuttava.contacts.models import Contact
from tuttava.foundation.unlogged import unlogged


@unlogged
class ContactMatchKey(models.Model):
    """One of about a dozen keys of a contact: equal keys make candidates. Derived: not journaled, not logged.

    One row is of no contact: with it the keys of all contacts were there (:mod:`tuttava.duplicates.smart.standing`).
    """

    pk = models.CompositePrimaryKey("key", "contact_id")
    key = models.BigIntegerField()
    contact = models.ForeignKey(Contact, on_delete=models.DO_NOTHING, db_constraint=False, related_name="+")

    class Meta:
        verbose_name = _("match key")
        verbose_name_plural = _("match keys")

    def __str__(self) -> str:
        return f"{self.key}"


class MatchingState(models.Model):
    """What the search knows of this company's contacts as a whole. Not journaled; one row."""

    #: The way of making keys that all stored keys were made in; another one: they are to be made anew.
    keys_version = models.PositiveSmallIntegerField(default=0)
    #: Value frequencies (:class:`tuttava.matching.statistics.Statistics`), and of how many contacts.
    statistics = models.BinaryField(null=True)
    counted = models.IntegerField(default=0)
    counted_at = models.DateTimeField(null=True)
    #: What answers taught (:class:`tuttava.matching.learning.Correction`); blank: nothing yet.
    correction = models.JSONField(null=True)
    #: Whether it is used; switched off the model judges as it ships.
    use_correction = models.BooleanField(default=True)
    learned_at = models.DateTimeField(null=True)
    searched_at = models.DateTimeField(null=True)
    only_row = models.BooleanField(default=True, unique=True, editable=False)

    class Meta:
        verbose_name = _("matching state")
        verbose_name_plural = _("matching state")

    def __str__(self) -> str:
        return str(self.counted_at or "")
