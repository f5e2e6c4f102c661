from django.apps import AppConfig


class ApiConfig(AppConfig):
    """The OData machine, and what it keeps for all companies."""

    name = "tuttava.api"

    def ready(self) -> None:
        """Workers notify subscribers beside their jobs."""
        from tuttava.api.webhooks import loop
        from tuttava.foundation.worker import beside_jobs

        beside_jobs(loop.run)
