from django.apps import AppConfig


class ApiConfig(AppConfig):
    """The OData machine, and what it keeps for all companies."""

    name = "tuttava.api"
