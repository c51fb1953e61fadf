"""Refused rows kept, with where they stood and why."""

from __future__ import annotations

from coterie.collect.loading.staging import RowFault
from coterie.collect.loading.targets import told_apart_by
from coterie.collect.loading.way import LoadUnderWay
from coterie.collect.values.reading import Binder
from coterie.domain.loading import MappedField, Mapping
from coterie.words import Sentence, kept

REFUSED_MESSAGES = {
    "too_large": "the message is longer than 512 kB",
    "too_deep": "the message is nested more than 64 deep",
    "no_message": "this is no message: a JSON object whose fields are of the kinds that Segment's clients send",
    "no_such_call": "the message is none of identify, track, page, screen, group and alias",
    "ahead": "the message says that it happens more than a day from when it came in",
    "conflict": "a message of this id came in before and said something else; the first one stands",
    "not_written": "the warehouse could not take the message as it is",
    "unknown_event": "{event} is not in the tracking plan of its source",
    "missing_property": "{property} of {event} is missing, and the tracking plan requires it",
    "other_type": "{property} of {event} is {found}; the tracking plan says {expected}",
}
"""Code of a refusal → what is said of a message that came in over HTTP."""

REASONS = {
    "missing": "there is no {field} here, and a row of {kind} needs one",
    "nobody": "nothing here says who it is about, and a row of {kind} needs that",
    "not_a_number": "'{value}' is no number as the mapping reads {field} ({reading})",
    "not_a_whole_number": "'{value}' is no whole number as the mapping reads {field} ({reading})",
    "not_a_date": "'{value}' is no date from 1850 to 2199 as the mapping reads {field} ({reading})",
    "not_yes_or_no": "'{value}' is neither a yes nor a no; the mapping can say which of the two it means",
    "total": "'{value}' under {field} says that this row is the sum of others, which would count twice",
    "header": "the row repeats the names of the columns",
    "ragged": "the row has another number of cells than the header",
    "broken_quotes": "a quoted value goes on after its closing quote; double the quotes inside it",
    "not_in_encoding": "some bytes of the row are not of the file's encoding ({reading})",
    "nul_byte": "the row has a NUL byte, which no text has",
    "broken_json": "the line is no JSON object",
    "repeated_key": "the JSON object has one key twice",
    "erased": "it tells of somebody who was erased since; data from before an erasure, or without a date, stay out",
    **REFUSED_MESSAGES,
}
"""Code of a refusal → what is said of the row; kept with its values in every entry of the quarantine."""

INSTANTS = ("occurred_at", "updated_at")
"""Fields by which a row tells of when it is."""

STRUCTURAL = frozenset({"ragged", "broken_quotes", "not_in_encoding", "nul_byte", "broken_json", "repeated_key"})
"""Codes of rows that could not even be cut into cells."""


def collect_refused(loading: LoadUnderWay) -> None:
    """Put the refused rows of the file aside: line, column, value, code, reason, the row as JSON and its instant where it tells one."""
    texts = ", ".join(f"NULL::VARCHAR AS {name}" for name in ("column_name", "value", "code", "reason", "raw"))
    loading.refused = loading.engine.aside(
        "refused", f"SELECT NULL::BIGINT AS line, {texts}, NULL::TIMESTAMP AS told LIMIT 0"
    )
    if loading.staged.broken:
        _collect_broken(loading)
    if loading.staged.faulty:
        _collect_faulty(loading)


def _collect_broken(loading: LoadUnderWay) -> None:
    text = loading.staged.text
    found = loading.engine.query(f"SELECT DISTINCT _problem FROM {text} WHERE _problem IS NOT NULL")
    for code in found.column(0).to_pylist():
        reason = kept(Sentence(REASONS[code], {"reading": loading.mapping.format.encoding}))
        loading.engine.execute(
            f"INSERT INTO {loading.refused} SELECT _line, NULL, NULL, _problem, $reason, _raw, NULL FROM {text} WHERE _problem = $code",
            {"reason": reason, "code": code},
        )


def _collect_faulty(loading: LoadUnderWay) -> None:
    staged, mapping, binder = loading.staged, loading.mapping, Binder()
    columns = staged.relation.columns
    pairs = ", ".join(f"{binder.bind(name)}, {sql}" for name, (sql, _) in columns.items())
    values, names, codes, reasons = [], [], [], []
    for number, fault in enumerate(staged.reading.faults, 1):
        when = f"WHEN {number} THEN"
        sql = columns[fault.column][0] if fault.column in columns else None
        if sql:
            values.append(f"{when} ({sql})::VARCHAR")
        names.append(f"{when} {binder.bind(fault.column)}")
        codes.append(f"{when} {binder.bind(fault.code)}")
        reasons.append(f"{when} {binder.bind(kept(_reason(fault, mapping)))}")
    place = "_line" if staged.with_lines else "rowid"
    told = next((name for name in INSTANTS if name in loading.fields), "NULL")
    value = f"CASE s._fault {' '.join(values)} END" if values else "NULL::VARCHAR"
    loading.engine.execute(
        f"INSERT INTO {loading.refused} SELECT line, column_name, value, code, "
        "replace(reason, '\"{value}\"', to_json(left(coalesce(value, ''), 200))::VARCHAR) AS reason, raw, told FROM ("
        f"SELECT {'s' if staged.with_lines else 'r'}._line AS line, CASE s._fault {' '.join(names)} END AS column_name, {value} AS value, "
        f"CASE s._fault {' '.join(codes)} END AS code, CASE s._fault {' '.join(reasons)} END AS reason, "
        f"json_object({pairs})::VARCHAR AS raw, s.told "
        f"FROM (SELECT {place} AS place{', _line' if staged.with_lines else ''}, _fault, {told} AS told FROM {staged.table} WHERE _fault > 0) s "
        f"JOIN {staged.relation.sql} r ON r.{staged.relation.line} = s.place)",
        binder.values,
    )


def _reason(fault: RowFault, mapping: Mapping) -> Sentence:
    """Why rows with ``fault`` are refused; the value of each row takes the place of ``{value}`` later."""
    known = {
        "field": fault.field,
        "kind": mapping.kind,
        "value": "{value}",
        "reading": _reading(fault.code, mapping.fields.get(fault.field)),
    }
    words = REASONS[fault.code]
    return Sentence(words, {name: value for name, value in known.items() if f"{{{name}}}" in words})


def _reading(code: str, mapped: MappedField | None) -> Sentence:
    """How the mapping reads a field."""
    if mapped is None:
        return Sentence("")
    if code == "not_a_date":
        return Sentence(DATED, {"format": mapped.date_format}) if mapped.date_format else Sentence(UNDATED)
    values = {"decimal": mapped.decimal, "thousands": mapped.thousands}
    return Sentence(GROUPED, values) if mapped.thousands else Sentence(UNGROUPED, {"decimal": mapped.decimal})


READINGS = (
    DATED := "format {format}",
    UNDATED := "ISO 8601, such as 2011-03-04 15:30",
    GROUPED := "decimal sign '{decimal}', thousands '{thousands}'",
    UNGROUPED := "decimal sign '{decimal}', thousands 'not separated'",
)
"""How a mapping may read a date or a number."""


def write_refused(loading: LoadUnderWay) -> None:
    """Add the refused rows to the quarantine, but for rows that an earlier load of the same file left there word for word.

    Where the same content was loaded before, under another mapping, rows that were refused
    then and are accepted now have been replayed by this load.
    """
    engine, mapping, stamp = loading.engine, loading.mapping, loading.stamp
    known = {"source": mapping.source, "kind": mapping.kind}
    there = engine.query(
        f"SELECT EXISTS (FROM quarantine WHERE replayed_at IS NULL) AS waits, EXISTS (FROM {loading.refused}) AS is_refused"
    ).to_pylist()[0]
    if there["waits"]:
        engine.execute(
            "UPDATE quarantine SET replayed_at = $loaded_at WHERE replayed_at IS NULL AND source = $source AND kind = $kind "
            "AND batch_id IN (SELECT batch_id FROM batches WHERE content_hash = $content_hash) "
            f"AND line NOT IN (SELECT line FROM {loading.refused})",
            {**known, "loaded_at": stamp.loaded_at, "content_hash": loading.origin.fingerprint()},
        )
    if not there["is_refused"]:
        return
    engine.execute(
        "INSERT INTO quarantine BY NAME "
        f"WITH counted AS (SELECT *, row_number() OVER (PARTITION BY raw ORDER BY line) AS nth FROM {loading.refused} WHERE code <> 'erased'), "
        "known AS (SELECT raw, count(*) AS times FROM quarantine WHERE source = $source AND kind = $kind "
        "AND file = $file GROUP BY raw), "
        "fresh AS (SELECT counted.* FROM counted LEFT JOIN known USING (raw) WHERE nth > coalesce(times, 0)) "
        "SELECT (SELECT coalesce(max(quarantine_id), 0) FROM quarantine) + row_number() OVER (ORDER BY line) "
        "AS quarantine_id, $batch_id AS batch_id, $source AS source, $kind AS kind, $file AS file, line, column_name, "
        "value, code, reason, raw, $loaded_at AS refused_at FROM fresh",
        {**known, **stamp.values, "file": loading.origin.file},
    )


def settle_quarantine(loading: LoadUnderWay) -> None:
    """Add the refused rows to the quarantine, and mark as replayed those that came in now."""
    if loading.settle:
        loading.settle(loading)
    else:
        settle_corrected(loading)
        write_refused(loading)


def settle_corrected(loading: LoadUnderWay) -> None:
    """Mark as replayed what waits from earlier files of the source and now came in with the same key.

    A row that this file refuses again word for word stays. Nothing is done where a part of
    the key has no column of its own.
    """
    engine, mapping, stamp = loading.engine, loading.mapping, loading.stamp
    key = told_apart_by(loading.kind, loading.fields)
    columns = [mapping.fields[name].columns for name in key if name in mapping.fields]
    if not key or len(columns) < len(key) or any(len(several) != 1 for several in columns):
        return
    if not engine.query("SELECT count(*) FROM quarantine WHERE replayed_at IS NULL").column(0)[0].as_py():
        return
    values: dict[str, object] = {"source": mapping.source, "kind": mapping.kind, "loaded_at": stamp.loaded_at}
    said = []
    for place, several in enumerate(columns):
        values[f"path{place}"] = '$."' + several[0].replace('"', '\\"') + '"'
        said.append(f"trim(raw ->> $path{place}) AS k{place}")
    same = " AND ".join(f"s.{name} = w.k{place}" for place, name in enumerate(key))
    engine.execute(
        f"UPDATE quarantine SET replayed_at = $loaded_at FROM (SELECT DISTINCT quarantine_id FROM "
        f"(SELECT quarantine_id, raw, {', '.join(said)} FROM quarantine "
        f"WHERE replayed_at IS NULL AND source = $source AND kind = $kind) w JOIN {loading.staged.table} s "
        f"ON s._fault = 0 AND {same} WHERE w.raw NOT IN (SELECT raw FROM {loading.refused})) found "
        "WHERE quarantine.quarantine_id = found.quarantine_id",
        values,
    )
