"""Who entered and left segments, told to receivers by signed requests (Standard Webhooks), in order, until they say yes."""

from __future__ import annotations

import base64
import json
import secrets
import threading
from contextlib import suppress
from datetime import datetime
from typing import TYPE_CHECKING, Self

from coterie.errors import CoterieError
from coterie.words import sentence
from coterie.workspace.deliveries import GONE, Delivery, keep_delivery, read_delivery

if TYPE_CHECKING:
    from coterie.deliver import Answered
    from coterie.segment.membership import ChangePlace
    from coterie.settings.models import WebhookSettings
    from coterie.workspace.frame import Frame
    from coterie.workspace.stand import Stand
    from coterie.workspace.workspace import Workspace

_MOST = 500
"""Changes in a request."""
_LOOK_SECONDS = 2.0
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
        for name, hook in stand.settings_now.webhooks.items()
    ]


class Webhooks:
    """Tells the receivers of ``coterie.yaml`` while its ``with`` block lasts.

    Each is told what came after it was seen first, in order, and goes on where it said yes last; a message that is told
    again has the same ``webhook-id``. One that does not say yes is told again later (see ``Delivery``), also after a
    restart; one that answers with 410 is told no more until somebody asks for it.
    """

    def __init__(self, workspace: Workspace) -> None:
        self._workspace, self._stand = workspace, workspace._stand  # noqa: SLF001 - it is a part of the workspace
        self._thread = threading.Thread(target=self._look, name="coterie-webhooks")
        self._is_ending = threading.Event()

    def __enter__(self) -> Self:
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
        told: dict[str, bool] = {}
        hooks = self._stand.settings_now.webhooks
        if not hooks:
            return told
        from coterie.deliver import Answered

        for name, hook in hooks.items():
            before = read_delivery(self._stand.ledger, name)
            if not before.is_due(self._stand.clock()):
                continue
            try:
                answered = self._tell(name, hook)
                why = sentence("it answered with {status}", status=answered.status if answered else 0)
            except CoterieError as fault:  # such as nobody there, or a full disk: it is told again later
                answered, why = Answered(0), fault.sentence
            if answered is not None:
                told[name] = _is_yes(answered)
                self._note(name, before, why, answered)
        return told

    def _note(self, name: str, before: Delivery, why: str, answered: Answered) -> None:
        now, chance = self._stand.clock(), secrets.randbelow(1000) / 1000
        is_gone = answered.status == GONE
        found = (
            before.succeeded(now)
            if _is_yes(answered)
            else before.failed(now, why, is_gone=is_gone, retry_after=answered.retry_after, chance=chance)
        )
        with suppress(CoterieError):  # such as a full disk: what was told stands, and the rest is told again
            keep_delivery(self._stand.ledger, name, found)

    def _tell(self, name: str, hook: WebhookSettings) -> Answered | None:
        """Tell one receiver the next changes; its answer, None where there was nothing to say."""
        place = self._place(name)
        if place is None:
            self._move(name, self._end())
            return None
        found = self._workspace.segments.changes(after=place, most=_MOST)
        if not found:
            return None
        rows = [row for row in found.rows() if not hook.segments or row["segment"] in hook.segments]
        answered = self._sent(name, hook, place, rows) if rows else None
        if answered is None or _is_yes(answered):
            self._move(name, _place_of(found))
        return answered

    def _sent(self, name: str, hook: WebhookSettings, place: ChangePlace, rows: list[dict[str, object]]) -> Answered:
        from coterie.deliver import post
        from coterie.deliver.signing import signed_headers

        now = self._stand.clock()
        content = {"type": "segment.changed", "timestamp": f"{now.isoformat()}Z", "data": {"changes": rows}}
        body = json.dumps(content, ensure_ascii=False, default=str).encode()
        number = f"msg_{self._stand.key.hash_of('webhook', json.dumps([name, place]))[:32]}"
        second = int((now - _EPOCH).total_seconds())
        headers = signed_headers(signing_secret(self._stand, name), number, second, body)
        return post(hook.url, body, headers, is_private=hook.private)

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


def _is_yes(answered: Answered) -> bool:
    return 200 <= answered.status < 300


def _place_of(found: Frame) -> ChangePlace:
    last = found[-1]
    return int(str(last["refresh_id"])), str(last["segment"]), int(str(last["profile_id"])), str(last["change"])
