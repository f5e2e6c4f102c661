"""What the service keeps beside the companies: its own setup, subscriptions, answers to repeated requests."""

from tuttava.api.models.setup import ApiSetup

__all__ = ["ApiSetup"]
