"""Our own people who deal with outside parties: salespeople and teams."""

from __future__ import annotations

from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.utils.translation import gettext_lazy as _

from tuttava.foundation.fields import CodeField, CodeRef
from tuttava.foundation.records import Record


class Salesperson(Record):
    """Who sells or buys."""

    code = CodeField(_("code"), max_length=20, unique=True)
    name = models.CharField(_("name"), max_length=50, blank=True, default="")
    job_title = models.CharField(_("job title"), max_length=30, blank=True, default="")
    phone_no = models.CharField(_("phone"), max_length=30, blank=True, default="")
    email = models.CharField(_("e-mail"), max_length=80, blank=True, default="")
    email_2 = models.CharField(_("e-mail 2"), max_length=80, blank=True, default="")
    search_email = CodeField(_("search e-mail"), max_length=80, editable=False)
    commission_pct = models.DecimalField(
        _("commission %"),
        max_digits=5,
        decimal_places=2,
        default=0,
        validators=[MinValueValidator(0), MaxValueValidator(100)],
    )
    blocked = models.BooleanField(_("blocked"), default=False, help_text=_("Cannot be chosen any more."))
    privacy_blocked = models.BooleanField(
        _("privacy blocked"), default=False, help_text=_("Personal data locked: not on new records.")
    )

    private_email = models.BooleanField(
        _("private e-mail"),
        default=False,
        help_text=_("Logged e-mail is private: others see that there was one, but not what it says."),
    )

    derived = frozenset({"search_email"})

    class Meta:
        verbose_name = _("salesperson")
        verbose_name_plural = _("salespeople")
        ordering = ["code"]


class Team(Record):
    """Salespeople who work together."""

    code = CodeField(_("code"), max_length=10, unique=True)
    name = models.CharField(_("name"), max_length=50, blank=True, default="")

    class Meta:
        verbose_name = _("team")
        verbose_name_plural = _("teams")
        ordering = ["code"]


class TeamRole(models.TextChoices):
    MEMBER = "member", _("Member")
    LEAD = "lead", _("Lead")


class TeamMember(Record):
    """A salesperson in a team."""

    team = CodeRef(Team, null=False, blank=False, on_delete=models.CASCADE, related_name="members")
    salesperson = CodeRef(Salesperson, null=False, blank=False, on_delete=models.CASCADE, related_name="teams")
    role = models.CharField(_("role"), max_length=10, choices=TeamRole.choices, default=TeamRole.MEMBER)

    key_field = "salesperson_code"

    class Meta:
        verbose_name = _("team member")
        verbose_name_plural = _("team members")
        ordering = ["team", "salesperson"]
        constraints = [models.UniqueConstraint(fields=["team", "salesperson"], name="team_salesperson")]
