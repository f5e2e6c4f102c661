"""What the service keeps beside the companies: its own setup, counters, subscriptions, answers to repeated requests."""

from tuttava.api.models.repeating import RepeatedRequest
from tuttava.api.models.setup import ApiSetup
from tuttava.api.models.subscriptions import Notice, Parcel, Subscription
from tuttava.api.models.usage import Usage

__all__ = ["ApiSetup", "Notice", "Parcel", "RepeatedRequest", "Subscription", "Usage"]
