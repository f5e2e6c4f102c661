"""What is shared by all companies: the companies themselves, users and their permission sets."""

from __future__ import annotations

import re
from typing import ClassVar

from django.contrib.auth.models import AbstractUser
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.utils.crypto import salted_hmac
from django.utils.translation import gettext_lazy as _

from tuttava.foundation.fields import CodeField
from tuttava.foundation.ids import new_id

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
    "template_setup.write",
    "mail_logging.setup",
    "logged_segments.delete",
    "opportunities.delete",
)


class Company(models.Model):
    """One set of books: a schema of its own. ``slug`` is its place in addresses."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    name = models.CharField(_("name"), max_length=60, unique=True)
    display_name = models.CharField(_("display name"), max_length=250, blank=True)
    slug = models.SlugField(max_length=60, unique=True)
    schema = models.CharField(max_length=63, unique=True, editable=False)
    created_at = models.DateTimeField(auto_now_add=True)
    ready = models.BooleanField(default=False)

    class Meta:
        verbose_name = _("company")
        verbose_name_plural = _("companies")
        ordering = ["name"]

    def __str__(self) -> str:
        return self.display_name or self.name


class User(AbstractUser):
    """A person (or application) who may sign in."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    full_name = models.CharField(_("full name"), max_length=100, blank=True)
    language = models.CharField(_("language"), max_length=10, blank=True)
    theme = models.CharField(max_length=10, blank=True)
    default_company = models.ForeignKey(Company, null=True, blank=True, on_delete=models.SET_NULL, related_name="+")
    session_round = models.PositiveIntegerField(
        default=0, editable=False, help_text="Raised to end all sessions: each session is signed for one round."
    )

    REQUIRED_FIELDS: ClassVar[list[str]] = []

    def get_full_name(self) -> str:
        return self.full_name or self.username

    def _get_session_auth_hash(self, secret: str | bytes | None = None) -> str:
        signed = f"{self.password}:{self.session_round}"
        return salted_hmac("tuttava.session", signed, secret=secret, algorithm="sha256").hexdigest()

    @property
    def initials(self) -> str:
        """Up to two letters for the user's badge."""
        return "".join(word[0] for word in re.split(r"[\s._-]+", self.get_full_name()) if word)[:2].upper()


class AccessKey(models.Model):
    """A user's web-service access key. Only its digest is stored: the key is random, so a plain SHA-256 suffices."""

    user = models.OneToOneField(User, on_delete=models.CASCADE, related_name="access_key", primary_key=True)
    digest = models.CharField(max_length=64, unique=True, editable=False)
    created_at = models.DateTimeField(auto_now_add=True)
    expires_on = models.DateField(_("expires on"), null=True, blank=True)

    class Meta:
        verbose_name = _("access key")

    def __str__(self) -> str:
        return str(self.user)


class PermissionSet(models.Model):
    """A named bundle of rights; shipped ones cannot be changed."""

    code = CodeField(_("code"), max_length=20, primary_key=True)
    name = models.CharField(_("name"), max_length=100)
    permissions = ArrayField(models.CharField(max_length=80), default=list, verbose_name=_("rights"))
    built_in = models.BooleanField(default=False, editable=False)

    class Meta:
        verbose_name = _("permission set")
        verbose_name_plural = _("permission sets")
        ordering = ["code"]

    def __str__(self) -> str:
        return str(self.code)


class UserPermissionSet(models.Model):
    """A user's permission set in one company, or in every company (``company`` blank)."""

    user = models.ForeignKey(User, on_delete=models.CASCADE, related_name="permission_sets")
    permission_set = models.ForeignKey(PermissionSet, on_delete=models.RESTRICT, related_name="users")
    company = models.ForeignKey(Company, null=True, blank=True, on_delete=models.CASCADE, related_name="+")

    class Meta:
        verbose_name = _("user permission set")
        constraints = [
            models.UniqueConstraint(
                fields=["user", "permission_set", "company"], name="user_set_company", nulls_distinct=False
            )
        ]

    def __str__(self) -> str:
        return f"{self.user} {self.permission_set_id}"
