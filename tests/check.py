"""``make test``: every check of the project, timed, then all tests.

Run as ``python -m tests.check``. All checks run even when one fails; the exit code is 0 only when everything passed.
The tests run last; where all is well, their own closing line is the last one printed.
"""

from __future__ import annotations

import os
import subprocess
import sys
import tempfile
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from tests import chromium, compiled

ROOT = Path(__file__).resolve().parent.parent
PYTHON = sys.executable
BIN = Path(sys.executable).parent
COMPILED = """
from tuttava.cli.base import boot
boot()
from tuttava.duplicates.smart.warming import compile_once
compile_once()
"""
MIGRATIONS = """
from tuttava.cli.base import boot
boot()
from django.core.management import call_command
call_command("check")
call_command("makemigrations", "--check", "--dry-run")
"""
#: Takes longer than all others together, and nothing that they or the tests need: it runs beside them.
TYPES = ("mypy, strict", [str(BIN / "mypy")])
CHECKS: list[tuple[str, list[str]]] = [
    ("translations compile", [PYTHON, "-m", "tuttava.config.translations"]),
    ("ruff check", [str(BIN / "ruff"), "check", "."]),
    ("ruff format", [str(BIN / "ruff"), "format", "--check", "."]),
    ("floors (import-linter)", [str(BIN / "lint-imports"), "--no-cache"]),
    ("templates (djlint)", [str(BIN / "djlint"), "src", "--lint", "--quiet"]),
    ("models and migrations", [PYTHON, "-c", MIGRATIONS]),
    ("loops compile", [PYTHON, "-c", COMPILED]),
]


def run_check(name: str, command: list[str], environment: dict[str, str]) -> bool:
    """Run one check; its output is shown only when it fails."""
    began = time.monotonic()
    done = subprocess.run(
        command, cwd=ROOT, env=environment, check=False, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True
    )
    passed = done.returncode == 0
    print(f"{'ok    ' if passed else 'FAILED'}  {name:<28} {time.monotonic() - began:6.1f} s", flush=True)
    if not passed:
        print(done.stdout, flush=True)
    return passed


def run_tests(environment: dict[str, str]) -> int:
    """Run all tests on two processes, browser tests included where there is a Chromium."""
    browser = chromium.find_or_install()
    if browser:
        environment["TUTTAVA_CHROMIUM"] = browser
    elif os.environ.get("CI"):
        print("FAILED  no Chromium for the browser tests; CI is set, so they will fail.", flush=True)
    else:
        print("SKIPPED the browser tests: no Chromium found and none could be installed.", flush=True)
    arguments = sys.argv[1:] or ["tests"]
    return subprocess.run(
        [
            PYTHON,
            "-m",
            "pytest",
            "-n",
            "2",
            "--dist",
            "loadscope",
            "--no-loadscope-reorder",
            "--durations",
            "5",
            *arguments,
        ],
        cwd=ROOT,
        env=environment,
        check=False,
    ).returncode


def main() -> int:
    compiled.share()
    environment = {**os.environ, "PYTHONPATH": "src"}
    environment.setdefault("TUTTAVA_DATA", str(Path(tempfile.gettempdir()) / f"tuttava-tests-{os.getuid()}"))
    with ThreadPoolExecutor(1) as beside:
        types = beside.submit(run_check, *TYPES, environment)
        failed = [name for name, command in CHECKS if not run_check(name, command, environment)]
        tests = run_tests(environment)
        if not types.result():
            failed.append(TYPES[0])
    if failed:
        print(f"{len(failed)} of {len(CHECKS) + 1} checks failed: {', '.join(failed)}.", flush=True)
    return 1 if failed else tests


if __name__ == "__main__":
    sys.exit(main())
