"""The browser's view of e-mail logging; importing registers its pages."""

from tuttava.mailbox.pages import activity, dropping, ignored, setup

__all__ = ["activity", "dropping", "ignored", "setup"]
