"""Refusals of documents that several rules share. Every message names the document and the way out."""

from __future__ import annotations

from django.utils.translation import gettext as _

from tuttava.documents.models import DocumentHeader
from tuttava.documents.names import title_of
from tuttava.foundation.errors import DomainError


def released(document: DocumentHeader) -> DomainError:
    """``document_released``: header and lines are locked (I-133)."""
    return DomainError(
        "document_released",
        _("%(document)s is released. Reopen it first.") % {"document": title_of(document)},
        rule="I-133",
    )


def not_open(document: DocumentHeader) -> DomainError:
    """``document_not_open`` (I-140)."""
    return DomainError(
        "document_not_open",
        _("%(document)s is released. Reopen it first.") % {"document": title_of(document)},
        rule="I-140",
    )


def account_required(document: DocumentHeader) -> DomainError:
    """``account_required`` (I-133)."""
    field = "vendor_id" if document.area == "purchase" else "customer_id"
    return DomainError(
        "account_required",
        _("%(document)s has no customer or vendor. Fill it in.") % {"document": title_of(document)},
        field=field,
        rule="I-133",
    )


def nothing_to_release(document: DocumentHeader) -> DomainError:
    """``nothing_to_release`` (I-133)."""
    return DomainError(
        "nothing_to_release",
        _("%(document)s has no line with a quantity. Add an item, resource or account with a quantity.")
        % {"document": title_of(document)},
        rule="I-133",
    )


def nothing_to_post(document: DocumentHeader) -> DomainError:
    """``nothing_to_post`` (I-135)."""
    return DomainError(
        "nothing_to_post",
        _("%(document)s: there is nothing to post. Check the quantities to ship and to invoice.")
        % {"document": title_of(document)},
        rule="I-135",
    )


def document_not_found(title: str) -> DomainError:
    """``document_not_found`` (I-129, I-140)."""
    return DomainError(
        "document_not_found",
        _("%(document)s does not exist any more.") % {"document": title},
        rule="I-129",
    )


def email_address_missing(title: str, number: str) -> DomainError:
    """``email_address_missing`` (I-136)."""
    return DomainError(
        "email_address_missing",
        _("%(document)s has no e-mail address to go to. Enter one on the document or its customer.")
        % {"document": f"{title} {number}"},
        field="e_mail",
        rule="I-136",
    )
