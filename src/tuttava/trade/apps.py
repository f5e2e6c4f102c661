from django.apps import AppConfig


class TradeConfig(AppConfig):
    name = "tuttava.trade"
    label = "trade"
    verbose_name = "Trade"

    def ready(self) -> None:
        """Register what is traded and what was."""
        from tuttava.partners.dimensions import has_dimensions
        from tuttava.partners.models import DimensionParent
        from tuttava.trade import defaults, demo, listening, merge_rules
        from tuttava.trade import entities as _entities  # noqa: F401
        from tuttava.trade import pages as _pages  # noqa: F401
        from tuttava.trade import rules as _rules  # noqa: F401
        from tuttava.trade.models import Item

        has_dimensions(DimensionParent.ITEM, Item)
        defaults.connect()
        listening.connect()
        demo.connect()
        merge_rules.declare()
