"""People erased from both stores and from every file of the workspace, with a certificate; finished by the next process where one is killed."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Mapping, Sequence
from contextlib import suppress
from datetime import datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, TypedDict

import pyarrow as pa

from coterie.decide import launched_definition
from coterie.domain import Origin, who_acts
from coterie.engines import overwrite_free
from coterie.errors import CoterieError, Refused
from coterie.identifiers import identities_of
from coterie.measure import outcome_of
from coterie.protect.erasure import (
    Belongings,
    belongings_of,
    erase_in_ledger,
    erase_in_warehouse,
    known_to_ledger,
    refused_rows,
    rows_of,
    taken_from_warehouse,
)
from coterie.resolve import find_profile
from coterie.store import blotted, open_journal
from coterie.store.document_rows import remove_documents
from coterie.workspace.campaigns import facts_of
from coterie.workspace.fence import ERASING
from coterie.workspace.finding import JOURNAL, REPORTS, STATE, UPLOADS
from coterie.workspace.frame import Frame
from coterie.workspace.received import take_in
from coterie.workspace.records import Erasure, PersonExport
from coterie.writing import write_whole

if TYPE_CHECKING:
    from coterie.store import Transaction
    from coterie.workspace.stand import Stand

_AT_ONCE = 1 << 24
_INSTANT = timedelta(microseconds=1)
_PATIENCE_SECONDS = 30.0
_LONG_ENOUGH = 6
"""Letters that a value has at least to be looked for in files."""
_PACKED = {".xlsx", ".xls", ".zip", ".gz", ".parquet", ".bz2", ".xz", ".zst", ".ods"}
_EXPOSURES = pa.schema(
    [
        *((name, pa.string()) for name in ("origin_kind", "origin", "occurrence")),
        ("profile_id", pa.int64()),
        ("outcome", pa.string()),
        ("spend_before", pa.float64()),
        ("exposed_at", pa.timestamp("us")),
    ]
)


class _Begun(TypedDict):
    """What a process that goes on has to know: numbers, and nothing else about anybody."""

    people: list[list[object]]
    at: str
    by: str
    ledger: dict[str, int]
    hashes: int
    files: int


def would_erase(stand: Stand, keys: Sequence[str | int]) -> Erasure:
    """What ``erase`` would take away; nothing is changed."""
    with stand.brought():
        people = _people(stand, keys)
        rows: Counter[str] = Counter()
        for of in people:
            rows.update(_counted(stand, of))
        files = _files_about(stand, people)
    return Erasure(
        tuple(of.profile for of in people),
        rows,
        sum(len(of.own) for of in people),
        tuple(str(file.relative_to(stand.folder)) for file in files),
        dry_run=True,
    )


def _counted(stand: Stand, of: Belongings) -> Mapping[str, int]:
    found: Counter[str] = Counter()
    for table, said, values in rows_of(stand.engine, of):
        found[table] += int(
            stand.engine.query(f'SELECT count(*) AS n FROM "{table}" WHERE {said}', values)["n"][0].as_py()
        )
    found["quarantine"] += len(refused_rows(stand.engine, of, stand.settings))
    with stand.ledger.reading() as t:
        found.update({table: len(rows) for table, rows in t.personal.of(known_to_ledger(stand.key, of)).items()})
    return {table: count for table, count in sorted(found.items()) if count and table != "suppressions"}


def erase(stand: Stand, keys: Sequence[str | int], *, actor: str = "") -> Erasure:
    """Take people out of everything, and write the certificate. Raises ``UnknownName`` or ``Refused`` before anything is changed."""
    take_in(stand)
    with stand.engine.transaction():
        stand.bring_people()
        people = _people(stand, keys)
        _erase(stand, people, who_acts(actor))
    found = finish(stand)
    assert found is not None  # noqa: S101 - it was begun above
    return found


def _erase(stand: Stand, people: Sequence[Belongings], actor: str) -> None:
    """The warehouse's transaction around it is committed after the ledger's (see ADR 22 and 61)."""
    now = stand.clock()
    files = _files_about(stand, people)
    begun = _Begun(people=[], at=now.isoformat(), by=actor, ledger={}, hashes=0, files=len(files))
    counts: Counter[str] = Counter()
    staying = [_staying(stand, of, now) for of in people]
    with stand.ledger.transaction() as t:
        for of, exposures in zip(people, staying, strict=True):
            counts.update(erase_in_ledger(t, stand.key, of, exposures, now=now, actor=actor))
            begun["people"].append([of.profile, list(of.identifiers)])
            begun["hashes"] += len(of.own)
        begun["ledger"] = dict(counts)
        t.facts.put(ERASING, json.dumps(begun))
    _take_out_of_files(stand, people, files)
    erase_in_warehouse(stand.engine, people, stand.settings)


def _take_out_of_files(stand: Stand, people: Sequence[Belongings], files: Sequence[Path]) -> None:
    """Remove ``files``, and blot the people out of definitions as they are written beside the workspace."""
    for file in files:
        _remove(file)
    spellings = [spelt for of in people for spelt in known_to_ledger(stand.key, of).spellings]
    for file in sorted((stand.folder / "definitions").rglob("*.y*ml")):
        text = file.read_text("utf-8")
        if (told := blotted(text, spellings)) != text:
            write_whole(file, told)


def _people(stand: Stand, keys: Sequence[str | int]) -> list[Belongings]:
    if not keys:
        raise Refused("say whom to erase: a customer key, an e-mail, namespace:value or profile:number")
    profiles = dict.fromkeys(find_profile(stand.engine, key, settings=stand.settings) for key in keys)
    return [belongings_of(stand.engine, profile, stand.settings) for profile in profiles]


def _staying(stand: Stand, of: Belongings, now: datetime) -> pa.Table:
    """The exposures of the person that read-outs go on to count, with what they had brought."""
    named = known_to_ledger(stand.key, of)
    with stand.ledger.reading() as t:
        rows = t.personal.of(named).get("exposures", [])
        found: list[dict[str, object]] = []
        for origin in sorted({Origin(row["origin_kind"], str(row["origin"])) for row in rows}):  # type: ignore[arg-type]
            if origin.kind != "campaign":
                continue
            met = [row for row in rows if (row["origin_kind"], row["origin"]) == tuple(origin)]
            facts = facts_of(stand, launched_definition(t.launches.one(origin.name)))
            columns = ("profile_id", "arm", "exposed_at", "propensity", "segments", "spend_before", "outcome")
            table = pa.Table.from_pylist([{name: row[name] for name in columns} for row in met], _MET)
            for told in outcome_of(stand.engine, exposures=table, facts=facts, as_of=now + _INSTANT).to_pylist():
                [kept] = [row for row in met if row["profile_id"] == told["profile_id"]]
                found.append({name: kept[name] for name in ("origin_kind", "origin", "occurrence")} | told)
    return pa.Table.from_pylist(found, _EXPOSURES)


_MET = pa.schema(
    [
        ("profile_id", pa.int64()),
        ("arm", pa.string()),
        ("exposed_at", pa.timestamp("us")),
        ("propensity", pa.float64()),
        ("segments", pa.string()),
        ("spend_before", pa.float64()),
        ("outcome", pa.string()),
    ]
)


def finish(stand: Stand) -> Erasure | None:
    """Finish an erasure that was begun, by this process or one that was killed; None where there is none."""
    with stand.ledger.reading() as t:
        text = t.facts.get(ERASING)
    if text is None:
        return None
    begun: _Begun = json.loads(text)
    profiles = [int(str(profile)) for profile, _ in begun["people"]]
    with stand.engine.transaction():
        # Of a process that was killed before its warehouse committed; otherwise nothing of theirs is there any more.
        left = [of for of in (belongings_of(stand.engine, each, stand.settings) for each in profiles) if of.identifiers]
        if left:
            _take_out_of_files(stand, left, _files_about(stand, left))
            erase_in_warehouse(stand.engine, left, stand.settings)
    is_scrubbed = scrub(stand)
    with stand.ledger.transaction() as t:
        entry = _certify(t, begun, profiles, stand, is_scrubbed=is_scrubbed)
        t.facts.put(ERASING, None)
    stand.ledger.scrub()
    stand.fence.note_erased()
    with suppress(CoterieError):
        stand.fence.keep()
    return entry


def _certify(t: Transaction, begun: _Begun, profiles: list[int], stand: Stand, *, is_scrubbed: bool) -> Erasure:
    """The line of the audit log that says what was erased, and nothing of whom: numbers mean nobody any more."""
    rows = begun["ledger"] | taken_from_warehouse(stand.engine)
    detail: dict[str, object] = {
        "profiles": profiles,
        "rows": rows,
        "identifiers_kept_as_hashes": begun["hashes"],
        "files_removed": begun["files"],
        "freed_space_overwritten": is_scrubbed,
    }
    at = datetime.fromisoformat(begun["at"])
    entry = t.audit.append("erased", f"{len(profiles)} people", detail, actor=begun["by"], at=at)
    return Erasure(
        tuple(profiles), rows, begun["hashes"], (), entry.audit_id, entry.hash, at, begun["by"], is_scrubbed=is_scrubbed
    )


def scrub(stand: Stand) -> bool:
    """Leave nothing of what is gone in the files of the stores; whether that was done."""
    remove_documents(stand.folder / STATE)
    engine_done = overwrite_free(stand.engine)
    ledger_done = stand.ledger.scrub()
    file = stand.folder / STATE / JOURNAL
    return engine_done and ledger_done and (not file.exists() or open_journal(file).scrub(patience=_PATIENCE_SECONDS))


def _files_about(stand: Stand, people: Sequence[Belongings]) -> list[Path]:
    """Uploads and reports of the workspace that hold a spelling of somebody, and uploads that cannot be looked through."""
    wanted = [spelt.lower() for of in people for spelt in of.spellings if len(spelt) >= _LONG_ENOUGH]
    places = (stand.folder / STATE / name for name in (UPLOADS, REPORTS))
    files = [file for place in places if place.is_dir() for file in sorted(place.rglob("*")) if file.is_file()]
    return [file for file in files if file.suffix.lower() in _PACKED or holds(file, wanted)]


def holds(file: Path, wanted: Sequence[str]) -> bool:
    """Whether any of the texts, in lower case, stands in a file of UTF-8 or UTF-16, however it is written."""
    needles = [spelt.encode(code) for spelt in wanted for code in ("utf-8", "utf-16-le", "utf-16-be")]
    longest, before = max(map(len, needles), default=0), b""
    with file.open("rb") as stream:
        while needles and (piece := stream.read(_AT_ONCE)):
            text = (before + piece).lower()
            if any(needle in text for needle in needles):
                return True
            before = text[-longest:]
    return False


def _remove(file: Path) -> None:
    file.unlink(missing_ok=True)
    if file.parent.parent.name == UPLOADS:
        file.parent.rmdir()


def go_on(stand: Stand) -> None:
    """Finish what a killed process began, and erase who was erased after the backup was made that the workspace was put back from."""
    finish(stand)
    missing = stand.fence.unknown_erasures()
    if not missing:
        return
    with stand.engine.transaction():
        stand.bring_people()
        people = _named_by_hashes(stand, missing)
        with stand.ledger.transaction() as t:
            t.erased.add(missing)
        if people:
            _erase(stand, people, "coterie")
    finish(stand)


def _named_by_hashes(stand: Stand, hashes: Mapping[str, datetime]) -> list[Belongings]:
    rows = stand.engine.query("SELECT namespace, value, profile_id FROM identifiers WHERE profile_id IS NOT NULL")
    named = identities_of(rows["namespace"].combine_chunks(), rows["value"].combine_chunks(), stand.settings.country)
    with stand.ledger.reading() as t:
        found = {
            profile
            for identity, profile in zip(named.to_pylist(), rows["profile_id"].to_pylist(), strict=True)
            if t.erased.key_of(identity) in hashes
        }
    return [belongings_of(stand.engine, profile, stand.settings) for profile in sorted(found)]


def export_person(stand: Stand, key: str | int) -> PersonExport:
    """Everything that is kept about a person: table → rows, of the warehouse and of the ledger."""
    profile = find_profile(stand.engine, key, settings=stand.settings)
    of = belongings_of(stand.engine, profile, stand.settings)
    tables: dict[str, list[dict[str, object]]] = {}
    for table, said, values in rows_of(stand.engine, of):
        rows = stand.engine.query(f'SELECT * FROM "{table}" WHERE {said}', values)
        if rows.num_rows:
            tables[table] = Frame(rows).rows()
    if refused := refused_rows(stand.engine, of, stand.settings):
        found = stand.engine.query(
            "SELECT * FROM quarantine WHERE list_contains($rows, quarantine_id)", {"rows": refused}
        )
        tables["quarantine"] = Frame(found).rows()
    with stand.ledger.reading() as t:
        tables |= t.personal.of(known_to_ledger(stand.key, of))
    return PersonExport(profile, stand.clock(), tables)
