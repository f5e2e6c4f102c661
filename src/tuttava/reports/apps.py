from django.apps import AppConfig


class ReportsConfig(AppConfig):
    name = "tuttava.reports"
    label = "reports"
    verbose_name = "Reports"

    def ready(self) -> None:
        """Register the pages, and the reports with the service."""
        from tuttava.interactions import cover_sheets
        from tuttava.reports import pages, published, seams, segment_pages, segments  # noqa: F401

        pages.connect()
        segment_pages.connect()
        seams.log_cover_sheets_with(cover_sheets.offered, cover_sheets.record)
