"""Backup and restore: one file, checked before anything is changed."""

from __future__ import annotations

import io
import json
import tarfile
from pathlib import Path

import pytest

from tests.cli.conftest import Installation, held


@pytest.fixture(scope="module")
def archive(installation: Installation, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A backup of an installation with one more company and an upload."""
    upload = installation.data / "uploads" / "deep" / "note æøå.txt"
    upload.parent.mkdir(parents=True, exist_ok=True)
    upload.write_text("kept", encoding="utf-8")
    installation.run("company", "create", "Backed up", "--setup-data", "empty")
    file = tmp_path_factory.mktemp("backup") / "all.tuttava"
    installation.run("backup", str(file))
    installation.run("company", "delete", "Backed up", "--yes")
    return file


def rewritten(archive: Path, target: Path, change: dict[str, bytes]) -> Path:
    """A copy of an archive in which some members have other contents."""
    with tarfile.open(archive) as old, tarfile.open(target, "w") as new:
        for member in old:
            source = old.extractfile(member)
            content = change.get(member.name, source.read() if source else b"")
            member.size = len(content)
            new.addfile(member, io.BytesIO(content))
    return target


def manifest_of(archive: Path) -> dict[str, object]:
    with tarfile.open(archive) as file:
        source = file.extractfile("manifest.json")
        assert source
        return dict(json.load(source))


def test_backup_is_readable_by_its_owner_only(archive: Path) -> None:
    assert archive.stat().st_mode & 0o077 == 0


def test_restore_brings_everything_back_elsewhere(installation: Installation, archive: Path, data: Path) -> None:
    elsewhere = Installation(data)
    with held(elsewhere):
        elsewhere.run("restore", str(archive))
        names = [row["name"] for row in elsewhere.json("company", "list")]
        assert names == ["Backed up", "First"]
        assert next(row["name"] for row in elsewhere.json("user", "list")) == "admin"
        assert (data / "uploads" / "deep" / "note æøå.txt").read_text(encoding="utf-8") == "kept"
        elsewhere.run("company", "delete", "Backed up", "--yes")
        assert "--replace" in elsewhere.run("restore", str(archive), code=1).stderr
        elsewhere.run("restore", str(archive), "--replace")
        assert [row["name"] for row in elsewhere.json("company", "list")] == ["Backed up", "First"]


@pytest.mark.parametrize(
    ("kind", "words"),
    [
        ("newer", "Install a newer Tuttava"),
        ("damaged", "damaged"),
        ("missing", "damaged"),
        ("cut", "damaged"),
        ("foreign", "not a complete backup"),
    ],
)
def test_archive_that_cannot_be_trusted_changes_nothing(
    installation: Installation, archive: Path, tmp_path: Path, kind: str, words: str
) -> None:
    bad = tmp_path / "bad.tuttava"
    manifest = manifest_of(archive)
    if kind == "newer":
        rewritten(archive, bad, {"manifest.json": json.dumps({**manifest, "format": 999}).encode()})
    elif kind == "damaged":
        rewritten(archive, bad, {"uploads/deep/note æøå.txt": b"KEPT"})
    elif kind == "missing":
        files = {**dict(manifest["files"]), "uploads/gone": {"size": 1, "sha256": "0"}}  # type: ignore[call-overload]
        rewritten(archive, bad, {"manifest.json": json.dumps({**manifest, "files": files}).encode()})
    elif kind == "cut":
        bad.write_bytes(archive.read_bytes()[:1500])
    else:
        bad.write_text("something else", encoding="utf-8")
    before = installation.json("company", "list")
    assert words in installation.run("restore", str(bad), "--replace", code=1).stderr
    assert installation.json("company", "list") == before


def test_member_that_points_outside_is_not_unpacked(archive: Path, data: Path) -> None:
    bad = data / "bad.tuttava"
    manifest = manifest_of(archive)
    files = {**dict(manifest["files"]), "../escaped": {"size": 1, "sha256": "0"}}  # type: ignore[call-overload]
    rewritten(archive, bad, {"manifest.json": json.dumps({**manifest, "files": files}).encode()})
    with tarfile.open(bad, "a") as file:
        entry = tarfile.TarInfo("../escaped")
        entry.size = 1
        file.addfile(entry, io.BytesIO(b"x"))
    elsewhere = Installation(data / "data")
    elsewhere.run("restore", str(bad), code=1)
    assert not list(data.rglob("escaped"))


def test_restore_waits_for_nobody_who_still_works(installation: Installation, archive: Path) -> None:
    import psycopg

    from tuttava.config import embedded

    url = embedded.start(installation.data / "postgres")
    with psycopg.connect(url):
        refused = installation.run("restore", str(archive), "--replace", code=1)
    assert "Stop Tuttava first" in refused.stderr
