"""Where the product runs: data directory, configuration values and the database behind it.

Every value can come from (strongest first) the environment (``TUTTAVA_*`` and ``DATABASE_URL``), the file
``tuttava.toml`` in the data directory, or a default. ``tuttava config`` prints this table.
"""

from __future__ import annotations

import os
import secrets
import tomllib
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, unquote, urlsplit

DEFAULTS: dict[str, str] = {
    "host": "127.0.0.1",
    "port": "8000",
    "workers": "0",
    "threads": "4",
    "debug": "false",
    "allowed_hosts": "localhost,127.0.0.1,[::1]",
    "secure": "false",
    "trust_proxy": "false",
    "instance": "BC",
    "allowed_origins": "",
    "time_zone": "Europe/Oslo",
    "language": "en",
    "mail_transport": "outbox",
    "mail_host": "localhost",
    "mail_port": "25",
    "mail_user": "",
    "mail_password": "",
    "mail_tls": "false",
    "mail_from": "tuttava@localhost",
    "mail_per_minute": "0",
    "public_url": "",
    "pdf_converter": "",
    "map_url": "https://www.openstreetmap.org/search?query=%1",
    "log_level": "info",
    "log_file": "false",
}
SECRETS = frozenset({"mail_password", "database_url", "secret_key"})


@dataclass(frozen=True)
class Value:
    """One configuration value and where it came from (``environment``, ``file`` or ``default``)."""

    name: str
    text: str
    source: str


def data_dir() -> Path:
    """The directory that holds the embedded cluster, uploads, keys and logs."""
    return Path(os.environ.get("TUTTAVA_DATA", "tuttava-data")).expanduser().resolve()


@cache
def _file_values(path: Path) -> dict[str, Any]:
    try:
        return tomllib.loads(path.read_text(encoding="utf-8")) if path.is_file() else {}
    except ValueError as error:
        raise ValueError(f"{path} cannot be read: {error}") from error


def value(name: str) -> Value:
    """The value in force for ``name`` with its source."""
    env = "DATABASE_URL" if name == "database_url" else f"TUTTAVA_{name.upper()}"
    if env in os.environ:
        return Value(name, os.environ[env], "environment")
    from_file = _file_values(data_dir() / "tuttava.toml")
    if name in from_file:
        raw = from_file[name]
        return Value(name, str(raw).lower() if isinstance(raw, bool) else str(raw), "file")
    return Value(name, DEFAULTS.get(name, ""), "default")


def file_names() -> list[str]:
    """The names that ``tuttava.toml`` sets, known or not."""
    return sorted(_file_values(data_dir() / "tuttava.toml"))


def text(name: str) -> str:
    return value(name).text


def flag(name: str) -> bool:
    return text(name).strip().lower() in {"1", "true", "yes", "on"}


def public_url() -> str:
    """Where people outside reach the installation, without a slash at the end; else its own address."""
    told = text("public_url").strip().rstrip("/")
    if told:
        return told
    host = text("allowed_hosts").split(",")[0].strip().lstrip(".") or "localhost"
    return f"https://{host}" if flag("secure") else f"http://{host}:{text('port')}"


def secret_key() -> str:
    """The signing key: given by the operator, or drawn once and kept readable by the owner only."""
    given = text("secret_key")
    if given:
        return given
    path = data_dir() / "secret.key"
    try:
        return path.read_text(encoding="ascii")
    except FileNotFoundError:
        path.parent.mkdir(parents=True, exist_ok=True)
        key = secrets.token_urlsafe(50)
        try:
            handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        except FileExistsError:
            return path.read_text(encoding="ascii")
        with os.fdopen(handle, "w", encoding="ascii") as out:
            out.write(key)
        return key


def parse_database_url(url: str) -> dict[str, Any]:
    """Django connection settings from a ``postgresql://`` URL (a ``host`` query value may name a socket directory)."""
    parts = urlsplit(url)
    if parts.scheme not in {"postgres", "postgresql"}:
        raise ValueError("DATABASE_URL must start with postgresql://")
    query = {key: values[-1] for key, values in parse_qs(parts.query).items()}
    host = query.pop("host", None) or parts.hostname or ""
    return {
        "NAME": unquote(parts.path.lstrip("/")) or "tuttava",
        "USER": unquote(parts.username or ""),
        "PASSWORD": unquote(parts.password or ""),
        "HOST": host,
        "PORT": str(parts.port or ""),
        "OPTIONS": query,
    }
