from django.apps import AppConfig


class ApiConfig(AppConfig):
    """The OData machine, and what it keeps for all companies."""

    name = "tuttava.api"

    def ready(self) -> None:
        """Register the sets of what the foundation keeps (the rooms have theirs); notify subscribers beside jobs."""
        from tuttava.api.sets import (  # noqa: F401
            attachments,
            changes,
            codes,
            comments,
            dates,
            directory,
            organisation,
            pictures,
            preferences,
            reports,
            series,
            subscriptions,
            work,
        )
        from tuttava.api.webhooks import loop
        from tuttava.foundation.worker import beside_jobs

        beside_jobs(loop.run)
