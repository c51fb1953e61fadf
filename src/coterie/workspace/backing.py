"""Copies of a workspace that are whole and proved to be, and workspaces made of them."""

from __future__ import annotations

import hashlib
import json
import os
import tarfile
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Literal, TypedDict

from coterie.engines import open_warehouse, warehouse_damage
from coterie.errors import Damaged, Refused
from coterie.plain_files import is_plain
from coterie.protect import KEY_FILE
from coterie.settings import WORKSPACE_FILE, read_workspace_settings
from coterie.store import open_journal
from coterie.words import Sentence, sentence, system_says
from coterie.workspace.fence import open_paired_ledger
from coterie.workspace.finding import FETCHES, JOURNAL, STATE
from coterie.workspace.records import Backup, Restored
from coterie.workspace.stand import Stand
from coterie.writing import close_to_others, copy_file, folder_aside

MANIFEST = "backup.json"
_WAREHOUSE, _LEDGER = f"{STATE}/warehouse.duckdb", f"{STATE}/ledger.sqlite"
_FOLDERS = ("definitions", "mappings")
_ARCHIVES = (".tar", ".tar.gz", ".tgz")


class _Manifest(TypedDict):
    files: dict[str, str]
    made_at: str
    workspace: str


def back_up(stand: Stand, target: Path) -> Backup:
    """Copy the workspace, both stores of one instant, to the new folder or archive ``target``, and prove the copy.

    Readable by its owner alone: it holds the key and everybody's data. Raises ``Refused``
    where ``target`` is there already.
    """
    _is_free(target)
    with folder_aside(target) as made:
        aside = made / "backup"
        (aside / STATE).mkdir(parents=True, mode=0o700)
        close_to_others(aside)
        with stand.engine.standing_still(), stand.ledger.standing_still():  # both copies are of one instant
            copy_file(stand.folder / _WAREHOUSE, aside / _WAREHOUSE)
            stand.ledger.copy_to(aside / _LEDGER)
            for name in (JOURNAL, FETCHES):  # what was taken in, and is not in the warehouse yet
                if (stand.folder / STATE / name).exists():
                    open_journal(stand.folder / STATE / name).copy_to(aside / STATE / name)
        copy_file(stand.folder / WORKSPACE_FILE, aside / WORKSPACE_FILE)
        copy_file(stand.folder / STATE / KEY_FILE, aside / STATE / KEY_FILE)
        for name in _FOLDERS:
            if (stand.folder / name).is_dir():
                _copy(stand.folder / name, aside / name)
        _close_all_to_others(aside)
        digests, made_at = _digests(aside), stand.clock().isoformat()
        _prove(aside)
        manifest = {"files": digests, "made_at": made_at, "workspace": stand.settings.name}
        (aside / MANIFEST).write_text(json.dumps(manifest, indent=1), "utf-8")
        close_to_others(aside / MANIFEST)
        _put(aside, target)
    return Backup(str(target), digests, made_at, stand.settings.name)


def restore(source: Path | str, folder: Path | str) -> Restored:
    """Make the new workspace ``folder`` of a backup, which is proved first; it sends nothing before it is released.

    Raises ``Refused`` where ``folder`` holds anything already, ``Damaged`` where the backup is not as it was made.
    """
    source, folder = Path(source), Path(folder)
    _is_free(folder)
    with folder_aside(folder) as made, _unpacked(source, made) as kept:
        manifest = _read_manifest(kept, source)
        aside = made / "restored"
        _copy(kept, aside)
        found, promised = _digests(aside), manifest["files"]
        if found != promised:
            wrong = sorted(name for name in {*found, *promised} if found.get(name) != promised.get(name))
            raise Damaged(
                sentence(
                    "{source} is not as it was made: {files}; take another backup",
                    source=source,
                    files=", ".join(wrong[:5]),
                )
            )
        (aside / MANIFEST).unlink()
        _close_all_to_others(aside)
        _prove(aside)
        _keep_on_disk(aside)
        if folder.exists():
            folder.rmdir()
        aside.rename(folder)
    return Restored(str(folder), manifest["made_at"], manifest["workspace"], len(found))


def _is_free(place: Path) -> None:
    if place.is_symlink() or (place.exists() and not (place.is_dir() and not any(place.iterdir()))):
        raise Refused(
            sentence("{place} is there already, and nothing is written over; name another place", place=place)
        )


def _copy(source: Path, target: Path) -> None:
    """Copy a folder with all its files; ``Refused`` for a link, a pipe, and what else is neither."""
    target.mkdir(mode=0o700)
    for path in sorted(source.iterdir()):
        if path.is_symlink():
            raise Refused(
                sentence(
                    "{name} is a link, and links are neither backed up nor restored; take it away first", name=path.name
                )
            )
        if path.is_dir():
            _copy(path, target / path.name)
        elif path.is_file():
            copy_file(path, target / path.name)
        else:
            raise Refused(
                sentence(
                    "{name} is neither a file nor a folder, and is neither backed up nor restored; take it away first",
                    name=path.name,
                )
            )


def _close_all_to_others(folder: Path) -> None:
    for path in folder.rglob("*"):
        close_to_others(path)


def _digests(folder: Path) -> dict[str, str]:
    files = sorted(path for path in folder.rglob("*") if path.is_file() and path.name != MANIFEST)
    return {str(path.relative_to(folder)): _digest(path) for path in files}


def _digest(file: Path) -> str:
    with file.open("rb") as stream:
        return hashlib.file_digest(stream, "sha256").hexdigest()


def _prove(folder: Path) -> None:
    """Open the copies of both stores with their key and read them wholly; raises ``Damaged`` where anything is wrong."""
    settings = read_workspace_settings(folder)
    with TemporaryDirectory(dir=folder.parent) as apart:  # opening writes, and the copy stays as it is
        trial = Path(apart) / "trial"
        _copy(folder / STATE, trial)
        engine = open_warehouse(trial / "warehouse.duckdb", engine=settings.engine)
        try:
            ledger = open_paired_ledger(engine, trial / "ledger.sqlite", trial)
            try:
                faults = [*warehouse_damage(engine), *ledger.damage(), *(each.sentence for each in ledger.breaches())]
            finally:
                ledger.close()
        finally:
            engine.close()
    if faults:
        raise Damaged(
            sentence("the copy is not sound: {fault}; look at the workspace with `coterie doctor`", fault=faults[0])
        )


def _put(aside: Path, target: Path) -> None:
    if not target.name.endswith(_ARCHIVES):
        _keep_on_disk(aside)
        if target.exists():
            target.rmdir()
        aside.rename(target)
        return
    packed = aside.with_name("packed")
    with os.fdopen(os.open(packed, os.O_WRONLY | os.O_CREAT, 0o600), "wb") as stream:
        mode: Literal["w", "w:gz"] = "w" if target.suffix == ".tar" else "w:gz"
        with tarfile.open(fileobj=stream, mode=mode) as archive:
            archive.add(aside, arcname="backup")
        stream.flush()
        os.fsync(stream.fileno())
    packed.rename(target)


def _keep_on_disk(folder: Path) -> None:
    """Have every file below written to the disk, before the folder gets its name."""
    for path in folder.rglob("*"):
        if path.is_file():
            with path.open("rb") as stream:
                os.fsync(stream.fileno())


@contextmanager
def _unpacked(source: Path, room: Path) -> Iterator[Path]:
    """The backup as a folder."""
    if source.is_dir():
        yield source
        return
    if source.exists() and not is_plain(source):
        raise _no_backup(source, Sentence("it is a folder, a pipe or a device"))
    try:
        with tarfile.open(source) as archive:
            archive.extractall(room / "unpacked", filter="data")
    except (tarfile.TarError, EOFError, zlib.error) as fault:
        raise _no_backup(source, Sentence("it is no archive, or not a whole one")) from fault
    except OSError as fault:
        # A gzip stream that is none says so by an error that no system gave.
        why = system_says(fault) if fault.strerror else Sentence("it is no archive, or not a whole one")
        raise _no_backup(source, why) from fault
    yield room / "unpacked" / "backup"


def _no_backup(source: Path, why: Sentence) -> Refused:
    return Refused(sentence("{source} is no backup that can be read ({why})", source=source, why=why))


def _read_manifest(kept: Path, source: Path) -> _Manifest:
    try:
        manifest = json.loads((kept / MANIFEST).read_text("utf-8"))
        if isinstance(manifest["files"], dict) and {WORKSPACE_FILE, _WAREHOUSE, _LEDGER} <= set(manifest["files"]):
            whole: _Manifest = manifest
            return whole
    except (OSError, ValueError, KeyError, TypeError):
        pass
    raise Refused(
        sentence(
            "{source} is no backup: it has no whole {file}; `coterie backup` makes one", source=source, file=MANIFEST
        )
    )
