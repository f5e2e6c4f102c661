"""Where the tests keep compiled loops: one place for all processes, whatever their data directory."""

from __future__ import annotations

import hashlib
import os
import tempfile
from pathlib import Path

SOURCES = Path(__file__).resolve().parent.parent / "src" / "tuttava" / "matching"


def share() -> None:
    """Have this process and all that it starts keep them there; of other sources elsewhere."""
    digest = hashlib.sha256()
    for source in sorted(SOURCES.glob("*.py")):
        digest.update(source.read_bytes())
    place = Path(tempfile.gettempdir()) / f"tuttava-compiled-{os.getuid()}" / digest.hexdigest()[:16]
    os.environ.setdefault("NUMBA_CACHE_DIR", str(place))


if __name__ == "__main__":
    share()
    from tuttava.matching.warm import warm_up

    warm_up()
