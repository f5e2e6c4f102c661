from django.apps import AppConfig


class RelationsConfig(AppConfig):
    name = "tuttava.relations"
    label = "relations"
    verbose_name = "Business relations"

    def ready(self) -> None:
        """Listen to contacts and registers, and show both."""
        from tuttava.relations import demo, entities, founding_job, listening, merge_rules, pages  # noqa: F401
        from tuttava.relations.images import connect

        listening.connect()
        demo.connect()
        connect()
        merge_rules.declare()
