"""The tables of a new company, made from the models as they are.

Replaying how each table came to be takes Django many times as long, because it renders all models anew for every
step. The migrations are recorded as applied, so that later ones go on from here.
"""

from __future__ import annotations

from collections.abc import Callable

from django.apps import apps
from django.db import connection
from django.db.migrations import RunPython, RunSQL
from django.db.migrations.executor import MigrationExecutor


def create_tables(labels: set[str], progress: Callable[[str], None] | None = None) -> bool:
    """Make the tables of the apps with these ``labels`` in the schema that is worked in.

    False, and nothing is done, where migrations were applied already or do more than models tell.
    ``progress`` is called with the name of each migration that needs not run any more.
    """
    executor = MigrationExecutor(connection)
    targets = [node for node in executor.loader.graph.leaf_nodes() if node[0] in labels]
    plan = [migration for migration, _backwards in executor.migration_plan(targets)]
    of_models = all(not isinstance(step, RunPython | RunSQL) for each in plan for step in each.operations)
    if executor.loader.applied_migrations or not of_models:
        return False
    with connection.schema_editor() as editor:
        for model in apps.get_models():
            if model._meta.app_label in labels and model._meta.can_migrate(connection):
                editor.create_model(model)
    executor.recorder.ensure_schema()
    for migration in plan:
        executor.recorder.record_applied(migration.app_label, migration.name)
        if progress:
            progress(str(migration))
    return True
