from django.apps import AppConfig


class InterfaceConfig(AppConfig):
    name = "tuttava.ui"
    label = "ui"
    verbose_name = "Interface"

    def ready(self) -> None:
        """Register the setup pages of the foundation's tables."""
        from tuttava.ui import basics  # noqa: F401
