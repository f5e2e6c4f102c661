"""Answers to requests that may be sent again (A-37)."""

from __future__ import annotations

from django.conf import settings
from django.db import models


class RepeatedRequest(models.Model):
    """The answer to one request with ``Repeatability-Request-ID``, kept for 24 hours for the same user.

    ``digest`` tells whether a second request is the same one; ``status`` 0: the first is still at work.
    """

    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="+")
    request_id = models.UUIDField()
    digest = models.CharField(max_length=64)
    at = models.DateTimeField(db_index=True)
    status = models.PositiveSmallIntegerField()
    is_json = models.BooleanField()
    headers = models.JSONField()
    content = models.BinaryField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["user", "request_id"], name="one_answer_a_request")]

    def __str__(self) -> str:
        return str(self.request_id)
