"""A body that is a file: written to the disk as it comes, never held in memory."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from tempfile import NamedTemporaryFile

from fastapi import Request

from coterie.workspace.tasks import uploads

_PIECE = 1 << 20


@asynccontextmanager
async def received(request: Request, folder: Path | None) -> AsyncIterator[Path | None]:
    """The file that the body was written to, beside the uploads of the workspace in ``folder``; gone at the end unless it was moved.

    None where ``folder`` is: the body is then read as what it is.
    """
    if folder is None:
        yield None
        return
    place = uploads(folder)
    with NamedTemporaryFile(dir=place, prefix=".coming-", suffix=".csv", delete=False) as stream:
        file = Path(stream.name)
        try:
            pieces, size = [], 0
            async for piece in request.stream():
                pieces.append(piece)
                size += len(piece)
                if size >= _PIECE:
                    await asyncio.to_thread(stream.write, b"".join(pieces))
                    pieces, size = [], 0
            await asyncio.to_thread(stream.write, b"".join(pieces))
            stream.flush()
            yield file
        finally:
            await asyncio.to_thread(file.unlink, missing_ok=True)
