"""The examples of ``docs/api`` run as they stand there.

A page's Python runs in one go, its shell and JavaScript block by block. Blocks marked ``py`` are read only: they wait
for a visitor from outside.
"""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from tests.clients.conftest import Served

pytestmark = pytest.mark.clients
DOCS = Path(__file__).parents[2] / "docs" / "api"
PAGES = sorted(DOCS.glob("*.md"))
BLOCK = re.compile(r"^```(\w+)\n(.*?)^```$", re.S | re.M)
#: A refused request fails the block, as it would stop a reader.
STRICT = 'set -eu\ncurl() { command curl --fail-with-body -sS "$@"; echo; }\n'


def blocks(page: Path, language: str) -> list[str]:
    return [code for kind, code in BLOCK.findall(page.read_text("utf-8")) if kind == language]


def run(command: list[str], code: str, served: Served) -> str:
    known = {"TUTTAVA_URL": served.origin, "TUTTAVA_USER": served.user, "TUTTAVA_KEY": served.key}
    done = subprocess.run(
        command, input=code, capture_output=True, text=True, check=False, timeout=60, env={**os.environ, **known}
    )
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout


@pytest.mark.parametrize("page", [page for page in PAGES if blocks(page, "python")], ids=lambda page: page.stem)
def test_python_of_a_page_runs(page: Path, served: Served) -> None:
    run([sys.executable, "-"], "\n".join(blocks(page, "python")), served)


@pytest.mark.parametrize("page", [page for page in PAGES if blocks(page, "sh")], ids=lambda page: page.stem)
def test_shell_of_a_page_runs(page: Path, served: Served) -> None:
    for code in blocks(page, "sh"):
        assert '"error"' not in run(["bash", "-s"], STRICT + code, served)


@pytest.mark.parametrize("page", [page for page in PAGES if blocks(page, "javascript")], ids=lambda page: page.stem)
def test_javascript_of_a_page_runs(page: Path, served: Served) -> None:
    if shutil.which("node") is None:
        pytest.skip("node is needed to run the JavaScript examples, and is not installed")
    for code in blocks(page, "javascript"):
        run(["node", "--input-type=module", "-"], code, served)


def test_every_page_is_in_the_table_of_contents() -> None:
    contents = (DOCS.parents[1] / "mkdocs.yml").read_text("utf-8")
    assert [page.name for page in PAGES if f"api/{page.name}" not in contents] == []


def test_examples_that_only_are_read_are_at_least_python() -> None:
    for page in PAGES:
        for code in blocks(page, "py"):
            compile(code, page.name, "exec")
