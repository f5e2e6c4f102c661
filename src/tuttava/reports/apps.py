from django.apps import AppConfig


class ReportsConfig(AppConfig):
    name = "tuttava.reports"
    label = "reports"
    verbose_name = "Reports"

    def ready(self) -> None:
        """Register the pages, and the reports with the service."""
        from tuttava.reports import pages, published  # noqa: F401

        pages.connect()
