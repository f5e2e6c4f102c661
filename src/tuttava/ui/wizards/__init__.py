"""Dialogs: forms that open over the page, keep what was typed when closed, and are plain pages without script."""

from tuttava.ui.wizards.forms import FormError, dialog, form_fields, read_form

__all__ = ["FormError", "dialog", "form_fields", "read_form"]
