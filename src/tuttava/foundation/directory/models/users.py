"""Users, the permission sets there are, and which of them a user has where."""

from __future__ import annotations

import re
from typing import ClassVar

from django.contrib.auth.models import AbstractUser
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models.functions import Lower
from django.utils.crypto import salted_hmac
from django.utils.translation import gettext_lazy as _

from tuttava.foundation.directory.models.base import Entry
from tuttava.foundation.directory.models.companies import Company
from tuttava.foundation.fields import CodeField

RIGHTS = (
    "api.read",
    "api.write",
    "api.set_work_date",
    "api.admin",
    "api.feed_trade_data",
    "company.create",
    "contacts.delete",
    "merge_duplicates",
    "privacy.manage",
    "interaction_log.read",
    "interaction_log.write",
    "interaction_log.delete",
    "interaction_log.private",
    "template_setup.write",
    "mail_logging.setup",
    "logged_segments.delete",
    "opportunities.delete",
)


class User(Entry, AbstractUser):
    """A person (or application) who may sign in."""

    full_name = models.CharField(_("full name"), max_length=100, blank=True)
    language = models.CharField(_("language"), max_length=10, blank=True)
    theme = models.CharField(max_length=10, blank=True)
    default_company = models.ForeignKey(Company, null=True, blank=True, on_delete=models.SET_NULL, related_name="+")
    session_round = models.PositiveIntegerField(
        default=0,
        editable=False,
        help_text="Raised to end all sessions and tokens: each is good for one round.",
    )

    REQUIRED_FIELDS: ClassVar[list[str]] = []

    class Meta:
        verbose_name = _("user")
        verbose_name_plural = _("users")
        constraints = [models.UniqueConstraint(Lower("username"), name="user_name_any_case")]

    def get_full_name(self) -> str:
        return self.full_name or self.username

    def _get_session_auth_hash(self, secret: str | bytes | None = None) -> str:
        signed = f"{self.password}:{self.session_round}"
        return salted_hmac("tuttava.session", signed, secret=secret, algorithm="sha256").hexdigest()

    @property
    def initials(self) -> str:
        """Up to two letters for the user's badge."""
        return "".join(word[0] for word in re.split(r"[\s._-]+", self.get_full_name()) if word)[:2].upper()


class PermissionSet(Entry):
    """A named bundle of rights; shipped ones cannot be changed."""

    code = CodeField(_("code"), max_length=20, unique=True)
    name = models.CharField(_("name"), max_length=100)
    permissions = ArrayField(models.CharField(max_length=80), default=list, verbose_name=_("rights"))
    built_in = models.BooleanField(default=False, editable=False)

    class Meta:
        verbose_name = _("permission set")
        verbose_name_plural = _("permission sets")
        ordering = ["code"]

    def __str__(self) -> str:
        return str(self.code)


class UserPermissionSet(Entry):
    """A user's permission set in one company, or in every company (``company`` blank)."""

    user = models.ForeignKey(User, on_delete=models.CASCADE, related_name="permission_sets")
    permission_set = models.ForeignKey(
        PermissionSet,
        to_field="code",
        on_delete=models.RESTRICT,
        related_name="users",
        verbose_name=_("permission set"),
    )
    company = models.ForeignKey(Company, null=True, blank=True, on_delete=models.CASCADE, related_name="+")

    class Meta:
        verbose_name = _("user permission set")
        verbose_name_plural = _("user permission sets")
        constraints = [
            models.UniqueConstraint(
                fields=["user", "permission_set", "company"], name="user_set_company", nulls_distinct=False
            )
        ]

    def __str__(self) -> str:
        return f"{self.user} {self.permission_set_id}"
