"""Keys in ``Edit.memory`` of documents and their lines."""

#: The lifecycle itself writes, which a released document allows.
BY_LIFECYCLE = "documents.lifecycle"
