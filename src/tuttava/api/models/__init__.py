"""What the service keeps beside the companies: its own setup, subscriptions, answers to repeated requests."""

from tuttava.api.models.setup import ApiSetup
from tuttava.api.models.subscriptions import Notice, Parcel, Subscription

__all__ = ["ApiSetup", "Notice", "Parcel", "Subscription"]
