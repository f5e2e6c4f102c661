"""A mailbox that is a directory of .eml files: ``inbox``, ``archive`` and ``ignored`` in one place (2.13)."""

from __future__ import annotations

import filecmp
import heapq
import os
import shutil
import uuid
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from functools import partial
from pathlib import Path
from typing import TypeVar

from django.utils.translation import gettext as _

from tuttava.mailbox.messages import Mail, read_mail
from tuttava.mailbox.sources import LARGEST_MESSAGE, CommandFailed, Ref, too_large, unavailable

INBOX, ARCHIVE, IGNORED = "inbox", "archive", "ignored"
_ENDING = ".eml"
#: Behind the name of a file that stays in the inbox on purpose, or is about to be removed.
_LEFT, _CONDEMNED = ".left", ".removed"
#: Bytes of an ignored message that are read to list it.
_HEAD = 64 * 1024
T = TypeVar("T")


class FolderSource:
    """The directory, open. Raises ``mailbox_unavailable`` where it has no readable inbox."""

    def __init__(self, path: str) -> None:
        self.root = Path(path)
        if not path or not self.root.is_absolute():
            raise unavailable(_("the directory must be given from the root on"))
        if not (self.root / INBOX).is_dir():
            raise unavailable(_("the directory %(path)s has no “inbox” in it") % {"path": path})
        with _as_unavailable():
            next(os.scandir(self.root / INBOX), None)

    def waiting(self, limit: int) -> Sequence[Ref]:
        """By the time at which they were written, then by name."""
        with _reported(), os.scandir(self.root / INBOX) as entries:
            files = [entry for entry in entries if _is_waiting(entry)]
            files.sort(key=lambda entry: (entry.stat().st_mtime_ns, entry.name))
        return [self._ref(entry.name) for entry in files[:limit]]

    def sizes(self, refs: Sequence[Ref]) -> Mapping[str, int]:
        with _reported():
            found = {ref.key: path.stat().st_size for ref in refs if (path := self._found(ref)) is not None}
        if any(size > LARGEST_MESSAGE for size in found.values()):
            raise too_large()
        return found

    def fetch(self, refs: Sequence[Ref]) -> Mapping[str, Mail]:
        with _reported():
            return {ref.key: read_mail(path.read_bytes()) for ref in refs if (path := self._found(ref)) is not None}

    def link(self, ref: Ref, mail: Mail) -> str:
        return f"{ARCHIVE}/{ref.uid}"

    def archive(self, refs: Sequence[Ref]) -> None:
        self._copy(refs, ARCHIVE)

    def ignore(self, refs: Sequence[Ref]) -> None:
        self._copy(refs, IGNORED)

    def leave(self, refs: Sequence[Ref]) -> None:
        self._rename(refs, _LEFT)

    def condemn(self, refs: Sequence[Ref]) -> None:
        self._rename(refs, _CONDEMNED)

    def pardon(self, refs: Sequence[Ref]) -> None:
        self._rename(refs, "")

    def remove(self, refs: Sequence[Ref]) -> None:
        with _reported():
            for path in filter(None, map(self._found, refs)):
                path.unlink(missing_ok=True)

    def ignored(self, limit: int) -> Sequence[tuple[str, Mail]]:
        """By the time at which they were written."""
        if not (self.root / IGNORED).is_dir():
            return []
        with _reported(), os.scandir(self.root / IGNORED) as entries:
            files = [entry for entry in entries if _is_waiting(entry)]
            newest = heapq.nlargest(limit, files, key=lambda entry: (entry.stat().st_mtime_ns, entry.name))
            return [(entry.name, read_mail(_head(Path(entry.path)))) for entry in newest]

    def bring_back(self, uid: str) -> None:
        path = self.root / IGNORED / uid
        if Path(uid).name != uid or not path.is_file():
            return
        with _reported():
            _free(self.root / INBOX / uid, partial(_second_name, path))
            path.unlink()

    def close(self) -> None:
        """Nothing is held open."""

    def _ref(self, name: str) -> Ref:
        name = name.removesuffix(_CONDEMNED)
        return Ref(name, str(self.root / INBOX / name))

    def _found(self, ref: Ref) -> Path | None:
        """The file under its name, or under that of one about to be removed (a run was killed then)."""
        plain = self.root / INBOX / ref.uid
        return next((path for path in (plain, _with(plain, _CONDEMNED)) if path.is_file()), None)

    def _rename(self, refs: Sequence[Ref], ending: str) -> None:
        with _reported():
            for ref in refs:
                path = self._found(ref)
                if path is not None:
                    path.rename(_with(self.root / INBOX / ref.uid, ending))

    def _copy(self, refs: Sequence[Ref], folder: str) -> None:
        """A second name for each file, or a copy where that is not possible; never over another file."""
        with _reported():
            found = [(ref, path) for ref in refs if (path := self._found(ref)) is not None]
            if found:
                (self.root / folder).mkdir(exist_ok=True)
            for ref, path in found:
                target = self.root / folder / ref.uid
                if not _is_there(path, target):
                    _free(target, partial(_second_name, path))


def _is_there(path: Path, target: Path) -> bool:
    """Whether a run before, which was killed, has put the file there already."""
    return target.is_file() and filecmp.cmp(path, target, shallow=False)


def _head(path: Path) -> bytes:
    with path.open("rb") as content:
        return content.read(_HEAD)


def _is_waiting(entry: os.DirEntry[str]) -> bool:
    name = entry.name.removesuffix(_CONDEMNED)
    return name.lower().endswith(_ENDING) and not name.startswith(".") and entry.is_file(follow_symlinks=False)


def _with(path: Path, ending: str) -> Path:
    return path.with_name(path.name + ending) if ending else path


def _second_name(path: Path, target: Path) -> None:
    try:
        os.link(path, target)
    except FileExistsError:
        raise
    except OSError:
        with target.open("xb") as out, path.open("rb") as content:
            shutil.copyfileobj(content, out)


def _free(target: Path, make: Callable[[Path], T]) -> T:
    """Make ``target``; where a file has that name already, one with a name of its own."""
    try:
        return make(target)
    except FileExistsError:
        return make(target.with_name(f"{target.stem}-{uuid.uuid4().hex}{target.suffix}"))


@contextmanager
def _reported() -> Iterator[None]:
    """Failures of the file system as the run understands them."""
    try:
        yield
    except OSError as error:
        raise CommandFailed(error.strerror or type(error).__name__) from error


@contextmanager
def _as_unavailable() -> Iterator[None]:
    try:
        yield
    except OSError as error:
        raise unavailable(error.strerror or type(error).__name__) from error
