from django.apps import AppConfig


class InteractionsConfig(AppConfig):
    name = "tuttava.interactions"
    label = "interactions"
    verbose_name = "Interactions"

    def ready(self) -> None:
        """Install the rules, fill new companies, follow contacts, and look after deliveries beside the jobs."""
        from tuttava.foundation.worker import beside_jobs
        from tuttava.interactions import (  # noqa: F401
            clearing,
            contacts_side,
            defaults,
            delivery,
            demo,
            entities,
            figures,
            guard,
            life,
            mailing,
            merge_rules,
            pages,
            relocating,
            rules,
            sweeping,
            template_setup,
            totals,
            undoing,
            vacuuming,
        )

        contacts_side.connect()
        defaults.connect()
        demo.connect()
        guard.connect()
        merge_rules.declare()
        relocating.connect()
        template_setup.connect()
        totals.connect()
        undoing.connect()
        vacuuming.connect()
        beside_jobs(sweeping.run)
