from django.apps import AppConfig


class FoundationConfig(AppConfig):
    name = "tuttava.foundation"
    label = "foundation"
    verbose_name = "Foundation"

    def ready(self) -> None:
        """Register the rules and jobs, and fill new companies."""
        from tuttava.foundation import code_rules, company, company_rules, defaults, series_rules, undo_job  # noqa: F401

        company.connect()
        defaults.connect()
