"""What came in is what was accepted, repeated or refused: with every kind of bad message at once, and over restarts of every kind."""

from __future__ import annotations

import json
import random
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

import coterie
from tests.api.server import start

SOON = (datetime.now(UTC) + timedelta(days=400)).isoformat()
TRACK = {"type": "track", "event": "X", "userId": "u"}
BAD: dict[str, str] = {
    "no-object": '"nonsense"',
    "number": "7",
    "null": "null",
    "no-such-call": json.dumps(TRACK | {"type": "dance", "messageId": "dance"}),
    "no-type": '{"userId": "u", "event": "X"}',
    "wrong-types": '{"type": "track", "event": 7, "userId": {"a": 1}}',
    "too-deep": '{"type": "track", "event": "X", "userId": "u", "properties": ' + '{"a":' * 90 + "1" + "}" * 90 + "}",
    "too-large": json.dumps(TRACK | {"properties": {"a": "b" * (520 << 10)}}),
    "nul": r'{"type": "track", "event": "X\u0000", "userId": "u"}',
    "half-a-letter": r'{"type": "track", "event": "X", "userId": "u", "properties": {"a": "\ud83d"}}',
    "ahead": json.dumps(TRACK | {"timestamp": SOON, "messageId": "ahead"}),
    "no-instant": json.dumps(TRACK | {"timestamp": "soon"}),
    "year-one": json.dumps(TRACK | {"timestamp": "0001-01-01T00:00:00Z"}),
    "year-9999": json.dumps(TRACK | {"timestamp": "9999-12-31T23:59:59Z", "sentAt": "9999-12-31T23:59:59Z"}),
    "nobody": '{"type": "track", "event": "X"}',
    "no-event": '{"type": "track", "userId": "u"}',
    "order-without-number": json.dumps(TRACK | {"event": "Order Completed", "properties": {"revenue": 5}}),
    "order-of-words": json.dumps(
        TRACK | {"event": "Order Completed", "properties": {"order_id": "o1", "revenue": "much"}}
    ),
    "products-no-list": json.dumps(
        TRACK | {"event": "Order Completed", "properties": {"order_id": "o2", "products": "many"}}
    ),
    "products-of-anything": json.dumps(
        TRACK | {"event": "Order Completed", "properties": {"order_id": "o3", "products": [7, {"price": "x"}]}}
    ),
    "no-address": json.dumps({"type": "identify", "userId": "v", "traits": {"email": "nowhere", "age": "old"}}),
    "traits-no-object": '{"type": "identify", "userId": "w", "traits": [1]}',
    "alias-of-nobody": '{"type": "alias", "userId": "z"}',
    "group-of-nothing": '{"type": "group", "userId": "z"}',
}
"""Messages that cannot be taken as they are, or hardly; what becomes of each others tell."""


ENDS = [
    pytest.param(("kill", "term"), id="both"),
    pytest.param(("term", "kill", "kill", "term"), marks=pytest.mark.slow, id="many"),
]


@pytest.mark.parametrize("ends", ENDS)
def test_received_is_accepted_and_duplicate_and_refused(tmp_path: Path, ends: tuple[str, ...]) -> None:
    folder, dice = coterie.init(tmp_path / "shop"), random.Random(1)
    server = start(folder)
    key, sent, number = server.key, 0, 0
    for end in ends:
        for _ in range(3):
            number += 1
            good = [json.dumps(TRACK | {"messageId": f"m{number}-{nth}"}) for nth in range(10)]
            repeated = [json.dumps(TRACK | {"messageId": f"m1-{nth}"}) for nth in range(3)]
            conflicting = [json.dumps(TRACK | {"messageId": "m1-0", "event": f"Y{number}"})]
            batch = [*BAD.values(), *good, *repeated, *conflicting, good[0]]
            dice.shuffle(batch)
            assert server.post("batch", f'{{"batch": [{", ".join(batch)}]}}'.encode(), key=key) == 200
            sent += len(batch)
            assert server.post("track", BAD["nobody"].encode(), key=key) == 200
            sent += 1
            assert server.post("batch", b'{"batch": [', key=key) == 400, "of what is refused as a whole nothing counts"
            assert server.post("track", b"{}", key="wrong") == 401
        found = server.figures()
        assert found["received"] == sent == sum(found[part] for part in ("accepted", "duplicate", "refused", "waiting"))
        if end == "kill":
            server.process.kill()
            server.process.communicate()
        else:
            assert server.end() == (0, "")
        server = start(folder)
    found = server.settle()
    assert found["received"] == sent == sum(found[part] for part in ("accepted", "duplicate", "refused"))
    assert found["conflicting"] >= 3 * len(ends) - 1
    assert min(found.values()) == found["waiting"] == 0
    assert server.end() == (0, "")
    with coterie.open(folder) as ws:
        kept = ws.query("SELECT count(*) AS n, count(DISTINCT message_id) AS ids FROM messages").rows()[0]
    assert kept == {"n": found["accepted"], "ids": found["accepted"]}
