"""How our own people, terms, dimensions, templates and setups show in the services."""

from tuttava.partners.entities import dimensions, people, setups, templates, terms

__all__ = ["dimensions", "people", "setups", "templates", "terms"]
