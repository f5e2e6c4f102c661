"""The browser's view of the register; importing :mod:`tuttava.contacts.pages.card` and others registers the pages."""
