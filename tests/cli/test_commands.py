"""The command line: what it answers, and how it fails."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from tests.cli.conftest import PHRASE, Installation


def test_help_stands_on_every_level_and_needs_no_database(data: Path) -> None:
    nothing = Installation(data / "absent")
    for words in ([], ["company"], ["company", "create"], ["user", "grant"], ["serve"], ["backup"]):
        assert "--help" in nothing.run(*words, "--help").stdout
    assert not nothing.data.exists()


def test_command_loads_neither_compiler_nor_spreadsheets(installation: Installation) -> None:
    script = (
        "import sys; from tuttava.cli.base import boot; boot(); "
        "from django.urls import get_resolver; get_resolver().url_patterns; "
        "print(sorted({'numba', 'polars', 'openpyxl', 'lightgbm'} & set(sys.modules)))"
    )
    environment = {**installation.environment, "TUTTAVA_DATA": str(installation.data)}
    done = subprocess.run([sys.executable, "-c", script], env=environment, capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"


def test_wrong_use_ends_with_2_and_failed_work_with_1(installation: Installation) -> None:
    assert "No such command" in installation.run("fly", code=2).stderr
    assert "NAME" in installation.run("company", "create", code=2).stderr
    assert "already" in installation.run("company", "create", "first", code=1).stderr
    refused = installation.run("user", "grant", "nobody", "SUPER", code=1)
    assert "nobody" in refused.stderr and "Traceback" not in refused.stderr


def test_database_that_is_not_up_to_date_is_refused_with_the_way_out(data: Path) -> None:
    refused = Installation(data / "new").run("company", "list", code=1)
    assert "tuttava upgrade" in refused.stderr


def test_init_and_upgrade_are_safe_to_repeat(installation: Installation) -> None:
    before = installation.json("company", "list")
    installation.run("init", "--company", "Again", "--password-stdin", text=f"{PHRASE}\n")
    installation.run("upgrade")
    assert installation.json("company", "list") == before


def test_company_is_created_copied_listed_and_deleted(installation: Installation) -> None:
    installation.run("company", "create", "Second", "--setup-data", "empty")
    installation.run("company", "copy", "Second", "Third")
    assert {"Second", "Third"} <= {row["name"] for row in installation.json("company", "list")}
    installation.run("company", "delete", "Second", code=1)  # asks, and standard input is empty
    installation.run("company", "delete", "second", "--yes")
    installation.run("company", "delete", "Third", "--yes")
    assert [row["name"] for row in installation.json("company", "list")] == ["First"]


def test_user_is_created_with_sets_listed_and_locked_out(installation: Installation) -> None:
    installation.run("user", "create", "kari", "--permission-set", "CRM-READ", "--company", "First", "--no-password")
    installation.run("user", "grant", "kari", "PRIVACY")
    installation.run("user", "revoke", "kari", "CRM-READ", "--company", "First")
    installation.run("user", "disable", "kari")
    row = next(row for row in installation.json("user", "list") if row["name"] == "kari")
    assert (row["permission_sets"], row["enabled"], row["administrator"]) == ("PRIVACY@*", "no", "no")
    installation.run("user", "disable", "admin", code=1)


def test_user_with_a_wrong_set_is_not_half_created(installation: Installation) -> None:
    installation.run("user", "create", "half", "--permission-set", "NONE", "--no-password", code=1)
    assert "half" not in {row["name"] for row in installation.json("user", "list")}


def test_weak_password_is_refused(installation: Installation) -> None:
    assert "short" in installation.run("user", "password", "admin", "--password-stdin", text="abc\n", code=1).stderr


def test_access_key_stands_alone_on_standard_output(installation: Installation) -> None:
    done = installation.run("access-key", "admin", "--expires", "2099-12-31")
    assert len(done.stdout) == 45 and done.stdout.endswith("\n")


def test_configuration_comes_from_environment_then_file_then_default(data: Path) -> None:
    there = Installation(data)
    (data / "tuttava.toml").write_text('port = 8123\nhost = "0.0.0.0"\nmail_password = "hush"\n', encoding="utf-8")
    rows = {row["name"]: row for row in there.json("config")}
    assert (rows["port"]["value"], rows["port"]["source"]) == ("8123", "file")
    assert rows["language"]["source"] == "default"
    shown = there.run("config", TUTTAVA_PORT="9000").stdout
    assert "9000" in shown and "environment" in shown and "hush" not in shown


def test_broken_configuration_file_is_told_in_words(data: Path) -> None:
    (data / "tuttava.toml").write_text("port = = 1", encoding="utf-8")
    refused = Installation(data).run("config", code=1)
    assert "tuttava.toml" in refused.stderr and "Traceback" not in refused.stderr


def test_doctor_finds_a_healthy_installation_healthy(installation: Installation) -> None:
    states = {row["what"]: row["state"] for row in installation.json("doctor")}
    assert states["database"] == states["schemas"] == states["administrators"] == states["disk"] == "ok"


def test_doctor_says_what_to_do_about_a_mail_server_that_is_down(installation: Installation) -> None:
    sick = installation.run("doctor", code=1, TUTTAVA_MAIL_TRANSPORT="smtp", TUTTAVA_MAIL_PORT="1")
    assert "Check mail_*" in sick.stdout


@pytest.mark.parametrize("url", ["mysql://x/y", "postgresql://127.0.0.1:1/none"])
def test_database_that_cannot_be_reached_is_told_in_words(data: Path, url: str) -> None:
    refused = Installation(data).run("company", "list", code=1, DATABASE_URL=url)
    assert "Traceback" not in refused.stderr and "Error" in refused.stderr
