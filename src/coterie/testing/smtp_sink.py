"""An SMTP server that accepts every message, writes it down durably, and delivers nothing.

Run as ``python -m coterie.testing.smtp_sink --log accepted.jsonl``; it prints its port.
A line is on disk before the 250 leaves, so the log is the truth about what was accepted.
Messages that arrive while the disk is busy share its next write.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import os
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from email.parser import BytesHeaderParser
from pathlib import Path

from aiosmtpd.smtp import SMTP, Envelope, Session


class Sink:
    """Writes one JSON line for each message accepted: ``message_id, sender, recipients, size``.

    With ``keep`` each message is also written to a file there, for looking at.
    """

    def __init__(self, log: Path, keep: Path | None = None) -> None:
        self._log = log.open("a", encoding="utf-8")
        self._keep = keep
        self._count = 0
        self._waiting: list[tuple[str, asyncio.Future[None]]] = []
        self._writing: asyncio.Task[None] | None = None

    async def handle_DATA(self, server: SMTP, session: Session, envelope: Envelope) -> str:  # noqa: ARG002, N802
        """Accept, durably."""
        content = envelope.content if isinstance(envelope.content, bytes) else (envelope.content or "").encode()
        found = BytesHeaderParser().parsebytes(content.partition(b"\r\n\r\n")[0])
        line = {
            "message_id": str(found["Message-ID"] or ""),
            "sender": envelope.mail_from,
            "recipients": list(envelope.rcpt_tos),
            "size": len(content),
        }
        self._count += 1
        if self._keep is not None:
            (self._keep / f"{self._count:06d}.eml").write_bytes(content)
        is_kept = asyncio.get_running_loop().create_future()
        self._waiting.append((json.dumps(line) + "\n", is_kept))
        if self._writing is None or self._writing.done():
            self._writing = asyncio.create_task(self._write())
        await is_kept
        return "250 2.0.0 accepted"

    async def _write(self) -> None:
        while self._waiting:
            lines, self._waiting = self._waiting, []
            self._log.write("".join(line for line, _ in lines))
            self._log.flush()
            await asyncio.to_thread(os.fsync, self._log.fileno())
            for _, is_kept in lines:
                if not is_kept.done():  # its connection may be gone
                    is_kept.set_result(None)


@dataclass(frozen=True)
class RunningSink:
    """A sink in its own process: where it listens and where it writes."""

    port: int
    log: Path

    def accepted(self) -> list[dict[str, object]]:
        """Every message accepted so far, in order."""
        return [json.loads(line) for line in self.log.read_text("utf-8").splitlines()]


@contextmanager
def running_sink(folder: Path, *, keep: bool = False) -> Iterator[RunningSink]:
    """A sink on loopback, in a process of its own, that ends with the block; its log is in ``folder``."""
    log = folder / "accepted.jsonl"
    log.touch()
    command = [sys.executable, "-m", "coterie.testing.smtp_sink", "--log", str(log)]
    if keep:
        (folder / "kept").mkdir(exist_ok=True)
        command += ["--keep", str(folder / "kept")]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as process:  # noqa: S603
        try:
            assert process.stdout is not None  # noqa: S101 - asked for above
            yield RunningSink(int(process.stdout.readline()), log)
        finally:
            process.kill()


async def _serve(log: Path, keep: Path | None) -> None:
    sink = Sink(log, keep)
    loop = asyncio.get_running_loop()
    server = await loop.create_server(lambda: SMTP(sink, hostname="sink", ident="Coterie sink", loop=loop), "127.0.0.1")
    print(server.sockets[0].getsockname()[1], flush=True)  # noqa: T201 - the caller reads the port here
    await server.serve_forever()


def main() -> None:
    """Listen until killed."""
    parser = argparse.ArgumentParser(description="Accept e-mail on loopback, write it down, deliver nothing.")
    parser.add_argument("--log", type=Path, required=True)
    parser.add_argument("--keep", type=Path)
    asked = parser.parse_args()
    asyncio.run(_serve(asked.log, asked.keep))


if __name__ == "__main__":
    main()
