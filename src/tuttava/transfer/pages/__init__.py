"""The browser's view of imports and exports; mounted by importing :mod:`tuttava.transfer.pages.mount`."""
