"""Setup pages of our own people, of terms and dimensions, and of what new records start with."""

from tuttava.partners.pages import dimensions, people, setups, templates, terms

__all__ = ["dimensions", "people", "setups", "templates", "terms"]
