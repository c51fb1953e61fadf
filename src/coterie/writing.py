"""Files that are written whole or not at all."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path


@contextmanager
def written_whole(file: Path, *, private: bool = False) -> Iterator[Path]:
    """A place beside ``file`` to write to; when the block ends well it takes the place of ``file`` at one instant.

    A kill leaves the old file or the new one. What is no regular file, such as a pipe, is
    given as it is. A ``private`` file is readable by its owner alone from its first byte,
    whatever the one that it replaces was; others keep what was allowed.

    >>> from tempfile import TemporaryDirectory
    >>> with TemporaryDirectory() as folder:
    ...     with written_whole(Path(folder) / "greeting.txt") as aside:
    ...         _ = aside.write_text("hello")
    ...     [file.name for file in Path(folder).iterdir()]
    ['greeting.txt']
    """
    file = file.resolve()  # the target of a link is replaced, not the link
    if file.exists() and not file.is_file():
        yield file
        return
    aside = file.with_name(f".{file.name}.new")
    aside.unlink(missing_ok=True)
    try:
        if private:
            os.close(os.open(aside, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600))
        yield aside
        if file.exists() and not private:
            aside.chmod(file.stat().st_mode & 0o777)
        with aside.open("rb") as written:
            os.fsync(written.fileno())
        aside.replace(file)
    except OSError as fault:
        fault.filename = fault.filename or str(file)  # the system names none where the disk is full
        raise
    finally:
        aside.unlink(missing_ok=True)


def close_to_others(path: Path) -> None:
    """Leave ``path``, a file or a folder, to its owner alone."""
    path.chmod(0o700 if path.is_dir() else 0o600)


def write_whole(file: Path, text: str) -> None:
    """Put ``text`` into ``file`` as UTF-8, all of it or nothing."""
    with written_whole(file) as aside:
        aside.write_text(text, "utf-8")
