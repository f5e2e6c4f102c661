from django.apps import AppConfig


class InteractionsConfig(AppConfig):
    name = "tuttava.interactions"
    label = "interactions"
    verbose_name = "Interactions"

    def ready(self) -> None:
        """Install the rules, fill new companies, and follow contacts."""
        from tuttava.interactions import guard, merge_rules, rules  # noqa: F401

        guard.connect()
        merge_rules.declare()
