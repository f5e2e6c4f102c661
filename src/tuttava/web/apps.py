from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class WebConfig(AppConfig):
    name = "tuttava.web"
    label = "web"
    verbose_name = "Web"

    def ready(self) -> None:
        """Put the frame's own pages into the rail."""
        from tuttava.ui import registry
        from tuttava.ui.recent import recent
        from tuttava.web import (  # noqa: F401 - they register pages
            api_pages,
            application_pages,
            company_pages,
            jobs,
            key_pages,
            permission_pages,
            user_pages,
        )

        registry.add_nav(registry.Entry("home", _("Home"), "home", icon="home", order=0))
        registry.add_panel(
            registry.HomePanel(
                "recent",
                _("Opened lately"),
                "web/home_recent.html",
                lambda request: {"lines": recent(request)[:8]},
                order=10,
            )
        )
        registry.add_nav(registry.Entry("setup", _("Setup"), "setup", icon="cog-6-tooth", order=900))
