from django.apps import AppConfig


class PartnersConfig(AppConfig):
    name = "tuttava.partners"
    label = "partners"
    verbose_name = "Partners"

    def ready(self) -> None:
        """Register the rules and fill new companies."""
        from tuttava.foundation.company import forget_when_saved
        from tuttava.foundation.references import also_named_in
        from tuttava.partners import defaults, dimensions, hanging, merge_rules, setups
        from tuttava.partners import entities as _entities  # noqa: F401
        from tuttava.partners import pages as _pages  # noqa: F401
        from tuttava.partners import rules as _rules  # noqa: F401
        from tuttava.partners.models import Salesperson

        defaults.connect()
        dimensions.connect()
        setups.connect()
        hanging.connect()
        merge_rules.declare()
        also_named_in("partners.Salesperson", "foundation.UserPreference", "salesperson_code")
        forget_when_saved(Salesperson)
