"""Tables of the interface."""

from tuttava.ui.lists.models import SavedView

__all__ = ["SavedView"]
