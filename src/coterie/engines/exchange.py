"""The one folder through which an engine's statements reach files; nothing else of the machine is open to them."""

from __future__ import annotations

import os
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from uuid import uuid4

_PREFIX = "coterie-load-"


@dataclass(frozen=True)
class Exchange:
    """A folder of this process that is made when first asked for, and readable by its user alone."""

    place: Path

    @classmethod
    def beside(cls, file: Path | None) -> Exchange:
        """One beside the database ``file``, where most files can be linked instead of copied; else where temporary files go."""
        parent = (file.parent if file else Path(tempfile.gettempdir())).resolve()
        return cls(parent / f"{_PREFIX}{os.getpid()}-{uuid4().hex}")

    @contextmanager
    def folder(self) -> Iterator[Path]:
        """A folder of its own for the while; those of killed processes are removed on the way."""
        self.sweep()
        self.place.mkdir(mode=0o700, exist_ok=True)
        folder = Path(tempfile.mkdtemp(dir=self.place))
        try:
            yield folder
        finally:
            shutil.rmtree(folder, ignore_errors=True)
            with suppress(OSError):  # another load has a folder in it
                self.place.rmdir()

    def sweep(self) -> None:
        """Away with what killed processes left."""
        for folder in self.place.parent.glob(f"{_PREFIX}*"):
            import psutil  # hardly ever needed, and a workspace is opened by every command

            owner = folder.name.removeprefix(_PREFIX).partition("-")[0]
            if owner.isdecimal() and not psutil.pid_exists(int(owner)):
                shutil.rmtree(folder, ignore_errors=True)


def let_in(file: Path, folder: Path) -> Path:
    """``file`` as one in ``folder`` that statements may read: a link to it, or a copy where there can be none.

    >>> import tempfile
    >>> with tempfile.TemporaryDirectory() as here:
    ...     outside, inside = Path(here) / "a*b.csv", Path(here) / "in"
    ...     inside.mkdir()
    ...     _ = outside.write_text("n")
    ...     let_in(outside, inside).read_text()
    'n'
    """
    seen = folder / f"{uuid4().hex}.file"
    try:
        os.link(file.resolve(), seen)
    except OSError:  # on another disk, or not the user's own
        shutil.copyfile(file, seen)
    return seen
