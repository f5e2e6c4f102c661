"""Compiled loops: where the machine code is kept, and how the rows of a job are shared among the processors."""

from __future__ import annotations

import hashlib
import os
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any, TypeAlias, TypeVar, cast

import numba
from numba.core import config as numba_config

# A number in a compiled loop: Python's or NumPy's, of whatever width the compiler finds.
Int: TypeAlias = Any
Float: TypeAlias = Any
Truth: TypeAlias = Any
Function = TypeVar("Function", bound=Callable[..., object])

# What makes an array. Only a function that does so has to count who holds its arrays; everywhere else that count would
# be most of the work.
_MAKERS = frozenset({"empty", "zeros", "ones", "full"})


def _cache_directory() -> str:
    """Return where machine code is kept; named after the sources, so that no code of an older version is ever used."""
    package = Path(__file__).parent
    digest = hashlib.sha256()
    for source in sorted(package.glob("*.py")):
        digest.update(source.read_bytes())
    data = os.environ.get("TUTTAVA_DATA")
    home = Path(data) / "compiled" if data else package / "__pycache__"
    return str(home / digest.hexdigest()[:16])


if not os.environ.get("NUMBA_CACHE_DIR"):
    vars(numba_config)["CACHE_DIR"] = _cache_directory()


def kernel(function: Function) -> Function:
    """Compile `function` to machine code at its first call, kept on disk; it runs without the interpreter's lock."""
    return _compiled(function)


def inlined(function: Function) -> Function:
    """Compile like `kernel`, into its callers: for what is tiny, or called at one place."""
    return _compiled(function, forceinline=True)


def _compiled(function: Function, **more: Any) -> Function:
    counts = not _MAKERS.isdisjoint(function.__code__.co_names)
    options: dict[str, Any] = {"cache": True, "nogil": True, "error_model": "numpy", "_nrt": counts, **more}
    return cast(Function, numba.njit(**options)(function))


def processors() -> int:
    """Return how many processors this process may use."""
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else (os.cpu_count() or 1)


def in_chunks(count: int, size: int, work: Callable[[int, int], None]) -> None:
    """Call `work(low, high)` for each run of `size` out of `count`, on all processors; one run stays in this thread."""
    starts = range(0, count, size)
    if len(starts) <= 1:
        if count:
            work(0, count)
        return
    with ThreadPoolExecutor(processors()) as pool:
        for _ in pool.map(lambda low: work(low, min(low + size, count)), starts):
            pass
