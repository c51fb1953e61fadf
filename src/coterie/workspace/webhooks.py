"""Who entered and left segments, told to receivers by signed requests (Standard Webhooks), in order, until they say yes."""

from __future__ import annotations

import base64
import hashlib
import hmac
import json
import threading
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Self

from coterie.errors import CoterieError
from coterie.segment.membership import ChangePlace
from coterie.workspace.outgoing import post

if TYPE_CHECKING:
    from coterie.settings.webhooks import WebhookSettings
    from coterie.workspace.frame import Frame
    from coterie.workspace.stand import Stand
    from coterie.workspace.workspace import Workspace

_MOST = 500
"""Changes in a request."""
_LOOK_SECONDS = 2.0
_FIRST_WAIT, _LONGEST_WAIT = timedelta(seconds=5), timedelta(hours=1)
_EPOCH = datetime(1970, 1, 1)  # noqa: DTZ001 - naive UTC, as all instants are kept
_NOWHERE: ChangePlace = (0, "", 0, "")


def signing_secret(stand: Stand, name: str) -> str:
    """What the receiver ``name`` checks signatures with, as Standard Webhooks write it; it follows from the workspace's key."""
    return "whsec_" + base64.b64encode(stand.key.derive(f"webhook {name}")).decode()


def receivers(workspace: Workspace) -> list[dict[str, object]]:
    """Every receiver with its secret."""
    stand = workspace._stand  # noqa: SLF001 - it is a part of the workspace
    return [
        {"webhook": name, "url": hook.url, "segments": list(hook.segments), "secret": signing_secret(stand, name)}
        for name, hook in stand.settings.webhooks.items()
    ]


def signature(secret: str, number: str, second: int, body: bytes) -> str:
    """The signature of a message, as Standard Webhooks have it.

    >>> signature("whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw", "msg_p5jXN8AQM9LWM0D4loKWxJek", 1614265330, b'{"test": 2432232314}')
    'v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE='
    """
    key = base64.b64decode(secret.removeprefix("whsec_"))
    made = hmac.new(key, f"{number}.{second}.".encode() + body, hashlib.sha256).digest()
    return "v1," + base64.b64encode(made).decode()


class Webhooks:
    """Tells the receivers of ``coterie.yaml`` while its ``with`` block lasts.

    Each is told what came after it was seen first, in order, and goes on where it said yes last; a message that is told
    again has the same ``webhook-id``. One that does not say yes is asked again after 5 seconds, then twice as long each
    time, an hour at most.
    """

    def __init__(self, workspace: Workspace) -> None:
        self._workspace, self._stand = workspace, workspace._stand  # noqa: SLF001 - it is a part of the workspace
        self._thread = threading.Thread(target=self._look, name="coterie-webhooks")
        self._is_ending = threading.Event()
        self._failures: dict[str, tuple[int, datetime]] = {}

    def __enter__(self) -> Self:
        if self._stand.settings.webhooks:
            self._thread.start()
        return self

    def __exit__(self, *_fault: object) -> None:
        self._is_ending.set()
        if self._thread.ident is not None:
            self._thread.join()

    def _look(self) -> None:
        while not self._is_ending.wait(_LOOK_SECONDS):
            self.tick()

    def tick(self) -> dict[str, bool]:
        """Tell each receiver whose turn it is what is new; whether it said yes, of those to whom there was something to say."""
        told = {}
        for name, hook in self._stand.settings.webhooks.items():
            if name in self._failures and self._stand.clock() < self._failures[name][1]:
                continue
            try:
                found = self._tell(name, hook)
            except CoterieError:  # such as nobody there, or a full disk: it is told again later
                found = False
            if found is not None:
                told[name] = found
            self._note(name, is_good=found is not False)
        return told

    def _note(self, name: str, *, is_good: bool) -> None:
        if is_good:
            self._failures.pop(name, None)
            return
        times = self._failures[name][0] if name in self._failures else 0
        wait = min(_FIRST_WAIT * 2 ** min(times, 20), _LONGEST_WAIT)
        self._failures[name] = times + 1, self._stand.clock() + wait

    def _tell(self, name: str, hook: WebhookSettings) -> bool | None:
        """Tell one receiver the next changes; whether it said yes, None where there was nothing to say."""
        place = self._place(name)
        if place is None:
            self._move(name, self._end())
            return None
        found = self._workspace.segments.changes(after=place, most=_MOST)
        if not found:
            return None
        rows = [row for row in found.rows() if not hook.segments or row["segment"] in hook.segments]
        if rows and not self._sent(name, hook, place, rows):
            return False
        self._move(name, _place_of(found))
        return True if rows else None

    def _sent(self, name: str, hook: WebhookSettings, place: ChangePlace, rows: list[dict[str, object]]) -> bool:
        now = self._stand.clock()
        content = {"type": "segment.changed", "timestamp": f"{now.isoformat()}Z", "data": {"changes": rows}}
        body = json.dumps(content, ensure_ascii=False, default=str).encode()
        number = f"msg_{self._stand.key.hash_of('webhook', json.dumps([name, place]))[:32]}"
        second = int((now - _EPOCH).total_seconds())
        headers = {
            "content-type": "application/json",
            "webhook-id": number,
            "webhook-timestamp": str(second),
            "webhook-signature": signature(signing_secret(self._stand, name), number, second, body),
        }
        return 200 <= post(hook.url, body, headers, is_private=hook.private) < 300

    def _end(self) -> ChangePlace:
        """The end of the log as it is now."""
        place, found = _NOWHERE, self._workspace.segments.changes(most=100_000)
        while found:
            place = _place_of(found)
            found = self._workspace.segments.changes(after=place, most=100_000)
        return place

    def _place(self, name: str) -> ChangePlace | None:
        with self._stand.ledger.reading() as t:
            kept = t.watermarks.get(f"webhook {name}")
        if kept is None:
            return None
        refresh, segment, profile, change = json.loads(kept)
        return int(refresh), str(segment), int(profile), str(change)

    def _move(self, name: str, place: ChangePlace) -> None:
        with self._stand.ledger.transaction() as t:
            t.watermarks.move(f"webhook {name}", json.dumps(place), at=self._stand.clock())


def _place_of(found: Frame) -> ChangePlace:
    last = found[-1]
    return int(str(last["refresh_id"])), str(last["segment"]), int(str(last["profile_id"])), str(last["change"])
