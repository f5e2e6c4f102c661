"""The one record that steers the register (C-113 to C-115)."""

from __future__ import annotations

import uuid
from collections import defaultdict
from collections.abc import Sequence

from django.dispatch import Signal
from django.utils.translation import gettext as _

from tuttava.contacts.models import AttachmentStorage, BusinessRelation, MarketingSetup
from tuttava.contacts.rules.fields import check_salesperson
from tuttava.contacts.rules.relations import CODE_FIELDS
from tuttava.contacts.status import refresh_all
from tuttava.foundation.cleaning import attribute
from tuttava.foundation.context import ask, tell
from tuttava.foundation.date_formula import normalised
from tuttava.foundation.errors import DomainError
from tuttava.foundation.locales import check_format_region
from tuttava.foundation.records import Edit, Rules, register

#: Duplicates listen: build the search strings of all contacts now (C-114).
search_strings_wanted = Signal()
#: Interactions listen and move their attachments to ``setup``'s storage (C-115). Arguments: ``setup``.
attachment_storage_changed = Signal()


@register
class MarketingSetupRules(Rules[MarketingSetup]):
    model = MarketingSetup
    set_name = "marketingSetup"
    write_right = "api.admin"
    delete_right = "api.admin"

    def enter_default_salesperson_code(self, edit: Edit[MarketingSetup], value: str | None) -> None:
        """The default, too, must be somebody who may be chosen (C-36, C-47)."""
        if value and value != edit.old("default_salesperson_code"):
            check_salesperson(value, "")
        edit.put("default_salesperson_code", value)

    def enter_default_format_region(self, edit: Edit[MarketingSetup], value: str) -> None:
        edit.put("default_format_region", check_format_region(value, field="default_format_region"))

    def enter_default_task_date_calculation(self, edit: Edit[MarketingSetup], value: str) -> None:
        """A date formula, typed in the user's letters and kept in the common ones (F-13, F-14)."""
        try:
            edit.put("default_task_date_calculation", normalised(value))
        except DomainError as error:
            error.field = "default_task_date_calculation"
            raise

    def enter_maintain_dupl_search_strings(self, edit: Edit[MarketingSetup], value: bool) -> None:
        """Switching maintenance takes the automatic search along, unless that is sent too (C-114)."""
        if value != edit.get("maintain_dupl_search_strings"):
            edit.put("maintain_dupl_search_strings", value)
            edit.derive("autosearch_for_duplicates", value)

    def enter_autosearch_for_duplicates(self, edit: Edit[MarketingSetup], value: bool) -> None:
        """Switching the automatic search on needs maintenance; switched off alone, maintenance stays (C-114)."""
        switched_on = value and not edit.old("autosearch_for_duplicates")
        if switched_on:
            edit.put("maintain_dupl_search_strings", True)
        edit.put("autosearch_for_duplicates", value and edit.get("maintain_dupl_search_strings"))

    def enter_attachment_storage_location(self, edit: Edit[MarketingSetup], value: str) -> None:
        """A place belongs to disk files only (C-115)."""
        if (
            value
            and edit.get("attachment_storage_type") != AttachmentStorage.DISK_FILE
            and value != edit.old("attachment_storage_location")
        ):
            raise DomainError(
                "value_invalid",
                _("The storage location applies to attachments in disk files. Change the attachment storage first."),
                field="attachment_storage_location",
                rule="C-115",
            )
        edit.put("attachment_storage_location", value)

    def after_save(self, edits: Sequence[Edit[MarketingSetup]]) -> None:
        for edit in edits:
            if not edit.is_new:
                _warn_of_shared_codes(edit)
                _refresh_statuses(edit)
                _offer_search_strings(edit)
                _move_attachments(edit)

    def after_restore(self, ids: Sequence[uuid.UUID]) -> None:
        """Which codes were in the setup before is not known here: everybody who has one is looked at (B-18)."""
        refresh_all(BusinessRelation.objects.values_list("code", flat=True))

    def before_delete(self, record: MarketingSetup) -> None:
        """There is always exactly one (C-113)."""
        raise DomainError(
            "setup.cannot_delete", _("The marketing setup cannot be deleted. Change its values instead."), rule="C-113"
        )

    def describe(self, record: MarketingSetup) -> str:
        return str(record._meta.verbose_name)


def _warn_of_shared_codes(edit: Edit[MarketingSetup]) -> None:
    """A contact has a code once only, so of two registers that share one the second cannot be linked (B-4)."""
    if not edit.changed(*CODE_FIELDS.values()):
        return
    named: dict[str, list[str]] = defaultdict(list)
    for name in CODE_FIELDS.values():
        if edit.get(name):
            named[edit.get(name)].append(str(attribute(MarketingSetup, name).verbose_name))
    for code, labels in named.items():
        if len(labels) > 1:
            tell(
                "setup.relation_code_shared",
                _("Relation %(code)s stands in several fields (%(fields)s). A contact can have it only once.")
                % {"code": code, "fields": ", ".join(labels)},
                severity="warning",
            )


def _refresh_statuses(edit: Edit[MarketingSetup]) -> None:
    """Other codes, another status of whoever has one of them (B-18)."""
    changed = [name for name in CODE_FIELDS.values() if edit.changed(name)]
    codes = {value for name in changed for value in (edit.old(name), edit.get(name)) if value}
    if codes:
        refresh_all(codes)


def _offer_search_strings(edit: Edit[MarketingSetup]) -> None:
    switched_on = edit.changed("maintain_dupl_search_strings") and edit.get("maintain_dupl_search_strings")
    if not switched_on or not search_strings_wanted.has_listeners():
        return
    question = _("Generate the duplicate search strings of all contacts now?")
    if ask("q_generate_search_strings", question, default=True, unattended=False):
        search_strings_wanted.send(sender=MarketingSetup)


def _move_attachments(edit: Edit[MarketingSetup]) -> None:
    to_disk = edit.get("attachment_storage_type") == AttachmentStorage.DISK_FILE
    located = bool(edit.get("attachment_storage_location"))
    moved = edit.changed("attachment_storage_type") and (located or not to_disk)
    if moved or (to_disk and located and edit.changed("attachment_storage_location")):
        attachment_storage_changed.send(sender=MarketingSetup, setup=edit.record)
