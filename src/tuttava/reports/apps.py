from django.apps import AppConfig


class ReportsConfig(AppConfig):
    name = "tuttava.reports"
    label = "reports"
    verbose_name = "Reports"

    def ready(self) -> None:
        """Register the pages."""
        from tuttava.reports import pages

        pages.connect()
