from django.apps import AppConfig


class DuplicatesConfig(AppConfig):
    name = "tuttava.duplicates"
    label = "duplicates"
    verbose_name = "Duplicates"

    def ready(self) -> None:
        """Declare what becomes of the room's tables when contacts are merged."""
        from tuttava.duplicates import merge_rules

        merge_rules.declare()
