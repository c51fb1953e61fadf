"""The server from its first instant to its last."""

from __future__ import annotations

import asyncio
import gc
import signal
import socket
from collections.abc import Callable, Generator, Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

import uvicorn

from coterie.api.access import Access
from coterie.api.calls import Calls
from coterie.api.later import Later
from coterie.api.served import Served
from coterie.api.workers import Workers
from coterie.errors import BadSetting, CoterieError
from coterie.protect.team import FIRST_LINK_FOR
from coterie.store import ApiKey
from coterie.words import sentence, system_says
from coterie.workspace import Intake, open_workspace
from coterie.workspace.answers import Answers
from coterie.workspace.doors import Opened
from coterie.workspace.finding import check_free
from coterie.workspace.job_runner import JobRunner
from coterie.workspace.journey_keeper import JourneyKeeper
from coterie.workspace.profile_documents import ProfileDocuments
from coterie.workspace.remote import answering
from coterie.workspace.scheduler import Scheduler
from coterie.workspace.webhooks import Webhooks

if TYPE_CHECKING:
    from coterie.api.app import Front

FIRST_KEY = "http"
_SERVER = "coterie serve"
_DRAIN_SECONDS = 5
_KEEP_ALIVE_SECONDS = 30
_CONNECTIONS = 2_048
"""So many may wait to be let in; how many are answered at once, those who answer decide, and say when to come again."""


def serve(folder: Path, host: str, port: int, opened: Callable[[Opened], None]) -> None:
    """Take events in over HTTP until the process is asked to end (SIGTERM, SIGINT), then drain and return.

    Raises ``WorkspaceLocked`` while another process has the workspace open, ``BadSetting`` where host and port cannot
    be had, and whatever kept it from going on.
    """
    check_free(folder)  # else who holds it would answer us
    access: Access[ApiKey] = Access()
    calls = Calls(access)
    ends: list[CoterieError] = []
    with (
        _listening(host, port) as listener,
        open_workspace(folder.resolve()) as ws,
        ws.intake(calls.settled, ends.append) as intake,
        JobRunner(ws) as jobs,
        Scheduler(ws, jobs) as scheduler,
        Webhooks(ws),
        JourneyKeeper(ws),
        ProfileDocuments(ws) as documents,
        Workers(ws) as workers,
        answering(ws),
        ExitStack() as begun,
    ):

        def made() -> Front:
            from coterie.api.app import Front
            from coterie.api.callbacks import Callbacks
            from coterie.api.links import Links
            from coterie.workspace.engagement_keeper import EngagementKeeper
            from coterie.workspace.receipt_keeper import ReceiptKeeper
            from coterie.workspace.receipt_listener import ReceiptListener

            links = Links(begun.enter_context(EngagementKeeper(ws)))
            beside = Served(jobs, scheduler, intake.keys, intake.team, Answers(ws), documents)
            keeper = begun.enter_context(ReceiptKeeper(ws))
            begun.enter_context(ReceiptListener(ws, keeper))
            callbacks = Callbacks(workers, keeper)
            front = Front(calls, access, workers, beside, links, callbacks)
            gc.freeze()  # all that is loaded stays, and is not looked through again with every ten thousand messages
            gc.enable()
            return front

        front = Later(calls, made)
        address = _address(listener)
        is_open = Opened(address, _first_key(intake), _owner_link(intake, address))
        with asyncio.Runner(loop_factory=_new_loop) as runner:
            runner.run(_run(listener, front, intake, ends, lambda: opened(is_open)))
    if ends:
        raise ends[0]


def _first_key(intake: Intake) -> str | None:
    """A write key where there never was one."""
    if intake.keys.all():
        return None
    return intake.keys.create(FIRST_KEY, "write", actor=_SERVER).key


def _owner_link(intake: Intake, address: str) -> str | None:
    """Where the first user becomes the owner; None once there is one. The link of the start before works no more."""
    team = intake.team
    if team.users():
        return None
    for each in team.invitations():
        if each.author == _SERVER:
            team.withdraw(each.hash, actor=_SERVER)
    return f"{address}/join#{team.invite('owner', lasts=FIRST_LINK_FOR, actor=_SERVER)}"


@contextmanager
def _listening(host: str, port: int) -> Iterator[socket.socket]:
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    with socket.socket(family, socket.SOCK_STREAM, socket.IPPROTO_TCP) as listener:
        listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            listener.bind((host, port))
        except (OSError, OverflowError) as fault:
            why = system_says(fault) if isinstance(fault, OSError) else str(fault)
            raise BadSetting(
                sentence(
                    "{host}:{port} cannot be listened on ({why}); choose another with --port",
                    host=host,
                    port=port,
                    why=why,
                )
            ) from fault
        listener.listen(_CONNECTIONS)
        yield listener


def _address(listener: socket.socket) -> str:
    host, port = listener.getsockname()[:2]
    return f"http://[{host}]:{port}" if ":" in host else f"http://{host}:{port}"


async def _run(
    listener: socket.socket, front: Later, intake: Intake, ends: list[CoterieError], opened: Callable[[], None]
) -> None:
    front.open(intake)
    config = uvicorn.Config(
        front,
        log_config=None,
        access_log=False,
        lifespan="off",
        timeout_keep_alive=_KEEP_ALIVE_SECONDS,
        timeout_graceful_shutdown=_DRAIN_SECONDS,
        server_header=False,
        date_header=False,
        ws="none",
    )
    server = _Server(config, opened)
    watching = asyncio.create_task(_watch(server, ends))
    await server.serve(sockets=[listener])
    await watching


async def _watch(server: uvicorn.Server, ends: list[CoterieError]) -> None:
    """End the server where the intake cannot go on."""
    while not server.should_exit:
        server.should_exit = bool(ends)
        await asyncio.sleep(0.2)


class _Server(uvicorn.Server):
    """A server that SIGTERM and Ctrl-C end in order, and a second one at once; what follows is ours to do."""

    def __init__(self, config: uvicorn.Config, opened: Callable[[], None]) -> None:
        super().__init__(config)
        self._opened = opened

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        """Listen, and tell so."""
        await super().startup(sockets=sockets)
        if self.started:
            self._opened()

    @contextmanager
    def capture_signals(self) -> Generator[None, None, None]:
        """Take the signals, and give them back without acting on them again."""
        before = {number: signal.signal(number, self.handle_exit) for number in (signal.SIGTERM, signal.SIGINT)}
        try:
            yield
        finally:
            for number, handler in before.items():
                signal.signal(number, handler)


def _new_loop() -> asyncio.AbstractEventLoop:
    """A loop of uvloop's where that is installed: a fifth of the processor time less."""
    try:
        import uvloop
    except ImportError:
        return asyncio.new_event_loop()
    return uvloop.new_event_loop()
