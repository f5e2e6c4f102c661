"""Addresses, setup entries and commands of this room."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from tuttava.transfer.models import ImportKind
from tuttava.transfer.pages import exports, imports
from tuttava.ui import registry
from tuttava.ui.lists.declare import PageLink
from tuttava.ui.lists.mount import add_page_link

registry.add_route("import/", imports.overview, "imports")
registry.add_route("import/of/<slug:kind>/", imports.overview, "imports_of")
registry.add_route("import/<uuid:pk>/", imports.show, "import")
registry.add_route("import/<uuid:pk>/columns/", imports.columns, "import_columns")
registry.add_route("import/<uuid:pk>/decide/", imports.decide, "import_decide")
registry.add_route("import/<uuid:pk>/do/", imports.act, "import_act")
registry.add_route("import/<uuid:pk>/progress/", imports.progress, "import_progress")
registry.add_route("import/<uuid:pk>/rejected/", imports.download, "import_rejected")
registry.add_route("export/", exports.overview, "exports")
registry.add_route("export/<uuid:pk>/", exports.show, "export")
registry.add_route("export/<uuid:pk>/progress/", exports.progress, "export_progress")
registry.add_route("export/<uuid:pk>/file/", exports.download, "export_file")

registry.add_command(
    registry.Command(
        "transfer.import",
        _("Import a file"),
        "imports",
        icon="arrow-up-tray",
        order=60,
        right="api.write",
        description=_("From CSV, Excel, vCard or JSON"),
        words=_("upload file spreadsheet load"),
    )
)
registry.add_command(
    registry.Command(
        "transfer.export",
        _("Export contacts"),
        "exports",
        icon="arrow-down-tray",
        order=61,
        description=_("To CSV, Excel, vCard or JSON"),
        words=_("download file spreadsheet save"),
    )
)
registry.add_setup(
    registry.SetupEntry(
        "transfer.imports",
        _("Imports"),
        "imports",
        icon="arrow-up-tray",
        order=900,
        right="api.write",
        description=_("Files brought in, their refused rows, and Undo"),
        group=_("Data"),
    )
)
registry.add_setup(
    registry.SetupEntry(
        "transfer.exports",
        _("Exports"),
        "exports",
        icon="arrow-down-tray",
        order=901,
        description=_("Contacts as files for other programs"),
        group=_("Data"),
    )
)

#: Lists and what a file imported from there holds.
IMPORTED = {
    "contacts": ImportKind.CONTACTS,
    "customers": ImportKind.CUSTOMERS,
    "vendors": ImportKind.VENDORS,
    "bank-accounts": ImportKind.BANK_ACCOUNTS,
    "employees": ImportKind.EMPLOYEES,
}
for _name, _kind in IMPORTED.items():
    add_page_link(
        _name,
        PageLink(
            "import", _("Import"), "imports_of", icon="arrow-up-tray", right="api.write", given={"kind": str(_kind)}
        ),
    )
