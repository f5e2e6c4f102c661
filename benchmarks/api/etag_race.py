"""``python -m benchmarks.api.etag_race``: many writers change one contact with the same tag; one may win each round.

Runs on a served product: ``--root http://127.0.0.1:8000 --user NAME --key ACCESSKEY``. Fails when a round has another
number of winners than one, or an answer that is neither 200 nor 409.
"""

from __future__ import annotations

import argparse
import base64
import collections
import http.client
import json
import threading
import time
from typing import Any
from urllib.parse import urlsplit


class Caller:
    """A client with a connection of its own."""

    def __init__(self, root: str, user: str, key: str) -> None:
        self.where = urlsplit(root)
        self.headers = {
            "Authorization": f"Basic {base64.b64encode(f'{user}:{key}'.encode()).decode()}",
            "Content-Type": "application/json",
        }

    def call(self, method: str, path: str, body: Any = None, **headers: str) -> tuple[int, Any]:
        """Status and JSON of one request."""
        connection = http.client.HTTPConnection(self.where.netloc, timeout=600)
        try:
            content = None if body is None else json.dumps(body)
            connection.request(method, f"/api/v2.0/{path}", content, {**self.headers, **headers})
            answer = connection.getresponse()
            data = answer.read()
            return answer.status, json.loads(data) if data else None
        finally:
            connection.close()


def race(caller: Caller, path: str, tag: str, threads: int) -> collections.Counter[int]:
    """The statuses of ``threads`` changes sent at once."""
    found: collections.Counter[int] = collections.Counter()
    gate, lock = threading.Barrier(threads), threading.Lock()

    def write(number: int) -> None:
        gate.wait()
        status, _body = caller.call("PATCH", path, {"jobTitle": f"Writer {number}"}, **{"If-Match": tag})
        with lock:
            found[status] += 1

    writers = [threading.Thread(target=write, args=[number]) for number in range(threads)]
    for writer in writers:
        writer.start()
    for writer in writers:
        writer.join()
    return found


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m benchmarks.api.etag_race", description=__doc__)
    parser.add_argument("--root", default="http://127.0.0.1:8000", help="address of the server")
    parser.add_argument("--user", required=True, help="a user that may write contacts; raise its queue first")
    parser.add_argument("--key", required=True, help="the user's access key")
    parser.add_argument("--threads", type=int, default=200)
    parser.add_argument("--rounds", type=int, default=10)
    wanted = parser.parse_args()
    caller = Caller(wanted.root, wanted.user, wanted.key)
    _status, made = caller.call("POST", "contacts", {"displayName": "Race", "type": "Person"})
    path, lost = f"contacts({made['id']})", 0
    for number in range(1, wanted.rounds + 1):
        tag = caller.call("GET", path)[1]["@odata.etag"]
        begun = time.monotonic()
        found = race(caller, path, tag, wanted.threads)
        good = found == {200: 1, 409: wanted.threads - 1}
        lost += not good
        print(f"round {number}: {dict(found)} in {time.monotonic() - begun:.1f} s{'' if good else '  WRONG'}")
    caller.call("DELETE", path)
    raise SystemExit(f"{lost} rounds were wrong" if lost else 0)


if __name__ == "__main__":
    main()
