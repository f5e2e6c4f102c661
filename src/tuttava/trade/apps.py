from django.apps import AppConfig


class TradeConfig(AppConfig):
    name = "tuttava.trade"
    label = "trade"
    verbose_name = "Trade"

    def ready(self) -> None:
        """Register what is traded and what was."""
        from tuttava.trade import entities, pages  # noqa: F401
