"""A small mail server for tests: what IMAP4rev1 with UIDPLUS needs to be read by e-mail logging, and faults on order.

Messages live in memory. Commands are counted: the connection can be cut at any of them, before or after it took
effect, and any can be refused.
"""

from __future__ import annotations

import base64
import re
import shlex
import socketserver
import ssl
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field

USER, PASSWORD, TOKEN = "log@ours.example", 'pass "word" \\ x', "ya29.token"
ARRIVED = "02-Mar-2026 12:00:00 +0100"


@dataclass
class Stored:
    """A message in a folder."""

    uid: int
    raw: bytes
    flags: set[str] = field(default_factory=set)


@dataclass
class Folder:
    """Messages by uid in the order in which they came."""

    validity: int = 1
    next_uid: int = 1
    messages: dict[int, Stored] = field(default_factory=dict)

    def add(self, raw: bytes, *flags: str) -> Stored:
        stored = Stored(self.next_uid, raw, set(flags))
        self.messages[stored.uid] = stored
        self.next_uid += 1
        return stored


def concerns(uid: int, *commands: str) -> Callable[[str], bool]:
    """Whether a command's line is one of these, about a message, alone or among others."""

    def test(line: str) -> bool:
        found = re.match(r"UID (\w+) ([\d,]+) ", line)
        return found is not None and found[1] in commands and str(uid) in found[2].split(",")

    return test


class Cut(Exception):
    """The connection is cut here."""


class MailServer(socketserver.ThreadingTCPServer):
    """The server with its folders, and the faults that it is to show."""

    allow_reuse_address = True
    daemon_threads = True

    def __init__(
        self,
        *,
        keywords: bool = True,
        capabilities: str = "IMAP4rev1 UIDPLUS",
        tls: ssl.SSLContext | None = None,
        starttls: bool = False,
    ) -> None:
        """``tls``: encrypted from the start, or with ``starttls`` once the client asks."""
        super().__init__(("127.0.0.1", 0), _Session)
        self.folders: dict[str, Folder] = {"INBOX": Folder()}
        self.keywords = keywords
        self.capabilities = f"{capabilities} STARTTLS" if starttls else capabilities
        self.tls = tls
        self.starttls = starttls
        #: The access token that signs in.
        self.token = TOKEN
        self.lock = threading.RLock()
        #: Commands seen, as ``UID FETCH``; the connection is cut at the ``cut_at``-th, ``after`` it took effect or not.
        self.seen: list[str] = []
        self.cut_at = 0
        self.after = False
        #: Commands that are answered with NO: each a test of the command's line.
        self.refuse: list[Callable[[str], bool]] = []
        #: Called with each command before it is done.
        self.watch: Callable[[str], None] = lambda line: None

    @property
    def port(self) -> int:
        return int(self.server_address[1])

    def deliver(self, raw: bytes, *flags: str) -> Stored:
        return self.folders["INBOX"].add(raw, *flags)

    def held(self, name: str) -> list[bytes]:
        """What a folder holds."""
        return [each.raw for each in self.folders.get(name, Folder()).messages.values()]

    def handle_error(self, request: object, client_address: object) -> None:
        """Connections that go away are part of the tests."""


class _Session(socketserver.StreamRequestHandler):
    server: MailServer
    disable_nagle_algorithm = True

    def setup(self) -> None:
        if self.server.tls is not None and not self.server.starttls:
            self.request = self.server.tls.wrap_socket(self.request, server_side=True)
        super().setup()

    def handle(self) -> None:
        self.folder = Folder()
        self._send("* OK ready")
        try:
            while line := self.rfile.readline():
                self._command(line)
        except (Cut, OSError):
            return

    def _send(self, text: str) -> None:
        self.wfile.write(text.encode() + b"\r\n")

    def _command(self, line: bytes) -> None:
        tag, _blank, rest = line.decode().strip().partition(" ")
        name, _blank, given = rest.partition(" ")
        if name.upper() == "UID":
            name, given = f"UID {given.partition(' ')[0]}", given.partition(" ")[2]
        name = name.upper()
        self.server.watch(rest)
        with self.server.lock:
            self.server.seen.append(name)
            cut = len(self.server.seen) == self.server.cut_at
            if cut and not self.server.after:
                raise Cut
            if any(test(rest) for test in self.server.refuse):
                self._send(f"{tag} NO refused by test")
                return
            answer = getattr(self, f"_{name.lower().replace(' ', '_')}")(given)
            if cut:
                raise Cut
        self._send(f"{tag} {answer or 'OK done'}")
        if name == "STARTTLS" and self.server.tls is not None:
            self.request = self.server.tls.wrap_socket(self.request, server_side=True)
            super().setup()

    def _capability(self, given: str) -> str:
        self._send(f"* CAPABILITY {self.server.capabilities} AUTH=XOAUTH2 AUTH=PLAIN")
        return ""

    def _starttls(self, given: str) -> str:
        return "OK go on" if self.server.starttls else "BAD what"

    def _noop(self, given: str) -> str:
        return ""

    def _login(self, given: str) -> str:
        return "OK in" if shlex.split(given) == [USER, PASSWORD] else "NO wrong"

    def _authenticate(self, given: str) -> str:
        self._send("+ ")
        sent = base64.b64decode(self.rfile.readline()).decode()
        fits = {"XOAUTH2": f"user={USER}\1auth=Bearer {self.server.token}\1\1", "PLAIN": f"\0{USER}\0{PASSWORD}"}
        return "OK in" if sent == fits[given.strip().upper()] else "NO wrong"

    def _logout(self, given: str) -> str:
        self._send("* BYE")
        return ""

    def _list(self, given: str) -> str:
        wanted = shlex.split(given)[1]
        for name in self.server.folders:
            if wanted in ("*", name):
                self._send(f'* LIST (\\HasNoChildren) "/" "{name}"')
        return ""

    def _create(self, given: str) -> str:
        self.server.folders[shlex.split(given)[0]] = Folder()
        return ""

    def _select(self, given: str) -> str:
        name = shlex.split(given)[0]
        if name not in self.server.folders:
            return "NO no such folder"
        self.folder = self.server.folders[name]
        self._send(f"* {len(self.folder.messages)} EXISTS")
        self._send(f"* OK [UIDVALIDITY {self.folder.validity}] valid")
        own = r" \*" if self.server.keywords else ""
        self._send(rf"* OK [PERMANENTFLAGS (\Deleted \Seen \Draft \Flagged{own})] flags")
        return "OK [READ-WRITE] open"

    def _uid_search(self, given: str) -> str:
        found = [str(each.uid) for each in self.folder.messages.values() if _fits(given.split(), each.flags)]
        self._send(f"* SEARCH {' '.join(found)}".rstrip())
        return ""

    def _uid_fetch(self, given: str) -> str:
        uids, _blank, wanted = given.partition(" ")
        for stored in self._stored(uids):
            self._tell(stored, wanted)
        return ""

    def _stored(self, uids: str) -> list[Stored]:
        """Those of the messages that are there."""
        return [self.folder.messages[int(uid)] for uid in uids.split(",") if int(uid) in self.folder.messages]

    def _tell(self, stored: Stored, wanted: str) -> None:
        flags = " ".join(stored.flags)
        told = f'UID {stored.uid} FLAGS ({flags}) INTERNALDATE "{ARRIVED}" RFC822.SIZE {len(stored.raw)}'
        if "BODY.PEEK[HEADER]" in wanted:
            head = stored.raw.partition(b"\n\n")[0] + b"\n\n"
            self.wfile.write(f"* 1 FETCH ({told} BODY[HEADER] {{{len(head)}}}\r\n".encode() + head + b")\r\n")
        elif "BODY.PEEK[]" in wanted:
            self.wfile.write(f"* 1 FETCH ({told} BODY[] {{{len(stored.raw)}}}\r\n".encode() + stored.raw + b")\r\n")
        else:
            self._send(f"* 1 FETCH ({told})")

    def _uid_copy(self, given: str) -> str:
        uids, name = shlex.split(given)
        if name not in self.server.folders:
            return "NO [TRYCREATE] no such folder"
        copied = [self.server.folders[name].add(stored.raw) for stored in self._stored(uids)]
        return f"OK [COPYUID 1 {uids} {','.join(str(each.uid) for each in copied)}] copied"

    def _uid_store(self, given: str) -> str:
        found = re.fullmatch(r"([\d,]+) ([+-])FLAGS \((.*)\)", given)
        assert found, given
        flags = set(found[3].split())
        for stored in self._stored(found[1]):
            stored.flags = stored.flags | flags if found[2] == "+" else stored.flags - flags
        return ""

    def _uid_expunge(self, given: str) -> str:
        for stored in self._stored(given):
            if r"\Deleted" in stored.flags:
                del self.folder.messages[stored.uid]
        return ""

    def _expunge(self, given: str) -> str:
        for uid in [each.uid for each in self.folder.messages.values() if r"\Deleted" in each.flags]:
            del self.folder.messages[uid]
        return ""


def _fits(words: list[str], flags: set[str]) -> bool:
    """Whether a message has what a search asks for; all terms must hold."""
    rest = list(words)
    return all(_term(rest, flags) for _ in iter(lambda: bool(rest), False))


def _term(rest: list[str], flags: set[str]) -> bool:
    word = rest.pop(0).upper()
    if word == "OR":
        either = [_term(rest, flags), _term(rest, flags)]
        return any(either)
    if word in ("KEYWORD", "UNKEYWORD"):
        return (rest.pop(0) in flags) == (word == "KEYWORD")
    return {"ALL": True, "UNDELETED": r"\Deleted" not in flags, "UNFLAGGED": r"\Flagged" not in flags}[word]


@contextmanager
def mail_server(**given: object) -> Iterator[MailServer]:
    """A server on a free port, in a thread."""
    with MailServer(**given) as server:  # type: ignore[arg-type]
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True)
        thread.start()
        try:
            yield server
        finally:
            server.shutdown()
