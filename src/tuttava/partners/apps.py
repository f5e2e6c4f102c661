from django.apps import AppConfig


class PartnersConfig(AppConfig):
    name = "tuttava.partners"
    label = "partners"
    verbose_name = "Partners"

    def ready(self) -> None:
        """Register the rules and fill new companies."""
        from tuttava.foundation.company import forget_when_saved
        from tuttava.partners import defaults
        from tuttava.partners import pages as _pages  # noqa: F401
        from tuttava.partners import rules as _rules  # noqa: F401
        from tuttava.partners.models import Salesperson

        defaults.connect()
        forget_when_saved(Salesperson)
