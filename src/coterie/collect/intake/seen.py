"""Which messages came in before, for ever: sorted runs of 128-bit hashes, made anew from the warehouse where they are missing."""

from __future__ import annotations

import json
from collections.abc import Sequence
from contextlib import suppress
from pathlib import Path
from typing import TypedDict, cast

import numpy as np
import numpy.typing as npt

from coterie.engines import Engine
from coterie.writing import written_whole

NEW, UNKNOWN = -1, 0
"""What is said of a message that never came before, and the payload of one of which only the id is known."""

_AT_HAND = 250_000
"""So many of the newest ids are kept at hand before they become a run."""

_AT_ONCE = 500_000
_NUMBERS = "('0x' || substr({hash}, 1, 16))::UBIGINT AS high, ('0x' || substr({hash}, 17, 16))::UBIGINT AS low"
_IDS = (
    "SELECT message_id AS id, payload, batch_id FROM messages "
    "UNION ALL SELECT event_id, 0, batch_id FROM events WHERE event_id IS NOT NULL"
)

Halves = npt.NDArray[np.uint64]
"""Three rows: high halves of hashes (ascending), low halves, payloads."""


class _Manifest(TypedDict):
    """Which runs there are, from the oldest, and how far in the warehouse they go."""

    batch: int
    messages: int
    runs: list[str]


class Seen:
    """The ids of all messages and events there are, each with 63 bits of what it said.

    The warehouse is the truth: ``remember`` follows its commit, and what the files in ``folder`` lack of it is read
    from there when opened. Files that know of more than it, as after a backup was put back, are thrown away.
    """

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._runs: list[Halves] = []
        self._at_hand: dict[bytes, int] = {}
        self._batch = 0

    def __len__(self) -> int:
        return sum(int(run.shape[1]) for run in self._runs) + len(self._at_hand)

    def bring(self, engine: Engine) -> None:
        """Read the runs that are there, and what they lack from the warehouse."""
        self._folder.mkdir(mode=0o700, exist_ok=True)
        known = self._manifest()
        if known and _messages_to(engine, known["batch"]) == known["messages"]:
            with suppress(OSError, ValueError):
                self._runs = [np.load(self._folder / name, mmap_mode="r") for name in known["runs"]]
                self._batch = known["batch"]
        if not self._runs:
            self._batch = 0
        self._take_from(engine)

    def _manifest(self) -> _Manifest | None:
        with suppress(OSError, ValueError):
            found = json.loads((self._folder / "runs.json").read_text("utf-8"))
            if isinstance(found, dict) and set(_Manifest.__annotations__) <= set(found):
                return cast("_Manifest", found)
        return None

    def _take_from(self, engine: Engine) -> None:
        numbers = _NUMBERS.format(hash="sha256(id)")
        newest = engine.query(f"SELECT coalesce(max(batch_id), 0) AS n FROM ({_IDS})")["n"][0].as_py()
        rows = engine.query(
            f"SELECT {numbers}, payload::UBIGINT AS payload FROM ({_IDS}) WHERE batch_id > $batch",
            {"batch": self._batch},
        )
        self._batch = max(self._batch, newest)
        if not rows.num_rows:
            return
        run = np.vstack([rows[name].to_numpy() for name in ("high", "low", "payload")]).astype(np.uint64)
        self._runs.append(_sorted(run))
        self._keep(engine)

    def look(self, ids: Sequence[bytes]) -> list[int]:
        """For each hash what its first message said, or ``NEW``."""
        found = [self._at_hand.get(each, NEW) for each in ids]
        if not self._runs or not ids:
            return found
        halves = np.frombuffer(b"".join(ids), ">u8").reshape(-1, 2).astype(np.uint64)
        for run in self._runs:
            places = np.searchsorted(run[0], halves[:, 0])
            inside = places < run.shape[1]
            hits = np.flatnonzero(inside)[run[0][places[inside]] == halves[inside, 0]]
            for hit in hits.tolist():
                place = int(places[hit])
                while place < run.shape[1] and run[0][place] == halves[hit, 0]:
                    if run[1][place] == halves[hit, 1]:
                        found[hit] = int(run[2][place])
                        break
                    place += 1
        return found

    def remember(self, engine: Engine, hashes: Sequence[bytes], payloads: Sequence[int], batch: int) -> None:
        """Take up what was committed to the warehouse by the batch of that number."""
        self._at_hand.update(zip(hashes, payloads, strict=True))
        self._batch = max(self._batch, batch)
        if len(self._at_hand) >= _AT_HAND:
            halves = np.frombuffer(b"".join(self._at_hand), ">u8").reshape(-1, 2).astype(np.uint64)
            payload = np.fromiter(self._at_hand.values(), np.uint64, len(self._at_hand))
            self._runs.append(_sorted(np.vstack([halves[:, 0], halves[:, 1], payload])))
            self._at_hand = {}
            self._keep(engine)

    def _keep(self, engine: Engine) -> None:
        """Write the newest run, together with those before it that are no more than twice its size."""
        merged = [self._runs.pop()]
        while self._runs and self._runs[-1].shape[1] <= 2 * sum(run.shape[1] for run in merged):
            merged.append(self._runs.pop())
        run = _sorted(np.concatenate(merged, axis=1)) if len(merged) > 1 else merged[0]
        kept = self._manifest()
        names = [*(kept["runs"] if kept else [])[: len(self._runs)], f"{self._batch:012d}-{run.shape[1]}.npy"]
        with written_whole(self._folder / names[-1], private=True) as aside, aside.open("wb") as file:
            np.save(file, run)
        body = _Manifest(batch=self._batch, messages=_messages_to(engine, self._batch), runs=names)
        with written_whole(self._folder / "runs.json", private=True) as listed:
            listed.write_text(json.dumps(body), "utf-8")
        self._runs.append(np.load(self._folder / names[-1], mmap_mode="r"))
        for old in self._folder.glob("*.npy"):
            if old.name not in names:
                old.unlink(missing_ok=True)


def _messages_to(engine: Engine, batch: int) -> int:
    """How many messages the warehouse has up to a batch: what tells one that was put back from a backup."""
    counted = engine.query("SELECT count(*) AS n FROM messages WHERE batch_id <= $batch", {"batch": batch})
    return int(counted["n"][0].as_py())


def _sorted(run: Halves) -> Halves:
    return np.ascontiguousarray(run[:, np.lexsort((run[1], run[0]))])
