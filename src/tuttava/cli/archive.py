"""``backup`` and ``restore``: one consistent file with the database and the uploads.

The file is an uncompressed tar archive: ``manifest.json`` (format, versions, sizes and SHA-256 of the rest),
``database.dump`` (``pg_dump``'s own compressed format) and ``uploads/...``.
"""

from __future__ import annotations

import hashlib
import io
import json
import os
import shutil
import subprocess
import tarfile
import tempfile
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import click

from tuttava import __version__
from tuttava.cli.base import Command, boot, json_option, show, tell

#: Raised when a file of this version could not be read by an older one.
FORMAT = 1
DUMP = "database.dump"
MANIFEST = "manifest.json"
UPLOADS = "uploads/"


@click.command(cls=Command)
@click.argument("file", type=click.Path(dir_okay=False, path_type=Path))
@json_option
def backup(file: Path, as_json: bool) -> None:
    """Write database and uploads, as they are at one instant, to FILE. The product may go on running."""
    boot()
    from tuttava.cli.serve import require_current

    require_current()
    with tempfile.TemporaryDirectory(dir=_parent(file), prefix=".tuttava-backup-") as scratch:
        dump = Path(scratch) / DUMP
        _pg("pg_dump", "--format=custom", "--no-owner", "--no-privileges", f"--file={dump}")
        manifest = _write_archive(Path(scratch) / "archive", dump)
        (Path(scratch) / "archive").replace(file)
    if as_json:
        show([{"file": str(file), **manifest}], as_json=True)
    else:
        tell(f"{file}: {file.stat().st_size / 1_000_000:.1f} MB, database and {len(manifest['files']) - 1} uploads.")


@click.command(cls=Command)
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option("--replace", is_flag=True, help="Replace what the installation holds now.")
def restore(file: Path, replace: bool) -> None:
    """Bring back what FILE holds. Everything is checked before anything is changed; stop the product first."""
    with tempfile.TemporaryDirectory(dir=_data_directory(), prefix=".tuttava-restore-") as scratch:
        manifest = unpack(file, Path(scratch))
        boot()
        _refuse_to_overwrite(replace)
        _refuse_while_in_use()
        _replace_database(Path(scratch) / DUMP)
        _replace_uploads(Path(scratch) / UPLOADS)
    from tuttava.cli.installation import upgrade_with_progress

    upgrade_with_progress()
    tell(f"Restored the state of {manifest['created']} (version {manifest['version']}).")


def _parent(file: Path) -> Path:
    return file.resolve().parent


def _data_directory() -> Path:
    from tuttava.config import runtime

    runtime.data_dir().mkdir(parents=True, exist_ok=True)
    return runtime.data_dir()


def _uploads() -> Path:
    return _data_directory() / "uploads"


def _write_archive(target: Path, dump: Path) -> dict[str, Any]:
    """Write the archive; the manifest comes first, so that a reader knows what it must find."""
    members = [(DUMP, dump)]
    members += [(UPLOADS + path.relative_to(_uploads()).as_posix(), path) for path in _files(_uploads())]
    manifest: dict[str, Any] = {
        "format": FORMAT,
        "version": __version__,
        "created": datetime.now(UTC).isoformat(timespec="seconds"),
        "files": {name: {"size": path.stat().st_size, "sha256": _digest(path)} for name, path in members},
    }
    with os.fdopen(os.open(target, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as out:
        with tarfile.open(fileobj=out, mode="w", format=tarfile.PAX_FORMAT) as archive:
            text = json.dumps(manifest, indent=2).encode()
            head = tarfile.TarInfo(MANIFEST)
            head.size, head.mode = len(text), 0o600
            archive.addfile(head, io.BytesIO(text))
            for name, path in members:
                entry = tarfile.TarInfo(name)
                entry.size, entry.mode = manifest["files"][name]["size"], 0o600
                with path.open("rb") as source:
                    archive.addfile(entry, source)
        out.flush()
        os.fsync(out.fileno())
    return manifest


def _files(directory: Path) -> Iterator[Path]:
    yield from sorted(path for path in directory.rglob("*") if path.is_file() and not path.is_symlink())


def _digest(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def unpack(file: Path, target: Path) -> dict[str, Any]:
    """Unpack an archive into the empty directory ``target`` and return its manifest.

    Raises ClickException for a file that is no backup, is of a newer format, or is not what its manifest says.
    """
    try:
        with tarfile.open(file, "r:") as archive:
            first = archive.next()
            if first is None or first.name != MANIFEST or first.size > 1_000_000_000:
                raise tarfile.TarError
            stream = archive.extractfile(first)
            manifest: dict[str, Any] = json.loads(stream.read() if stream else b"")
            if int(manifest["format"]) > FORMAT:
                raise click.ClickException(
                    f"{file} has format {manifest['format']}, written by Tuttava {manifest['version']}; this version"
                    f" ({__version__}) reads up to {FORMAT}. Install a newer Tuttava and restore again."
                )
            archive.extractall(target, members=_safe(archive, manifest["files"]), filter="data")
    except (tarfile.TarError, ValueError, KeyError, TypeError) as error:
        raise click.ClickException(f"{file} is not a complete backup of Tuttava.") from error
    for name, expected in manifest["files"].items():
        path = target / name
        if not path.is_file() or _digest(path) != expected["sha256"]:
            raise click.ClickException(f"{file} is damaged: {name} is not what was backed up. Nothing was changed.")
    return manifest


def _safe(archive: tarfile.TarFile, expected: dict[str, Any]) -> Iterator[tarfile.TarInfo]:
    for member in archive:
        if member.name in expected and member.isreg():
            yield member


def _refuse_to_overwrite(replace: bool) -> None:
    from django.db import connection

    with connection.cursor() as cursor:
        cursor.execute("SELECT to_regclass('public.directory_company') IS NOT NULL")
        used = cursor.fetchone()[0]
        if used:
            cursor.execute("SELECT EXISTS (SELECT 1 FROM public.directory_company)")
            used = cursor.fetchone()[0]
    if used and not replace:
        raise click.ClickException("This installation holds companies. Restore over them with --replace.")


def _refuse_while_in_use() -> None:
    from django.db import connection

    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() AND pid <> pg_backend_pid()"
            " AND backend_type = 'client backend'"
        )
        others = cursor.fetchone()[0]
    connection.close()
    if others:
        raise click.ClickException(f"The database is in use ({others} connections). Stop Tuttava first.")


def _replace_database(dump: Path) -> None:
    """Put the dump in the place of all schemas, in one transaction: a failure leaves the old state."""
    with tempfile.TemporaryDirectory(dir=dump.parent) as scratch:
        script = Path(scratch) / "restore.sql"
        _run("pg_restore", "--no-owner", "--no-privileges", f"--file={script}", str(dump))
        drop = (
            "DO $$ DECLARE s name; BEGIN FOR s IN SELECT nspname FROM pg_namespace WHERE nspname = 'public' OR"
            " nspname ~ '^c_[0-9a-f]{32}$' LOOP EXECUTE format('DROP SCHEMA %I CASCADE', s); END LOOP; END $$;\n"
            "CREATE SCHEMA public;\n"
        )
        # Transaction numbers of a server that counted further would look like changes still to come to change feeds.
        settle = (
            "DO $$ DECLARE s name; x bigint := pg_snapshot_xmax(pg_current_snapshot())::text::bigint; BEGIN"
            " FOR s IN SELECT nspname FROM pg_namespace WHERE nspname ~ '^c_[0-9a-f]{32}$' LOOP EXECUTE format("
            "'UPDATE %I.foundation_journalchange SET txid = 3 + txid %% (%s - 3) WHERE txid >= %s', s, x, x);"
            " END LOOP; END $$;\n"
        )
        before, after = Path(scratch) / "drop.sql", Path(scratch) / "settle.sql"
        before.write_text(drop, encoding="utf-8")
        after.write_text(settle, encoding="utf-8")
        _pg(
            "psql",
            "--quiet",
            "--no-psqlrc",
            "--single-transaction",
            "--set=ON_ERROR_STOP=1",
            "--output=/dev/null",
            f"--file={before}",
            f"--file={script}",
            f"--file={after}",
        )


def _replace_uploads(restored: Path) -> None:
    """Swap the directory of uploads; the old one is removed last."""
    uploads = _uploads()
    old = uploads.with_name(f".uploads-before-{os.getpid()}")
    restored.mkdir(exist_ok=True)
    if uploads.exists():
        uploads.rename(old)
    restored.rename(uploads)
    shutil.rmtree(old, ignore_errors=True)


def _pg(program: str, *arguments: str) -> None:
    """Run one of PostgreSQL's programs on the database in force."""
    from tuttava.config import runtime

    settings = runtime.parse_database_url(runtime.text("database_url"))
    environment = {
        "PGHOST": settings["HOST"],
        "PGPORT": settings["PORT"],
        "PGUSER": settings["USER"],
        "PGPASSWORD": settings["PASSWORD"],
        "PGDATABASE": settings["NAME"],
        **{f"PG{name.upper()}": value for name, value in settings["OPTIONS"].items() if name.startswith("ssl")},
    }
    _run(program, *arguments, **{name: value for name, value in environment.items() if value})


def _run(program: str, *arguments: str, **environment: str) -> None:
    done = subprocess.run(
        [_program(program), *arguments],
        env={**os.environ, **environment},
        check=False,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.PIPE,
        text=True,
    )
    if done.returncode:
        raise click.ClickException(f"{program} failed: {done.stderr.strip()[-2000:]}")


def _program(name: str) -> str:
    """The embedded server's program, which is also new enough for every supported server; else the path's."""
    from tuttava.config import embedded

    own = embedded.binaries() / name
    if own.exists():
        return str(own)
    found = shutil.which(name)
    if found is None:
        raise click.ClickException(f"{name} is not installed. Install PostgreSQL's client programs.")
    return found


COMMANDS = (backup, restore)
