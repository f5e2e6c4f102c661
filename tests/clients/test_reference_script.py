"""A script for the reference API runs here with another base address and other credentials, and nothing else."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest

from tests.clients.conftest import Served
from tests.clients.reference_script import CREATED

pytestmark = pytest.mark.clients
SCRIPT = Path(__file__).parent / "reference_script.py"


@pytest.mark.parametrize("before", ["", "/BC", "/v2.0/production", "/v2.0/crm.example.com/Production"])
def test_script_for_the_reference_api_runs_unchanged(served: Served, before: str) -> None:
    command = [sys.executable, str(SCRIPT), f"{served.origin}{before}/api/v2.0", served.user, served.key]
    done = subprocess.run(command, capture_output=True, text=True, check=False, timeout=120)
    assert done.returncode == 0, done.stderr
    seen = json.loads(done.stdout)
    names = [f"Reference {number}" for number in range(CREATED)]
    assert seen["created"] == [201] * CREATED
    assert seen["paged"] == names[::-1] and seen["pages"] == 3
    assert seen["changed"] == [200, "Gjøvik"]
    assert seen["late"] == [409, "Request_EntityChanged"]
    assert seen["since"] == dict.fromkeys(names, "Hamar") | {"Reference 0": "Gjøvik"}
    assert seen["deleted"] == [204] * CREATED
    assert seen["after"] == ["deleted"] * CREATED
