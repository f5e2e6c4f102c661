from django.apps import AppConfig


class FoundationConfig(AppConfig):
    name = "tuttava.foundation"
    label = "foundation"
    verbose_name = "Foundation"

    def ready(self) -> None:
        """Register the rules."""
        from tuttava.foundation import company, company_rules, series_rules  # noqa: F401

        company.connect()
