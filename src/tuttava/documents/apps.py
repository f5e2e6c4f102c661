from django.apps import AppConfig


class DocumentsConfig(AppConfig):
    name = "tuttava.documents"
    label = "documents"
    verbose_name = "Documents"

    def ready(self) -> None:
        """Register documents and what listens to others."""
        from tuttava.documents import (
            defaults,
            demo,
            kept_versions,
            merge_rules,
            personal_data,
            quotes,
            setups,
            showing,
            undoing,
        )
        from tuttava.documents import entities as _entities  # noqa: F401
        from tuttava.documents import pages as _pages  # noqa: F401
        from tuttava.documents import rules as _rules  # noqa: F401

        defaults.connect()
        demo.connect()
        kept_versions.connect()
        merge_rules.declare()
        personal_data.connect()
        quotes.connect()
        setups.connect()
        showing.connect()
        undoing.connect()
