"""The entity sets of this room."""
