"""Saving, changing and removing named views of a list."""

from __future__ import annotations

import uuid

from django.db.models import Q
from django.utils.translation import gettext as _

from tuttava.foundation import records
from tuttava.foundation.context import current, require
from tuttava.foundation.errors import DomainError
from tuttava.foundation.records import Edit, Rules, register
from tuttava.ui.lists.models import SavedView


@register
class SavedViewRules(Rules[SavedView]):
    """Everybody may keep views for himself; one for everybody needs the right to write. Only its owner changes it."""

    model = SavedView
    set_name = "savedViews"
    write_right = "api.read"
    delete_right = "api.read"

    def before_save(self, edit: Edit[SavedView]) -> None:
        if not edit.get("name").strip():
            raise DomainError("value_required", _("Give the view a name."), field="name")
        if edit.get("user_name") != current().user_name:
            raise DomainError("view.not_owner", _("Only its owner can change this view."), field="name")
        if edit.get("shared"):
            require("api.write", self.set_name)

    def before_delete(self, record: SavedView) -> None:
        if record.user_name != current().user_name:
            raise DomainError("view.not_owner", _("Only its owner can delete this view."))


def views_of(list_name: str) -> list[SavedView]:
    """The views the user can open: his own and those for everybody."""
    mine = Q(user_name=current().user_name)
    return list(SavedView.objects.filter(mine | Q(shared=True), list_name=list_name)[:200])


def save_view(list_name: str, name: str, state: str, *, shared: bool, start: bool) -> SavedView:
    """Keep ``state`` under ``name``; a view of the user's with that name is replaced."""
    if start:
        for other in SavedView.objects.filter(list_name=list_name, user_name=current().user_name, start=True)[:50]:
            records.change(other, {"start": False})
    values = {"state": state, "shared": shared, "start": start}
    found = SavedView.objects.filter(list_name=list_name, user_name=current().user_name, name=name.strip()).first()
    if found:
        return records.change(found, values)
    return records.create(
        SavedView, {"name": name.strip(), **values}, given={"list_name": list_name, "user_name": current().user_name}
    )


def delete_view(list_name: str, identity: uuid.UUID) -> None:
    """Remove a view; raises ``record_gone`` when there is none."""
    found = SavedView.objects.filter(list_name=list_name, pk=identity).first()
    if found is None:
        raise DomainError("record_gone", _("This view does not exist any more."))
    records.delete(found)
