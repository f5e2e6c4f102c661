from django.apps import AppConfig


class MergingConfig(AppConfig):
    name = "tuttava.merging"
    label = "merging"
    verbose_name = "Merging"

    def ready(self) -> None:
        """Tell where old numbers lead, and how a merge is taken back."""
        from tuttava.merging import entities as _entities  # noqa: F401
        from tuttava.merging import erasing, merge_rules, survivors, undoing
        from tuttava.merging import pages as _pages  # noqa: F401

        merge_rules.declare()
        survivors.connect()
        undoing.connect()
        erasing.connect()
