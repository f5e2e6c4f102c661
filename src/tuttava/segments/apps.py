from django.apps import AppConfig


class SegmentsConfig(AppConfig):
    name = "tuttava.segments"
    label = "segments"
    verbose_name = "Segments"

    def ready(self) -> None:
        """Register segments and what listens to others."""
        from tuttava.segments import (
            blocking,
            calls,
            contacts_side,
            demo,
            large_steps,
            logged,
            merge_rules,
            personal_data,
            related,
        )
        from tuttava.segments import entities as _entities  # noqa: F401
        from tuttava.segments import pages as _pages  # noqa: F401
        from tuttava.segments import rules as _rules  # noqa: F401

        blocking.connect()
        calls.connect()
        contacts_side.connect()
        demo.connect()
        large_steps.connect()
        logged.connect()
        merge_rules.declare()
        personal_data.connect()
        related.connect()
