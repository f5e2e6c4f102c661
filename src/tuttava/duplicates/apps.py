from django.apps import AppConfig


class DuplicatesConfig(AppConfig):
    name = "tuttava.duplicates"
    label = "duplicates"
    verbose_name = "Duplicates"

    def ready(self) -> None:
        """Declare what becomes of the room's tables when contacts are merged, and show pairs that look alike."""
        from tuttava.duplicates import demo, merge_rules
        from tuttava.duplicates import pages as _pages  # noqa: F401

        merge_rules.declare()
        demo.connect()
