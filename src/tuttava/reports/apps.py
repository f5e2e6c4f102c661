from django.apps import AppConfig


class ReportsConfig(AppConfig):
    name = "tuttava.reports"
    label = "reports"
    verbose_name = "Reports"
