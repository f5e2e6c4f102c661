from django.apps import AppConfig


class TransferConfig(AppConfig):
    name = "tuttava.transfer"
    label = "transfer"
    verbose_name = "Transfer"

    def ready(self) -> None:
        """Register jobs and pages."""
        from tuttava.transfer import export_actions, list_formats, merge_rules, published, running, set_exports  # noqa: F401
        from tuttava.transfer.entities import exports, imports  # noqa: F401
        from tuttava.transfer.pages import mount  # noqa: F401

        merge_rules.declare()
