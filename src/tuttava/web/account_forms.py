"""The sign-in form in our words."""

from __future__ import annotations

from typing import Any

from allauth.account.forms import LoginForm
from django.utils.translation import gettext_lazy as _

_Base: Any = LoginForm  # allauth has no types


class SignInForm(_Base):  # type: ignore[misc]
    """allauth's form; one field takes a user name or an e-mail address."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        labels = {
            "login": _("User name or e-mail address"),
            "password": _("Password"),
            "remember": _("Stay signed in on this device"),
        }
        for name, label in labels.items():
            if name in self.fields:
                self.fields[name].label = label
                self.fields[name].widget.attrs.pop("placeholder", None)
        self.fields["login"].widget.attrs["autocomplete"] = "username"
        self.fields["login"].widget.attrs["autofocus"] = True
