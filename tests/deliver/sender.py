"""A sender in its own process, to be killed."""

from __future__ import annotations

import signal
import sys
from multiprocessing import get_context
from multiprocessing.context import ForkServerProcess
from multiprocessing.synchronize import Event
from pathlib import Path

from tests.deliver.outbox import KEY, coupon_composer

from coterie.deliver import CHANNELS, PROVIDERS, send_outbox
from coterie.domain import Origin
from coterie.errors import WorkspaceLocked
from coterie.settings import SmtpSettings
from coterie.store import open_ledger

FORKS = get_context("forkserver")
FORKS.set_forkserver_preload(["tests.deliver.sender"])  # importing takes longer than sending


def start_sender(ledger: Path, port: int, connections: int) -> tuple[ForkServerProcess, Event]:
    """A process that sends all it can and ends with exit code 0, or 1 and a message; the event says it has begun."""
    begun = FORKS.Event()
    process = FORKS.Process(target=_send, args=(str(ledger), port, connections, begun))
    process.start()
    return process, begun


def _send(ledger: str, port: int, connections: int, begun: Event) -> None:
    signal.signal(signal.SIGINT, signal.default_int_handler)  # ignored where the tests run in the background
    channel, provider = CHANNELS["email"], PROVIDERS["smtp"]
    opened = open_ledger(ledger)
    begun.set()
    try:
        send_outbox(
            opened,
            KEY,
            [Origin("campaign", "spring")],
            channel=channel(channel.Settings(sender="Shop <news@shop.example>")),
            provider=provider(SmtpSettings(port=port, connections=connections)),
            renderer=coupon_composer(opened),
        )
    except WorkspaceLocked:
        sys.exit(7)
    except KeyboardInterrupt:
        sys.exit(130)
