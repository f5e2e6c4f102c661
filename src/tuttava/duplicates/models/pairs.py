"""Pairs of contacts that may be the same party, and what people said of them (D.2)."""

from __future__ import annotations

from django.db import models
from django.db.models.functions import Greatest, Least
from django.utils.translation import gettext_lazy as _

from tuttava.contacts.models import Contact
from tuttava.foundation.records import Record


class ContactDuplicate(Record):
    """A pair, in one direction only: ``contact`` is the one whose search found ``duplicate``.

    One row whoever found it: ``classic`` by search strings, ``smart`` by the scored search. ``separate_contacts`` is
    the user's word for both. The database itself does not hold the contacts: what is merely alike keeps nobody from
    taking back that a contact was created, and two who change like contacts at once do not wait for each other.
    """

    contact = models.ForeignKey(
        Contact, verbose_name=_("contact"), on_delete=models.CASCADE, db_constraint=False, related_name="+"
    )
    duplicate = models.ForeignKey(
        Contact, verbose_name=_("duplicate"), on_delete=models.CASCADE, db_constraint=False, related_name="+"
    )
    separate_contacts = models.BooleanField(_("separate contacts"), default=False)
    no_of_matching_strings = models.PositiveSmallIntegerField(_("number of matching strings"), default=0)
    #: 0 to 100; none until the pair was compared.
    score = models.PositiveSmallIntegerField(_("score"), null=True)
    classic = models.BooleanField(_("found by search strings"), default=False, editable=False)
    smart = models.BooleanField(_("found by likeness"), default=False, editable=False)
    #: What each looked like when they were declared separate, 32 characters for either: once both changed, the smart
    #: search may ask again (D-11, D-26).
    evidence = models.CharField(max_length=64, blank=True, default="", editable=False)
    #: Put off in the queue; it comes after all others.
    put_off_at = models.DateTimeField(_("put off at"), null=True)

    key_field = "id"
    incidental = True
    journal_owner = "contact_id"
    derived = frozenset({"no_of_matching_strings", "score", "classic", "smart", "evidence"})

    class Meta:
        verbose_name = _("duplicate contact")
        verbose_name_plural = _("duplicate contacts")
        constraints = [
            models.UniqueConstraint(Least("contact", "duplicate"), Greatest("contact", "duplicate"), name="pair_once"),
            models.CheckConstraint(condition=~models.Q(contact=models.F("duplicate")), name="pair_of_two"),
        ]
        indexes = [
            models.Index(
                models.F("score").desc(nulls_last=True),
                "id",
                condition=models.Q(separate_contacts=False),
                name="open_pairs_by_score",
            ),
            models.Index(
                models.F("put_off_at").asc(nulls_first=True),
                models.F("score").desc(nulls_last=True),
                "id",
                condition=models.Q(separate_contacts=False),
                name="open_pairs_as_asked",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.contact_id} {self.duplicate_id}"


class DuplicateAnswer(Record):
    """What a user said of a pair; it teaches the search of this company until it is taken back.

    Contacts are named by what they were then: a merged one does not exist any more.
    """

    contact_no = models.CharField(_("contact"), max_length=20)
    duplicate_no = models.CharField(_("duplicate"), max_length=20)
    contact_name = models.CharField(_("contact name"), max_length=100, blank=True, default="")
    duplicate_name = models.CharField(_("duplicate name"), max_length=100, blank=True, default="")
    same = models.BooleanField(_("the same"))
    score = models.PositiveSmallIntegerField(_("score then"), null=True)
    #: Values by the names of :data:`tuttava.matching.FEATURES`; a missing one is left out.
    features = models.JSONField(default=dict)
    answered_by = models.CharField(_("answered by"), max_length=150)
    answered_at = models.DateTimeField(_("answered at"), db_index=True)
    #: Left out of learning by an administrator.
    ignored = models.BooleanField(_("ignored"), default=False)

    key_field = "id"

    class Meta:
        verbose_name = _("answer about duplicates")
        verbose_name_plural = _("answers about duplicates")

    def __str__(self) -> str:
        return f"{self.contact_no} {self.duplicate_no}"
