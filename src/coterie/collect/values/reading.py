"""How a column of a file is read as a field, in SQL.

A field is read in two steps, so that no step is written twice: ``raw`` is the column's own
value or text, ``value`` the field's typed value made from it, NULL where nothing stands
there or where it cannot be read; ``given`` tells the two apart.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Collection
from collections.abc import Mapping as Named
from dataclasses import dataclass, field

from coterie.collect.kinds import FieldType
from coterie.collect.values.instants import clock_in_zone, in_zone, read_instant, read_plain_instant, within_reach
from coterie.collect.values.numbers import CURRENCIES, read_number, read_plain_number
from coterie.domain.consenting import (
    ANSWERS,
    BELOW_ZERO,
    JOINING_SIGNS,
    OUTER_SIGNS,
    REFUSAL_ANSWERS,
    SILENT,
    asks_for_refusal,
)
from coterie.domain.loading import MappedField
from coterie.engines import literal

BLANKS = " \t\r\n\u00a0\u3000\ufeff"
MISSING = ("", "NULL", "null", "N/A", "n/a", "#N/A", "\\N", "NaN", "nan", "<NA>")
"""Words that stand for no value, in any column."""

MISSING_VALUES = (*MISSING, "None", "none", "NA", "na", "-", "--", "—", "无", "空")
"""Words that stand for no value where a number, an instant or a yes is asked for."""

NO_DATES = tuple(
    f"{day}{time}"
    for day in ("0000-00-00", "00-00-0000", "0000/00/00", "00/00/0000", "00.00.0000", "0/0/0000", "0/0/00")
    for time in ("", " 00:00", " 00:00:00", "T00:00:00", "T00:00:00Z")
)
"""How databases that know no missing date write one."""

TRUE_WORDS = ("1", "1.0", "true", "t", "yes", "y", "on", "ja", "oui", "si", "sí", "是", "有", "对", "真", "同意", "√")
FALSE_WORDS = ("0", "0.0", "false", "f", "no", "n", "off", "nein", "non", "否", "没有", "错", "假", "不同意", "×")

SQL_TYPES: dict[FieldType, str] = {
    "text": "VARCHAR",
    "number": "DOUBLE",
    "money": "DECIMAL(18,4)",
    "integer": "BIGINT",
    "instant": "TIMESTAMP",
    "date": "DATE",
    "boolean": "BOOLEAN",
    "answer": "VARCHAR",
}
FAULTS: dict[FieldType, str] = {
    "number": "not_a_number",
    "money": "not_a_number",
    "integer": "not_a_whole_number",
    "instant": "not_a_date",
    "date": "not_a_date",
    "boolean": "not_yes_or_no",
    "answer": "not_yes_or_no",
}
"""Type of a field → code of the refusal where its text cannot be read so."""

_WHOLE = ("TINYINT", "SMALLINT", "INTEGER", "BIGINT", "HUGEINT", "UTINYINT", "USMALLINT", "UINTEGER", "UBIGINT")
_FLOATING = ("DOUBLE", "FLOAT")


class Binder:
    """Collects the values of a statement, so that none of them becomes part of its text.

    >>> binder = Binder()
    >>> binder.bind("a"), binder.bind("b"), binder.bind("a")
    ('$p0', '$p1', '$p0')
    """

    def __init__(self) -> None:
        self.values: dict[str, object] = {}
        self._names: dict[object, str] = {}

    def bind(self, value: str | int | tuple[str, ...]) -> str:
        """The ``$name`` that stands for ``value``; equal values share one."""
        if value not in self._names:
            self._names[value] = f"p{len(self._names)}"
            self.values[self._names[value]] = list(value) if isinstance(value, tuple) else value
        return f"${self._names[value]}"


@dataclass(frozen=True)
class Source:
    """The relation that columns are read from: per column its SQL name and the engine's type; values bound so far.

    ``is_plain`` says that all text is ASCII, with no blank but the space.
    """

    columns: Named[str, tuple[str, str]]
    binder: Binder = field(default_factory=Binder)
    timezone: str = "UTC"
    is_plain: bool = False

    def find(self, column: str) -> tuple[str, str]:
        """SQL and plain type of a column; with dots, of a value inside a column of JSON or a record."""
        if column in self.columns:
            name, kind = self.columns[column]
            return name, kind.partition("(")[0]
        root, _, path = column.partition(".")
        inside = literal("$." + ".".join(f'"{step}"' for step in path.split(".")))
        name, kind = self.columns[root]
        record = f"CASE WHEN json_valid({name}) THEN {name} END" if kind == "VARCHAR" else f"to_json({name})"
        return f"(({record}) ->> {inside})", "VARCHAR"


@dataclass(frozen=True)
class Part:
    """One column of a field, in three steps of SQL.

    ``raw`` speaks of the source; ``value`` and ``given`` of ``raw`` under its ``alias``;
    ``final`` of ``value`` as ``<alias>v``, and is NULL where the value cannot be meant. It
    is known as ``<alias>f`` afterwards.
    """

    alias: str
    raw: str
    value: str
    given: str
    final: str

    @property
    def fault(self) -> str:
        """True where something stands that cannot be read; speaks of ``alias`` and ``<alias>f``."""
        return f"CASE WHEN {self.alias}f IS NOT NULL THEN FALSE ELSE {self.given} END"


def read_parts(
    name: str, mapped: MappedField, wanted: FieldType, source: Source, *, floated: Collection[str] = ()
) -> list[Part]:
    """The parts of the field ``name``, in the order in which they count.

    ``floated`` are columns of names whose whole numbers were written as ``17850.0``.
    """
    if mapped.constant is not None:
        return [_text_part(f"r_{name}", source.binder.bind(mapped.constant) + "::VARCHAR", mapped, wanted, source)]
    if mapped.combine in {"join", "list"} and len(mapped.columns) > 1:
        return [_joined_part(f"r_{name}", mapped, wanted, source)]
    found = [source.find(column) for column in mapped.columns]
    if name == "currency":
        found = [(_sign_within(raw, source), kind) if kind == "VARCHAR" else (raw, kind) for raw, kind in found]
    return [
        _column_part(f"r_{name}_{place}", each, _under(mapped, column), wanted, source, is_float=column in floated)
        for place, (column, each) in enumerate(zip(mapped.columns, found, strict=True))
    ]


def _under(mapped: MappedField, column: str) -> MappedField:
    """The field as the one ``column`` of several is read: words named with it, as in ``voided=Yes``, are its own."""
    own = f"{column}="
    if not any(word.startswith(own) for word in mapped.values):
        return mapped
    values = {word.removeprefix(own): told for word, told in mapped.values.items() if word.startswith(own)}
    return mapped.model_copy(update={"values": values})


def _sign_within(raw: str, source: Source) -> str:
    """SQL for the currency that stands beside a number, as in ``€ 12``; what holds no number is the currency itself."""
    bind = source.binder.bind
    sign = f"nullif(trim(regexp_extract({raw}, {bind(CURRENCIES)}), '.'), '')"
    is_code = f"length({raw}) = 3 AND {raw} BETWEEN 'A' AND 'zzz' AND NOT contains({raw}, {bind('$')})"
    return (
        f"CASE WHEN {is_code} THEN {raw} WHEN regexp_matches({raw}, {bind(chr(92) + 'd')}) THEN {sign} ELSE {raw} END"
    )


def combine(parts: list[Part], mapped: MappedField, wanted: FieldType) -> str:
    """One value from those of the parts."""
    if mapped.unit == "cents" and wanted == "money":
        return f"({combine(parts, mapped.model_copy(update={'unit': 'amount'}), wanted)}) / 100"
    names = [f"{part.alias}f" for part in parts]
    if len(names) == 1:
        return names[0]
    if mapped.combine == "sum" and wanted in {"money", "number", "integer"}:
        total = " + ".join(f"coalesce({name}, 0)" for name in names)
        return f"CASE WHEN coalesce({', '.join(names)}) IS NOT NULL THEN ({total})::{SQL_TYPES[wanted]} END"
    if mapped.combine == "difference" and wanted in {"money", "number", "integer"}:
        # What is taken off is written with either sign.
        off = " + ".join(f"abs(coalesce({name}, 0))" for name in names[1:])
        return f"({names[0]} - ({off}) * CASE WHEN {names[0]} < 0 THEN -1 ELSE 1 END)::{SQL_TYPES[wanted]}"
    return f"coalesce({', '.join(names)})"


def _joined_part(alias: str, mapped: MappedField, wanted: FieldType, source: Source) -> Part:
    """One text of several columns, a space between them: a day and a time of day, or a number and what tells it apart."""
    texts = []
    for raw, kind in map(source.find, mapped.columns):
        is_day = kind.startswith("TIMESTAMP") and wanted != "text"
        day = f"({raw})::DATE::VARCHAR" if is_day else f"({raw})::VARCHAR"
        texts.append(f"nullif(trim({day}, {source.binder.bind(BLANKS)}), '')")
    between = "' '" if mapped.combine == "join" else "'; '"
    return _text_part(alias, f"concat_ws({between}, {', '.join(texts)})", mapped, wanted, source)


def _column_part(
    alias: str, found: tuple[str, str], mapped: MappedField, wanted: FieldType, source: Source, *, is_float: bool
) -> Part:
    raw, kind = found
    if kind in _FLOATING:
        raw = f"CASE WHEN isfinite({raw}) THEN {raw} END"
    if not mapped.values and not mapped.date_format and _says_itself(kind, wanted):
        return _typed_part(alias, raw, kind, mapped, wanted, source)
    if kind in _WHOLE and wanted == "text" and not mapped.values:
        return Part(alias, raw, f"({alias})::VARCHAR", "FALSE", f"{alias}v")
    if kind in _FLOATING:
        raw = f"CASE WHEN {raw} = floor({raw}) AND abs({raw}) < 1e15 THEN ({raw})::BIGINT::VARCHAR ELSE ({raw})::VARCHAR END"
    elif kind != "VARCHAR":
        raw = f"({raw})::VARCHAR"
    return _text_part(alias, raw, mapped, wanted, source, is_float=is_float)


def _says_itself(kind: str, wanted: FieldType) -> bool:
    """Whether the engine's own type of a column already says how it is read."""
    if wanted in {"number", "money", "integer"}:
        return kind in {*_WHOLE, *_FLOATING, "DECIMAL"}
    if wanted in {"instant", "date"}:
        return kind.startswith(("TIMESTAMP", "DATE"))
    return wanted == "boolean" and kind == "BOOLEAN"


def _typed_part(alias: str, raw: str, kind: str, mapped: MappedField, wanted: FieldType, source: Source) -> Part:
    value = f"TRY_CAST({alias} AS {SQL_TYPES[wanted]})"
    if wanted == "integer" and kind not in _WHOLE:
        value = f"CASE WHEN {alias} = floor({alias}) THEN {value} END"
    if wanted in {"instant", "date"}:
        is_true = "WITH" in kind
        zone = mapped.timezone or source.timezone
        value = f"TRY_CAST({alias} AS TIMESTAMP)"
        # An instant is brought to UTC, a day to the clock of the zone; what carries no zone is that clock already.
        if wanted == "instant" and not is_true:
            value = in_zone(value, zone, source.binder.bind)
        elif wanted == "date" and is_true:
            value = clock_in_zone(value, zone, source.binder.bind)
    return Part(alias, raw, value, f"{alias} IS NOT NULL", _final(alias, wanted))


def _final(alias: str, wanted: FieldType) -> str:
    if wanted in {"instant", "date"}:
        return within_reach(f"{alias}v", wanted)
    if wanted == "number":
        return f"CASE WHEN isfinite({alias}v) THEN {alias}v END"
    return f"{alias}v"


DRESSED = re.compile(r"""^(?:="([^"]*)"|'([+=-]?\d.*))$""")
"""How spreadsheets keep a number as text: ``="0012"`` and ``'0012``."""


def _text_part(
    alias: str, raw: str, mapped: MappedField, wanted: FieldType, source: Source, *, is_float: bool = False
) -> Part:
    bind = source.binder.bind
    if mapped.values:
        cases = " ".join(f"WHEN {bind(old)} THEN {bind(new)}" for old, new in mapped.values.items())
        raw = f"CASE {_undressed(raw, bind)} {cases} ELSE {raw} END"
    missing = ", ".join(bind(word) for word in (MISSING if wanted == "text" else MISSING_VALUES))
    if wanted == "text":
        return Part(alias, raw, _read_text(alias, missing, source, is_float=is_float), "FALSE", f"{alias}v")
    if wanted in ("date", "instant"):
        missing += "".join(f", {bind(word)}" for word in NO_DATES)
    given = only_where_reached(alias, f"coalesce({_undressed('x', bind)} NOT IN ({missing}), FALSE)")
    return Part(alias, raw, _typed_text(alias, mapped, wanted, source), given, _final(alias, wanted))


def only_where_reached(text: str, careful: str) -> str:
    """``careful``, SQL over ``x``, evaluated for the rows that reach it and no others.

    DuckDB lifts an expression that is written twice out of the branches of CASE and
    coalesce, and so computes it for every row; it does not look into a lambda. Measured:
    a number of a clean file costs 40 ns instead of 850.
    """
    return f"list_transform([{text}], lambda x: {careful})[1]"


def _undressed(sql: str, bind: Callable[[str | int | tuple[str, ...]], str]) -> str:
    """What is written, without blanks around it and what spreadsheets keep a number as text by."""
    return f"regexp_replace(trim({sql}, {bind(BLANKS)}), {bind(DRESSED.pattern)}, '\\1\\2')"


def _read_text(alias: str, missing: str, source: Source, *, is_float: bool) -> str:
    bind = source.binder.bind
    # Trimming costs five times as much as seeing that there is nothing to trim; and what begins with a digit,
    # as most ids do, is none of the words for nothing.
    suspicions = [f"{alias} < '!'" if source.is_plain else f"{alias} NOT BETWEEN '!' AND '~~'"]
    # Written as a chain, for the engine makes a join of IN, which takes longer and loses the file's order.
    nothing = " OR ".join(f"{alias} = {word}" for word in missing.split(", "))
    dressed = " OR ".join(f"starts_with({alias}, {bind(sign)})" for sign in ("'", '="'))
    suspicions.append(f"({alias} NOT BETWEEN '0' AND '9~' AND ({nothing} OR {dressed}))")
    blanks = " " if source.is_plain else BLANKS
    suspicions += [f"ends_with({alias}, {bind(blank)})" for blank in blanks]
    bare = _undressed("x", bind)
    trimmed = f"CASE WHEN {bare} NOT IN ({missing}) THEN {bare} END"
    if is_float:
        suspicions.append(f"ends_with({alias}, '.0')")
        trimmed = f"regexp_replace({trimmed}, '^(\\d+)\\.0$', '\\1')"
    return f"CASE WHEN NOT ({' OR '.join(suspicions)}) THEN {alias} ELSE {only_where_reached(alias, trimmed)} END"


def _read_answer(mapped: MappedField, bind: Callable[[str | int | tuple[str, ...]], str]) -> str:
    """SQL over ``x`` for the state that an answer means, its word spelt as ``consenting.spelt`` does."""
    is_refusal = any(asks_for_refusal(column) for column in mapped.columns)
    answers = {**(REFUSAL_ANSWERS if is_refusal else ANSWERS), SILENT: SILENT}
    full = "".join(chr(code) for code in range(0xFF01, 0xFF5F))
    half = "".join(chr(code - 0xFEE0) for code in range(0xFF01, 0xFF5F))
    bare = f"trim(translate(x, {bind(full)}, {bind(half)}), {bind(OUTER_SIGNS)})"
    word = f"trim(regexp_replace(strip_accents(lower({bare})), {bind(JOINING_SIGNS)}, ' ', 'g'))"
    cases = (
        f"WHEN list_contains({bind(tuple(each for each, said in answers.items() if said == state))}, {word}) THEN '{state}'"
        for state in dict.fromkeys(answers.values())
    )
    return f"CASE WHEN regexp_matches({bare}, {bind(BELOW_ZERO)}) THEN NULL {' '.join(cases)} END"


def _typed_text(alias: str, mapped: MappedField, wanted: FieldType, source: Source) -> str:
    bind = source.binder.bind
    bare = _undressed(alias, bind)
    if wanted == "boolean":
        true, false = (", ".join(bind(word) for word in words) for words in (TRUE_WORDS, FALSE_WORDS))
        return only_where_reached(
            bare, f"CASE WHEN lower(x) IN ({true}) THEN TRUE WHEN lower(x) IN ({false}) THEN FALSE END"
        )
    if wanted == "answer":
        return only_where_reached(bare, _read_answer(mapped, bind))
    if wanted in {"instant", "date"}:
        zone = mapped.timezone or source.timezone
        formats = mapped.date_format or ""
        careful = only_where_reached(bare, read_instant("x", wanted, zone, bind, formats=formats))
        return f"coalesce({read_plain_instant(alias, wanted, zone, bind, formats)}, {careful})"
    plain = read_plain_number(alias, wanted, mapped.decimal, bind)
    return f"coalesce({plain}, {only_where_reached(bare, read_number('x', wanted, mapped.decimal, mapped.thousands, bind))})"
