"""Imports and exports in the CRM service (17.13)."""
