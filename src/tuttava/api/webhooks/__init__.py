"""Webhooks (section 13): subscriptions, what they are to be told, and the telling."""
