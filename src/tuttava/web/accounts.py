"""Sign-in policy and the entries of one's own account. Accounts are made by administrators; nobody signs up by himself.

The pages are allauth's in the product's look (``templates/account``, ``mfa`` and ``allauth``); their scripts are
allauth's own files, configured by data in the page, so the strict content security policy holds there too.
"""

from __future__ import annotations

from allauth.account.adapter import DefaultAccountAdapter
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.utils.translation import gettext_lazy as _

from tuttava.foundation.directory.models import User
from tuttava.foundation.directory.permissions import companies_of
from tuttava.ui.registry import Entry

ENTRIES = [
    Entry("jobs", _("Background work"), "jobs", icon="clock"),
    Entry("my-settings", _("My settings"), "my-settings", icon="adjustments-horizontal"),
    Entry("access_keys", _("My access keys"), "access_keys", icon="command-line"),
    Entry("password", _("Change password"), "account_change_password", icon="key"),
    Entry("two_step", _("Two-step sign-in and passkeys"), "mfa_index", icon="shield-check"),
]


class AccountAdapter(DefaultAccountAdapter):
    """Nobody signs up; a forgotten password is reset by mail."""

    def is_open_for_signup(self, request: HttpRequest) -> bool:
        return False


def no_company(request: HttpRequest) -> HttpResponse:
    """Where a user lands who may enter no company (yet)."""
    if not isinstance(request.user, User):
        return HttpResponseRedirect("/accounts/login/")
    if companies_of(request.user):
        return HttpResponseRedirect("/")
    return render(request, "account/no_company.html", status=403)
