"""E-mail logging from the command line."""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from click.testing import CliRunner

from tests.mailbox.making import THEIRS, entries, folder_setup, make_person, message, salesperson
from tuttava.cli import mail
from tuttava.foundation.directory.models import Company


@contextmanager
def _nothing() -> Iterator[None]:
    yield


def test_the_mailbox_is_read_and_tested_by_command(
    company: Company, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:  # I-147
    monkeypatch.setattr(mail, "ready", _nothing)
    monkeypatch.setattr(mail, "find_company", lambda _name: company)
    refused = CliRunner().invoke(mail.fetch, [])
    assert (refused.exit_code, "disabled" in refused.output) == (1, True)
    assert CliRunner().invoke(mail.test, []).exit_code == 1
    folder_setup(tmp_path)
    salesperson()
    make_person(email=THEIRS)
    (tmp_path / "inbox" / "a.eml").write_bytes(message())
    assert CliRunner().invoke(mail.test, []).exit_code == 0
    done = CliRunner().invoke(mail.fetch, ["--json"])
    assert done.exit_code == 0, done.output
    assert json.loads(done.stdout)[0] == {"found": 1, "logged": 1, "ignored": 0, "failed": 0}
    assert len(entries()) == 1
