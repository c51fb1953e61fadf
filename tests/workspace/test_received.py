"""A no that was answered with 200 holds from then on, also before it is in the warehouse."""

from __future__ import annotations

import json
import threading
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from time import monotonic, sleep

import pytest

import coterie
from coterie.errors import CoterieError
from coterie.settings import SmtpSettings, WorkspaceSettings
from coterie.store import Request, open_journal
from coterie.testing.smtp_sink import RunningSink

PEOPLE = "customer_id,name,email\n" + "".join(f"Q{n},N{n},q{n}@shop-mail.es\n" for n in range(1, 9))
YES = "customer_id,channel,granted,occurred_at\n" + "".join(f"Q{n},email,yes,2026-10-01\n" for n in range(1, 9))
CAMPAIGN = """
templates:
- {name: hello, subject: Hello, body: "<p>Hi</p>"}
campaigns:
- {name: one, audience: {everybody: true}, template: hello, holdout: 0}
"""


@pytest.fixture
def folder(tmp_path: Path, sink: RunningSink) -> Path:
    settings = WorkspaceSettings(
        sender="Shop <news@shop-mail.es>",
        postal_address="Calle Mayor 1, Madrid",
        public_url="https://shop-mail.es",
        country="ES",
        smtp=SmtpSettings(port=sink.port, per_second=4, connections=1),
    )
    folder = coterie.init(tmp_path / "shop", settings)
    with coterie.open(folder) as ws:
        for kind, text in (("customers", PEOPLE), ("consents", YES)):
            (tmp_path / f"{kind}.csv").write_text(text)
            ws.load(tmp_path / f"{kind}.csv", kind=kind)
        ws.refresh()
        (tmp_path / "def.yaml").write_text(CAMPAIGN)
        ws.apply(tmp_path / "def.yaml")
    return folder


def said_no(*numbers: int) -> Request:
    batch = [
        {"type": "identify", "userId": f"Q{n}", "messageId": f"no-{n}", "traits": {"email_opt_in": False}}
        for n in numbers
    ]
    return Request(
        datetime.now(UTC).replace(tzinfo=None), "site", "batch", len(batch), json.dumps({"batch": batch}).encode()
    )


def written(sink: RunningSink, before: int) -> list[str]:
    return [str(line["recipients"][0]) for line in sink.accepted()[before:]]  # type: ignore[index]


def test_what_a_killed_server_left_in_the_journal_holds(folder: Path, sink: RunningSink) -> None:
    journal, before = open_journal(folder / ".coterie" / "journal.sqlite"), len(sink.accepted())
    journal.append([said_no(1, 2)], trim_to=0)
    journal.close()
    with coterie.open(folder) as ws:
        ws.campaigns.send("one")
    assert sorted(written(sink, before)) == [f"q{n}@shop-mail.es" for n in range(3, 9)]


def test_a_refresh_knows_what_a_killed_server_left(folder: Path) -> None:
    journal = open_journal(folder / ".coterie" / "journal.sqlite")
    journal.append([said_no(1, 2), said_no(99)], trim_to=0)
    journal.close()
    with coterie.open(folder) as ws:
        assert ws.refresh().profiles == 9
        assert ws.refresh().profiles == 9


class Receiving:
    """An intake of the workspace in this process, and what was answered."""

    def __init__(self, ws: coterie.Workspace) -> None:
        self.kept = threading.Event()
        self.faults: list[CoterieError] = []
        self.intake = ws.intake(self._settled, self.faults.append)

    def _settled(self, _who: object, fault: CoterieError | None) -> None:
        assert fault is None
        self.kept.set()

    def receive(self, request: Request) -> None:
        """Returns once it is durable, which is when a client is answered."""
        self.kept.clear()
        assert self.intake.offer(request, self)
        assert self.kept.wait(30)


@pytest.fixture
def receiving(folder: Path) -> Iterator[tuple[coterie.Workspace, Receiving]]:
    with coterie.open(folder) as ws:
        found = Receiving(ws)
        with found.intake:
            yield ws, found
        assert not found.faults


def test_a_no_that_waits_for_the_warehouse_holds(
    receiving: tuple[coterie.Workspace, Receiving], sink: RunningSink
) -> None:
    ws, site = receiving
    before, is_busy = len(sink.accepted()), threading.Event()

    def keep_busy() -> None:
        with ws._stand.engine.transaction():
            is_busy.set()
            sleep(1.5)

    busy = threading.Thread(target=keep_busy)
    busy.start()
    is_busy.wait(10)
    site.receive(said_no(1, 2, 3))
    ws.campaigns.send("one")
    busy.join()
    assert sorted(written(sink, before)) == [f"q{n}@shop-mail.es" for n in range(4, 9)]


def test_a_no_that_comes_while_sending_holds_for_who_was_not_asked_about_yet(
    receiving: tuple[coterie.Workspace, Receiving], sink: RunningSink
) -> None:
    ws, site = receiving
    before = len(sink.accepted())
    sending = threading.Thread(target=ws.campaigns.send, args=("one",))
    sending.start()
    ends = monotonic() + 60
    while not written(sink, before) and monotonic() < ends:
        sleep(0.01)
    site.receive(said_no(*range(1, 9)))
    at_most = len(written(sink, before)) + 1  # one may have been on its way
    sending.join(120)
    assert 1 <= len(written(sink, before)) <= at_most
