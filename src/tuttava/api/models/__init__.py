"""What the service keeps beside the companies: its own setup, subscriptions, answers to repeated requests."""
