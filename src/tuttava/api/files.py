"""Stored files on their way to the caller: sent block by block, never read whole."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

_BLOCK = 65536


@dataclass(frozen=True)
class FilePart:
    """``size`` bytes of a file from byte ``first`` on; can be cut like the bytes themselves."""

    path: Path
    first: int
    size: int

    def __len__(self) -> int:
        return self.size

    def __getitem__(self, wanted: slice) -> FilePart:
        start, stop, _step = wanted.indices(self.size)
        return FilePart(self.path, self.first + start, max(0, stop - start))

    def blocks(self) -> Iterator[bytes]:
        """The bytes."""
        left = self.size
        with self.path.open("rb") as handle:
            handle.seek(self.first)
            while left and (block := handle.read(min(left, _BLOCK))):
                left -= len(block)
                yield block

    @property
    def mark(self) -> bytes:
        """What changes whenever the file does."""
        return f"{self.path.name};{self.path.stat().st_mtime_ns}".encode()


def whole_file(path: Path) -> FilePart:
    """A file from its beginning to its end."""
    return FilePart(path, 0, path.stat().st_size)
