"""Stored files on their way to the caller: sent block by block, never held whole in memory."""

from __future__ import annotations

import tempfile
import uuid
from collections.abc import Iterator
from contextlib import ExitStack
from dataclasses import dataclass, replace
from pathlib import Path
from typing import IO

from tuttava.foundation.attachments import content_blocks

_BLOCK = 65536


@dataclass(frozen=True)
class FilePart:
    """``size`` bytes of a file from byte ``first`` on; can be cut like the bytes themselves.

    ``source``: where it lies, or an open file, closed once it was sent. ``mark``: changes whenever the file does.
    """

    source: Path | IO[bytes]
    first: int
    size: int
    mark: bytes

    def __len__(self) -> int:
        return self.size

    def __getitem__(self, wanted: slice) -> FilePart:
        start, stop, _step = wanted.indices(self.size)
        return replace(self, first=self.first + start, size=max(0, stop - start))

    def blocks(self) -> Iterator[bytes]:
        """The bytes."""
        left = self.size
        with self.source.open("rb") if isinstance(self.source, Path) else self.source as handle:
            handle.seek(self.first)
            while left and (block := handle.read(min(left, _BLOCK))):
                left -= len(block)
                yield block


def whole_file(path: Path) -> FilePart:
    """A file from its beginning to its end."""
    found = path.stat()
    return FilePart(path, 0, found.st_size, f"{path.name};{found.st_mtime_ns}".encode())


def stored_file(content_id: uuid.UUID) -> FilePart:
    """A content of the database, copied to a file of its own: the company is left before the answer is sent."""
    with ExitStack() as stack:
        file = stack.enter_context(tempfile.TemporaryFile())
        file.writelines(content_blocks(content_id))
        part = FilePart(file, 0, file.tell(), content_id.bytes)
        stack.pop_all()  # the answer closes the file once it was sent
    return part
