"""Keys in ``Edit.memory`` of documents and their lines."""

#: The lifecycle itself writes, which a released document allows.
BY_LIFECYCLE = "documents.lifecycle"

#: Items by number, read beforehand for many lines at once.
ITEMS = "documents.items"
