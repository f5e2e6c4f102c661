"""How programs prove who they are: access keys, applications, and what users allowed applications.

Keys, secrets, codes and refresh tokens are random and long, so a plain SHA-256 is stored of them and nothing else.
"""

from __future__ import annotations

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.utils.translation import gettext_lazy as _

from tuttava.foundation.directory.models.base import Entry
from tuttava.foundation.directory.models.users import User


class AccessKey(Entry):
    """One of a user's web-service access keys (A-11). ``last_used_at`` is right to the minute."""

    user = models.ForeignKey(User, on_delete=models.CASCADE, related_name="access_keys", verbose_name=_("user"))
    name = models.CharField(_("name"), max_length=100, blank=True)
    digest = models.CharField(max_length=64, unique=True, editable=False)
    expires_on = models.DateField(_("last day"), null=True, blank=True)
    last_used_at = models.DateTimeField(_("last used"), null=True, editable=False)

    class Meta:
        verbose_name = _("access key")
        verbose_name_plural = _("access keys")
        ordering = ["created_at"]

    def __str__(self) -> str:
        return self.name or str(self.pk)


class Application(Entry):
    """A program that asks for tokens (A-12). On its own it acts as ``user``; with a code, as the user who allowed it.

    ``public_key`` (PEM, JWK or JWK set) checks assertions that it signs; ``redirect_uris`` are where users may be sent
    back to after they allowed it.
    """

    client_id = models.CharField(_("client id"), max_length=50, unique=True, editable=False)
    name = models.CharField(_("name"), max_length=100)
    user = models.ForeignKey(
        User, null=True, blank=True, on_delete=models.CASCADE, related_name="applications", verbose_name=_("acts as")
    )
    public_key = models.TextField(_("public key"), blank=True)
    secret_digest = models.CharField(max_length=64, blank=True, editable=False)
    redirect_uris = ArrayField(
        models.CharField(max_length=2048), default=list, blank=True, verbose_name=_("redirect addresses")
    )

    class Meta:
        verbose_name = _("application")
        verbose_name_plural = _("applications")
        ordering = ["name", "id"]

    def __str__(self) -> str:
        return self.name or self.client_id


class Grant(models.Model):
    """What one sign-in of a user gave an application: the family of its refresh tokens. Without it they are void."""

    application = models.ForeignKey(Application, on_delete=models.CASCADE, related_name="grants")
    user = models.ForeignKey(User, on_delete=models.CASCADE, related_name="grants")
    session_round = models.PositiveIntegerField()
    scope = models.TextField(blank=True)
    created_at = models.DateTimeField(auto_now_add=True)
    expires_at = models.DateTimeField(db_index=True)

    def __str__(self) -> str:
        return f"{self.application} {self.user}"


class RefreshToken(models.Model):
    """A refresh token, good for one use. One that comes a second time was stolen: its whole family ends."""

    grant = models.ForeignKey(Grant, on_delete=models.CASCADE, related_name="refresh_tokens")
    digest = models.CharField(max_length=64, unique=True)
    used_at = models.DateTimeField(null=True)

    def __str__(self) -> str:
        return str(self.grant)


class AuthorizationCode(models.Model):
    """A code that an application turns into tokens, once and soon. ``grant`` is what it gave, should it come again."""

    digest = models.CharField(max_length=64, primary_key=True)
    application = models.ForeignKey(Application, on_delete=models.CASCADE, related_name="+")
    user = models.ForeignKey(User, on_delete=models.CASCADE, related_name="+")
    redirect_uri = models.CharField(max_length=2048)
    code_challenge = models.CharField(max_length=128)
    scope = models.TextField(blank=True)
    expires_at = models.DateTimeField(db_index=True)
    used_at = models.DateTimeField(null=True)
    grant = models.ForeignKey(Grant, null=True, on_delete=models.SET_NULL, related_name="+")

    def __str__(self) -> str:
        return f"{self.application} {self.user}"


class UsedAssertion(models.Model):
    """The id of a signed assertion that was used, kept while the assertion would still be good."""

    digest = models.CharField(max_length=64, primary_key=True)
    expires_at = models.DateTimeField(db_index=True)

    def __str__(self) -> str:
        return self.digest
