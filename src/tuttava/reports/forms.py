"""What one chooses before a report is made."""

from __future__ import annotations

from typing import Any, ClassVar

from django import forms
from django.db.models import Model
from django.utils.translation import gettext_lazy as _

from tuttava.contacts.models import ContactType
from tuttava.foundation.models import Country, Territory
from tuttava.partners.models import Salesperson
from tuttava.reports.seams import cover_sheet_log
from tuttava.reports.selection import ORDERS, label_of
from tuttava.reports.sheets import FORMATS, Sheet

CUSTOM = "custom"
_ORDER_NAMES = {
    "name": _("Name"),
    "no": _("Number"),
    "post_code": _("Post code"),
    "company": _("Company, then its people"),
}
_CODE_TABLES: dict[str, type[Model]] = {"salesperson": Salesperson, "territory": Territory, "country": Country}


def _coded(name: str) -> forms.ChoiceField:
    """A choice of one code; read when the form is shown, so new codes appear at once."""

    def choices() -> list[tuple[str, str]]:
        rows = _CODE_TABLES[name]._default_manager.order_by("code").values_list("code", "name")
        return [("", str(_("All"))), *((code, f"{code} · {words}" if words else code) for code, words in rows)]

    return forms.ChoiceField(choices=choices, required=False)


class ReportForm(forms.Form):
    """Filters on contacts. ``offered`` names those that a report has; ``ids`` or ``state`` come from a list."""

    offered: ClassVar[tuple[str, ...]] = ()

    ids = forms.CharField(required=False, widget=forms.HiddenInput)
    state = forms.CharField(required=False, widget=forms.HiddenInput)
    no = forms.CharField(required=False, max_length=250, help_text=_("A number, A..B, A*, or several with | between."))
    name = forms.CharField(required=False, max_length=100, help_text=_("How the name begins."))
    search_name = forms.CharField(required=False, max_length=100, help_text=_("How the search name begins."))
    type = forms.ChoiceField(choices=[("", _("All")), *ContactType.choices], required=False)
    salesperson = _coded("salesperson")
    territory = _coded("territory")
    country = _coded("country")
    post_code = forms.CharField(required=False, max_length=250, help_text=_("For example 0150..0599 or 50*."))
    order = forms.ChoiceField(choices=[(name, _ORDER_NAMES[name]) for name in ORDERS], required=False, label=_("Order"))

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        filters = [name for name in ReportForm.base_fields if name not in ("ids", "state")]
        chosen = bool(self.data.get("ids") or self.data.get("state"))
        for name in filters:
            if name not in self.offered or (chosen and name != "order"):
                del self.fields[name]
        for name, field in self.fields.items():
            if name in filters and name != "order":
                field.label = label_of(name)


class LabelForm(ReportForm):
    offered = ("no", "name", "type", "salesperson", "post_code", "territory", "country", "order")

    sheet = forms.ChoiceField(
        choices=[*((name, words) for name, (words, _sheet) in FORMATS.items()), (CUSTOM, _("Measures of my own"))],
        required=False,
        label=_("Sheet"),
    )
    start = forms.IntegerField(
        min_value=1, initial=1, required=False, label=_("First label"), help_text=_("To use up a sheet already begun.")
    )
    width = forms.FloatField(min_value=20, max_value=1000, initial=210, required=False, label=_("Sheet width (mm)"))
    height = forms.FloatField(min_value=20, max_value=1000, initial=297, required=False, label=_("Sheet height (mm)"))
    columns = forms.IntegerField(min_value=1, max_value=20, initial=3, required=False, label=_("Columns"))
    rows = forms.IntegerField(min_value=1, max_value=60, initial=7, required=False, label=_("Rows"))
    label_width = forms.FloatField(min_value=10, max_value=400, initial=70, required=False, label=_("Label width (mm)"))
    label_height = forms.FloatField(
        min_value=8, max_value=400, initial=36, required=False, label=_("Label height (mm)")
    )
    left = forms.FloatField(min_value=0, max_value=200, initial=0, required=False, label=_("Left margin (mm)"))
    top = forms.FloatField(min_value=0, max_value=200, initial=0, required=False, label=_("Top margin (mm)"))
    gap_across = forms.FloatField(min_value=0, max_value=100, initial=0, required=False, label=_("Gap across (mm)"))
    gap_down = forms.FloatField(min_value=0, max_value=100, initial=0, required=False, label=_("Gap down (mm)"))
    text = forms.FloatField(min_value=5, max_value=30, initial=9, required=False, label=_("Letter size (pt)"))

    measures: ClassVar[tuple[str, ...]] = (
        *("width", "height", "columns", "rows", "label_width", "label_height", "left", "top", "gap_across"),
        *("gap_down", "text"),
    )

    def chosen_sheet(self) -> Sheet:
        """The sheet that was chosen or measured; a measure left blank has its initial value."""
        name = self.cleaned_data.get("sheet") or "36x70"
        if name != CUSTOM:
            return FORMATS[name][1]
        given = {measure: self.cleaned_data.get(measure) for measure in self.measures}
        return Sheet(**{name: self.fields[name].initial if value is None else value for name, value in given.items()})


class ContactListForm(ReportForm):
    offered = ("no", "search_name", "type", "salesperson", "post_code", "country", "order")


class SummaryForm(ReportForm):
    """``date_filter`` limits the tasks and interactions; only the service asks for it."""

    offered = ("no", "name", "salesperson", "territory", "country", "post_code", "order")

    date_filter = forms.CharField(required=False, widget=forms.HiddenInput)


REMARKS = {
    "agreed": _("as agreed upon"),
    "information": _("for your information"),
    "comments": _("your comments please"),
    "approval": _("for your approval"),
    "call": _("please call"),
    "returned": _("returned after use"),
}


class CoverSheetForm(ReportForm):
    offered = ("no", "name", "type", "salesperson", "post_code", "order")

    line_1 = forms.CharField(required=False, max_length=100, label=_("Text 1"))
    line_2 = forms.CharField(required=False, max_length=100, label=_("Text 2"))
    line_3 = forms.CharField(required=False, max_length=100, label=_("Text 3"))
    line_4 = forms.CharField(required=False, max_length=100, label=_("Text 4"))
    line_5 = forms.CharField(required=False, max_length=100, label=_("Text 5"))
    remarks = forms.MultipleChoiceField(
        choices=list(REMARKS.items()), required=False, widget=forms.CheckboxSelectMultiple, label=_("Remarks")
    )
    custom_remark = forms.CharField(required=False, max_length=100, label=_("Remark of your own"))
    log = forms.BooleanField(
        required=False, label=_("Log an interaction for each contact"), help_text=_("Not in the preview.")
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if cover_sheet_log() is None:
            del self.fields["log"]
