"""How records of the registers and their templates, addresses and accounts begin.

Fields of a model stand in the order in which Python met them, and are entered in that order: this module comes before
the blocks of ``shared``, so that numbers, codes and names come first.
"""

from __future__ import annotations

from typing import ClassVar

from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from tuttava.foundation.errors import Text
from tuttava.foundation.fields import CodeField, CodeRef, TokensField
from tuttava.foundation.models import Currency, NumberSeries
from tuttava.foundation.records import Record
from tuttava.foundation.search_tokens import Searched


class ContactType(models.TextChoices):
    COMPANY = "company", _("Company")
    PERSON = "person", _("Person")


def text(label: Text, length: int, help_text: Text = "") -> models.CharField[str, str]:
    """A line of text, blank unless filled in."""
    return models.CharField(label, max_length=length, blank=True, default="", help_text=help_text)


class RegisterEntry(Record):
    """A numbered record of one of the four registers.

    ``table`` is the name of the register in relation rows; ``search_tokens`` and ``search_text`` serve the search.
    """

    no = CodeField(_("number"), max_length=20, unique=True, help_text=_("Drawn from the series when left blank."))
    no_series = CodeRef(NumberSeries, verbose_name=_("number series"), editable=False, db_index=False)
    last_modified_at = models.DateTimeField(_("last modified"), default=timezone.now, editable=False)
    search_tokens = TokensField(null=True, editable=False)
    search_text = models.CharField(max_length=400, blank=True, default="", editable=False, db_collation="C")

    table: ClassVar[str] = ""
    searched: ClassVar[Searched]
    key_field = "no"
    derived = frozenset({"no_series_code", "last_modified_at", "search_tokens", "search_text"})

    class Meta:
        abstract = True

    def __str__(self) -> str:
        return str(self.no)


class Register(RegisterEntry):
    """What customers, vendors and bank accounts have in common: the fields they share with their contact (B.3)."""

    name = text(_("name"), 100)
    search_name = CodeField(_("search name"), max_length=100, help_text=_("Another key to find this record by."))
    name_2 = text(_("name 2"), 50)
    contact = text(_("contact"), 100, _("Name of the primary contact person."))

    class Meta:
        abstract = True


class RegisterTemplate(Record):
    """What a new record of ``table`` starts with; blank fields leave the record's alone."""

    code = CodeField(_("code"), max_length=20, unique=True)
    description = text(_("description"), 100)
    no_series = CodeRef(NumberSeries, verbose_name=_("number series"), db_index=False)

    table: ClassVar[str] = ""

    class Meta:
        abstract = True


class PartyTemplate(RegisterTemplate):
    contact_type = models.CharField(
        _("contact type"),
        max_length=10,
        choices=ContactType.choices,
        default=ContactType.COMPANY,
        help_text=_("Proposed for contacts of this type."),
    )
    contact = text(_("contact"), 100)

    class Meta:
        abstract = True


class FurtherAddress(Record):
    code = CodeField(_("code"), max_length=10)
    name = text(_("name"), 100)
    name_2 = text(_("name 2"), 50)
    contact = text(_("contact"), 100)
    phone_no = text(_("phone"), 30)
    email = text(_("e-mail"), 80)
    home_page = text(_("home page"), 255)

    class Meta:
        abstract = True


class PartyBankAccount(Record):
    code = CodeField(_("code"), max_length=20)
    name = text(_("name"), 100)
    name_2 = text(_("name 2"), 50)
    contact = text(_("contact"), 100)
    phone_no = text(_("phone"), 30)
    email = text(_("e-mail"), 80)
    bank_branch_no = text(_("bank branch number"), 20)
    bank_account_no = text(_("bank account number"), 30)
    iban = CodeField("IBAN", max_length=50)
    swift_code = CodeField("BIC", max_length=20)
    currency = CodeRef(Currency, verbose_name=_("currency"), db_index=False)

    class Meta:
        abstract = True
