"""Personal data in answers (C-74)."""

from __future__ import annotations

from django.db import connection

from tuttava.duplicates.models import DuplicateAnswer


def erase_names(no: str) -> None:
    """Take the name of a contact out of answers, and out of their history: its personal data is erased (C-74)."""
    for number, name in (("contact_no", "contact_name"), ("duplicate_no", "duplicate_name")):
        ids = list(DuplicateAnswer.objects.filter(**{number: no}).values_list("pk", flat=True))
        DuplicateAnswer.objects.filter(pk__in=ids).update(**{name: ""})
        with connection.cursor() as cursor:
            cursor.execute(
                "UPDATE foundation_journalchange SET old = old - %s, new = new - %s WHERE record_id = ANY (%s)",
                [name, name, ids],
            )
