"""Files that are written whole or not at all."""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from tempfile import TemporaryDirectory

_ASIDE, _HELD = ".coterie-unfinished", "held"


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


@contextmanager
def folder_aside(target: Path) -> Iterator[Path]:
    """A folder of its owner alone beside ``target``, to make there what then takes its place; gone when the block ends.

    Those that killed processes left in the same place go first: each holds a lock while its process lives.

    >>> from tempfile import TemporaryDirectory
    >>> with TemporaryDirectory() as folder, folder_aside(Path(folder) / "copy") as aside:
    ...     aside.name.startswith(".copy."), aside.parent == Path(folder)
    (True, True)
    """
    import fcntl

    target.parent.mkdir(parents=True, exist_ok=True)
    _clear_abandoned(target.parent)
    with TemporaryDirectory(prefix=f".{target.name}.", suffix=_ASIDE, dir=target.parent) as made:
        fresh = Path(made) / "new"
        with fresh.open("w") as lock:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
            fresh.rename(fresh.with_name(_HELD))  # under this name it is locked from the first moment
            yield Path(made)


def _clear_abandoned(folder: Path) -> None:
    import fcntl

    for held in folder.glob(f".*{_ASIDE}/{_HELD}"):
        with suppress(OSError), held.open("r+") as lock:  # somebody is at work there, or it is another's
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
            shutil.rmtree(held.parent)


def copy_file(source: Path, target: Path) -> None:
    """Copy the content of a file to one of its owner alone; a disk that is full is told with the name of the ``target``."""
    try:
        os.close(os.open(target, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600))
        shutil.copyfile(source, target)
    except OSError as fault:
        if fault.filename2 is None:
            raise
        raise OSError(fault.errno, fault.strerror, fault.filename2) from fault


def close_to_others(path: Path) -> None:
    """Leave ``path``, a file or a folder, to its owner alone."""
    path.chmod(0o700 if path.is_dir() else 0o600)


def write_whole(file: Path, text: str) -> None:
    """Put ``text`` into ``file`` as UTF-8, all of it or nothing."""
    with written_whole(file) as aside:
        aside.write_text(text, "utf-8")
