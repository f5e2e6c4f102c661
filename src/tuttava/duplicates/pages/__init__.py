"""The pages of this room: the list of pairs, what a card says of look-alikes, the setup of search strings."""

from tuttava.duplicates.pages import box, details, listing, setup

__all__ = ["box", "details", "listing", "setup"]
