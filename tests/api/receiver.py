"""A receiver of notifications for the tests: an HTTPS server with a certificate of its own making."""

from __future__ import annotations

import datetime as dt
import json
import ssl
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urlsplit

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

#: What a receiver does with one request: gives status and body.
Behaviour = Callable[[str], tuple[int, str]]


def echo(token: str) -> tuple[int, str]:
    return 200, token


class Receiver:
    """``posts``: bodies of notifications as they arrived. ``statuses``: the answers to them; the last one repeats."""

    def __init__(self, url: str) -> None:
        self.url = url
        self.shake: Behaviour = echo
        self.posts: list[list[dict[str, Any]]] = []
        self.paths: list[str] = []
        self.statuses = [202]
        self.location = ""
        self.busy_for = 0.0

    @property
    def told(self) -> list[tuple[str, str]]:
        """What was told, as pairs of change and resource, in order."""
        return [(each["changeType"], each["resource"]) for post in self.posts for each in post]

    def wait_for(self, count: int, seconds: float = 20) -> None:
        until = time.monotonic() + seconds
        while len(self.posts) < count and time.monotonic() < until:
            time.sleep(0.05)
        assert len(self.posts) >= count


def _certificate(directory: Path) -> tuple[Path, Path]:
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "receiver.invalid")])
    now = dt.datetime.now(dt.UTC)
    made = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(1)
        .not_valid_before(now - dt.timedelta(days=1))
        .not_valid_after(now + dt.timedelta(days=1))
        .sign(key, hashes.SHA256())
    )
    pem = serialization.Encoding.PEM
    files = directory / "receiver.crt", directory / "receiver.key"
    files[0].write_bytes(made.public_bytes(pem))
    plain = serialization.NoEncryption()
    files[1].write_bytes(key.private_bytes(pem, serialization.PrivateFormat.PKCS8, plain))
    return files


@contextmanager
def receiving(directory: Path) -> Iterator[Receiver]:
    """A receiver on a port of the loopback address."""

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers.get("Content-Length", 0)))
            receiver.paths.append(self.path)
            tokens = parse_qs(urlsplit(self.path).query).get("validationToken")
            if tokens:
                status, text = receiver.shake(tokens[0])
            else:
                time.sleep(receiver.busy_for)
                receiver.posts.append(json.loads(body)["value"])
                status, text = (receiver.statuses.pop(0) if len(receiver.statuses) > 1 else receiver.statuses[0]), ""
            self.send_response(status)
            if receiver.location:
                self.send_header("Location", receiver.location)
            self.send_header("Content-Length", str(len(text.encode())))
            self.end_headers()
            self.wfile.write(text.encode())

        def log_message(self, *arguments: Any) -> None:
            """Quietly."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    server.daemon_threads = True
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(*_certificate(directory))
    server.socket = context.wrap_socket(server.socket, server_side=True)
    receiver = Receiver(f"https://localhost:{server.server_port}/hook")
    thread = threading.Thread(target=server.serve_forever, args=(0.05,), daemon=True)
    thread.start()
    try:
        yield receiver
    finally:
        server.shutdown()
        server.server_close()
