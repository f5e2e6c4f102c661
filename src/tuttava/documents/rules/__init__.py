"""What holds when documents and their lines are entered."""

from tuttava.documents.rules import claims as _claims  # noqa: F401
from tuttava.documents.rules import headers as _headers  # noqa: F401
from tuttava.documents.rules import lines as _lines  # noqa: F401
from tuttava.documents.rules import service as _service  # noqa: F401
