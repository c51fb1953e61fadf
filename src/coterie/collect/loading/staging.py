"""How the rows of a file are read as the fields of their kind.

One statement reads, types, interprets and judges every row; each of its stages is a named CTE.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, replace

from coterie.collect.kinds import FieldType, Kind, KindField
from coterie.collect.readers.contract import Relation
from coterie.collect.values.meaning import discount_amount, order_amount, order_meaning, return_meaning
from coterie.collect.values.plain import Guessed
from coterie.collect.values.reading import FAULTS, SQL_TYPES, Part, Source, combine, read_parts
from coterie.domain.loading import Group, MappedField, Mapping
from coterie.engines import Engine, identifier, literal, local_time

_ONLY_READ = frozenset({"refunded", "is_test"})
"""Fields that only the meaning of an order reads."""
_THINGS = frozenset({"order_id", "product_id", "event_id", "campaign", "coupon"})


@dataclass(frozen=True)
class RowFault:
    """Why a row is refused: the field, the column it came from, and the code of the reason."""

    field: str
    column: str
    code: str


@dataclass(frozen=True)
class Reading:
    """How the rows of one file are read: the statement, the columns that it gives, and what its ``_fault`` numbers mean.

    There is a column a field, ``x_<name>`` a further column, ``_fault`` (0, or the number of a
    fault counted from 1), ``_loose`` (how many values of further columns are not of their
    type), and ``_line`` where asked for.
    """

    sql: str
    values: dict[str, object]
    fields: tuple[str, ...]
    extras: dict[str, FieldType]
    faults: tuple[RowFault, ...]

    def staged(self, engine: Engine) -> str:
        """Read the rows into a table aside, in the file's order; returns its name."""
        return engine.aside("staged", self.sql, self.values)


def extra(name: str) -> str:
    """The quoted column that holds the extra column ``name`` among staged rows."""
    return identifier(f"x_{name}")


def reading_of(
    mapping: Mapping,
    kind: Kind,
    relation: Relation,
    guessed: Guessed,
    *,
    timezone: str,
    with_lines: bool,
) -> Reading:
    """How ``relation`` is read as ``mapping`` says and its further columns as they were ``guessed``."""
    relation = rows_of(relation, mapping)
    source = Source(relation.columns, timezone=timezone, is_plain=relation.is_plain)
    fields, extras = mapped_fields(mapping, kind), guessed.types
    parts = {
        name: read_parts(name, mapped, field.type, source, floated=guessed.floated)
        for name, (field, mapped) in fields.items()
    }
    kept = {
        name: read_parts(f"x{place}", MappedField(columns=(column,)), extras[name], source)[0]
        for place, (column, name) in enumerate(mapping.extras.items())
    }
    every = [*(part for several in parts.values() for part in several), *kept.values()]
    misread = _misreadings(parts, fields)
    priced, meaning = _meaning(kind, fields, source.binder.bind, timezone)
    bind = source.binder.bind
    needs = [*_headers(mapping, fields, bind), *_totals(mapping, fields, bind), *_needs(kind, fields)]
    line = ["_line"] if with_lines else []
    stages = {
        "raw": _select(
            [f"{relation.line or '_line'} AS _line" for _ in line] + [f"{part.raw} AS {part.alias}" for part in every],
            relation.sql,
        ),
        "read": _select(["*", *(f"{part.value} AS {part.alias}v" for part in every)], "raw"),
        "kept": _select(["*", *(f"{part.final} AS {part.alias}f" for part in every)], "read"),
        "fields": _select(
            [
                *line,
                *(f"({combine(parts[n], m, f.type)})::{SQL_TYPES[f.type]} AS {n}" for n, (f, m) in fields.items()),
                *(f"{part.alias}f AS {extra(name)}" for name, part in kept.items()),
                f"{_first_misread(misread, every)} AS _misread",
                f"{_count_loose(kept, extras)} AS _loose",
            ],
            "kept",
        ),
        "priced": _select(["*", *priced], "fields"),
        "meant": _select(
            [
                *line,
                *(name for name in fields if name not in meaning and name not in _ONLY_READ),
                *(f"{sql} AS {name}" for name, sql in meaning.items()),
                *(extra(name) for name in kept),
                *("_misread", "_loose"),
            ],
            "priced",
        ),
    }
    names = tuple(name for name in dict.fromkeys([*fields, *meaning]) if name not in _ONLY_READ)
    faults = tuple(each for _, each in [*misread, *needs])
    return Reading(_judged(stages, needs, len(misread)), source.binder.values, names, extras, faults)


def _meaning(
    kind: Kind, fields: dict[str, tuple[KindField, MappedField]], bind: Callable[[str], str], timezone: str
) -> tuple[list[str], dict[str, str]]:
    """The amount of an order or line as a column, and SQL for the fields that it and the others mean together."""
    if kind.table not in {"orders", "order_lines"}:
        return [], {}
    unit = fields["discount"][1].unit if "discount" in fields else "amount"
    meaning = return_meaning() if kind.name == "returns" else order_meaning(fields, bind)
    if kind.name == "orders":
        meaning["undoes"] = "NULL::VARCHAR"
    if kind.name == "order_lines" and "order_id" not in fields:
        who = ", ".join(name for name in kind.identities if name in fields)
        meaning["order_id"] = f"coalesce({who}) || ' on ' || CAST({local_time('occurred_at', timezone)} AS DATE)"
    if unit in {"share", "percent"}:
        meaning["discount"] = discount_amount(fields, unit)
    elif "discount" in fields:
        meaning["discount"] = "CASE WHEN discount < 0 AND _amount > 0 THEN -discount ELSE discount END"
    return [f"{order_amount(fields, unit)} AS _amount"], meaning


def _judged(stages: dict[str, str], needs: list[tuple[str, RowFault]], misread: int) -> str:
    """The stages as one statement, whose rows say what is wrong with them."""
    lacking = _first_true((condition for condition, _ in needs), after=misread)
    fault = f"(CASE WHEN _misread > 0 THEN _misread ELSE {lacking} END)::USMALLINT AS _fault"
    named = ",\n".join(f"{name} AS ({text})" for name, text in stages.items())
    return f"WITH {named}\nSELECT * EXCLUDE (_misread), {fault} FROM meant"


def _select(columns: Iterable[str], source: str) -> str:
    return f"SELECT {', '.join(columns)} FROM {source}"


def mapped_fields(mapping: Mapping, kind: Kind) -> dict[str, tuple[KindField, MappedField]]:
    """The fields of ``kind`` that ``mapping`` fills, each with where it comes from and the type it is read as."""
    fields = {
        field.name: (field, mapped)
        for field in kind.fields
        if (mapped := mapping.fields.get(field.name)) and (mapped.columns or mapped.constant is not None)
    }
    if kind.table in {"orders", "order_lines"} and "quantity" in fields:
        # Stored as exact as money is, so read so at once.
        fields["quantity"] = (replace(fields["quantity"][0], type="money"), fields["quantity"][1])
    return fields


def key_columns(mapping: Mapping, kind: Kind) -> tuple[str, ...]:
    """Columns whose values name people or things: their numbers are words."""
    return tuple(
        column
        for field in kind.fields
        if field.identifies or field.name in _THINGS
        for column in (mapping.fields[field.name].columns if field.name in mapping.fields else ())
    )


def _misreadings(
    parts: dict[str, list[Part]], fields: dict[str, tuple[KindField, MappedField]]
) -> list[tuple[str, RowFault]]:
    """Conditions under which something stands in a column that cannot be read, with what to say then."""
    return [
        (part.fault, RowFault(name, column, FAULTS[fields[name][0].type]))
        for name, several in parts.items()
        for part, column in zip(several, fields[name][1].columns or ("",), strict=False)
        if part.given != "FALSE"
    ]


def _needs(kind: Kind, fields: dict[str, tuple[KindField, MappedField]]) -> list[tuple[str, RowFault]]:
    """Conditions under which a row lacks what its kind needs; an order number, where the file has them, is needed."""
    needs = [
        (f"{name} IS NULL", RowFault(name, ", ".join(fields[name][1].columns), "missing"))
        for name in fields
        if name in kind.required or (kind.name == "orders" and name == "order_id")
    ]
    if kind.name == "order_lines" and "order_id" not in fields:
        who = [fields[name][1].columns[0] for name in kind.identities if name in fields and fields[name][1].columns]
        needs.append(("order_id IS NULL", RowFault("order_id", ", ".join(who), "nobody")))
    if kind.table in {"orders", "order_lines"}:
        columns = [
            column
            for name in ("revenue", "unit_price", "quantity")
            if name in fields
            for column in fields[name][1].columns
        ]
        if not columns:
            return needs  # lines that tell no price: who bought what, and when
        # Of a partial refund without an amount, what is left is not known; undone is 0 then.
        needs.append(("revenue IS NULL AND undone IS NULL", RowFault("revenue", ", ".join(columns), "missing")))
    elif kind.one_of:
        offered = [name for group in kind.one_of for name in group if name in fields]
        columns = [column for name in offered for column in fields[name][1].columns]
        needs.append((f"coalesce({_texts(offered)}) IS NULL", RowFault(offered[0], ", ".join(columns), "missing")))
    if kind.person == "required":
        who = [name for name in kind.identities if name in fields]
        columns = [column for name in who for column in fields[name][1].columns]
        needs.append((f"coalesce({', '.join(who)}) IS NULL", RowFault(who[0], ", ".join(columns), "nobody")))
    return needs


def _headers(
    mapping: Mapping, fields: dict[str, tuple[KindField, MappedField]], bind: Callable[[str], str]
) -> list[tuple[str, RowFault]]:
    """The condition under which a row repeats the names of the columns, as in files put together of several."""
    named = [
        (name, mapped.columns[0])
        for name, (field, mapped) in fields.items()
        if name not in _ONLY_READ and field.type == "text" and len(mapped.columns) == 1 and not mapped.values
    ]
    if not named or not mapping.format.has_header:
        return []
    alike = " AND ".join(f"{name} = {bind(column)}" for name, column in named)
    return [(f"coalesce({alike}, FALSE)", RowFault(*named[0], "header"))]


def _totals(
    mapping: Mapping, fields: dict[str, tuple[KindField, MappedField]], bind: Callable[[str], str]
) -> list[tuple[str, RowFault]]:
    """Conditions under which a row only sums up others."""
    return [
        (
            f"lower({name}) = {bind(word.lower())}" if word else f"{name} IS NULL",
            RowFault(name, fields[name][1].columns[0], "total"),
        )
        for name, words in mapping.totals.items()
        if name in fields and fields[name][0].type == "text" and fields[name][1].columns
        for word in words
    ]


def _texts(names: list[str]) -> str:
    return ", ".join(f"{name}::VARCHAR" for name in names)


def _first_misread(misread: list[tuple[str, RowFault]], every: list[Part]) -> str:
    """The number of the first fault of a row; rows in which nothing is missing are let through at once."""
    judged = [f"{part.alias}f IS NOT NULL" for part in every if part.given != "FALSE"]
    first = _first_true(condition for condition, _ in misread)
    return f"CASE WHEN {' AND '.join(judged)} THEN 0 ELSE {first} END" if misread else "0"


def _first_true(conditions: Iterable[str], *, after: int = 0) -> str:
    """The number of the first condition that holds, counted on from ``after``; 0 where none does."""
    cases = " ".join(f"WHEN {condition} THEN {number}" for number, condition in enumerate(conditions, after + 1))
    return f"CASE {cases} ELSE 0 END" if cases else "0"


def _count_loose(kept: dict[str, Part], extras: dict[str, FieldType]) -> str:
    """How many further columns hold something that is not of their type, or would lose leading zeros by it."""
    checks = []
    for name, part in kept.items():
        if part.given == "FALSE":
            continue
        checks.append(f"({part.fault})::INT")
        if extras[name] == "integer" and "trim" in part.given:
            checks.append(f"coalesce({part.alias}f::VARCHAR <> {part.alias}, FALSE)::INT")
    return " + ".join(checks) or "0"


def rows_of(relation: Relation, mapping: Mapping) -> Relation:
    """The rows that ``mapping`` makes of the lines of ``relation``."""
    return _grouped(_selected(relation, mapping), mapping.group)


def _selected(relation: Relation, mapping: Mapping) -> Relation:
    """The lines of ``relation`` that ``mapping`` takes for rows."""
    if not mapping.is_selective:
        return relation
    kept = " AND ".join(_conditions(relation, mapping))
    line = f", {relation.line} AS _kept_line" if relation.line else ""
    sql = f"(SELECT *{line} FROM {relation.sql} WHERE {kept})"
    return replace(relation, sql=sql, line=relation.line and "_kept_line", rows=None, stated=None)


def _conditions(relation: Relation, mapping: Mapping) -> Iterator[str]:
    source = Source(relation.columns)  # a column may stand inside another
    if mapping.filled:
        # An empty list, as some tools write it, is nothing too.
        texts = (f"trim(({source.find(each)[0]})::VARCHAR, ' []{{}}')" for each in mapping.filled)
        filled = " OR ".join(f"coalesce({text}, '') <> ''" for text in texts)
        yield f"({filled})"
    for verb, chosen in (("IN", mapping.only), ("NOT IN", mapping.leaves)):
        for column, words in chosen.items():
            text = _BARE.format(f"({source.find(column)[0]})::VARCHAR")
            yield f"coalesce({text}, '') {verb} ({', '.join(_BARE.format(literal(word)) for word in words)})"


_BARE = "lower(regexp_replace({}, '[\\s_.-]+', '', 'g'))"
"""SQL for a word without what its writers do differently: case, blanks and signs between its parts."""


def _grouped(relation: Relation, group: Group | None) -> Relation:
    """``relation`` with the lines of each group as ``group`` says; a line without a value is a group of its own."""
    if group is None:
        return relation
    columns = {name: (f"g{place}", kind) for place, (name, (_, kind)) in enumerate(relation.columns.items())}
    cells = [f"{sql} AS g{place}" for place, (sql, _) in enumerate(relation.columns.values())]
    key = f"coalesce({_filled(*columns[group.by])}::VARCHAR, 'line ' || nth)"
    lines = f"SELECT *, {key} AS lot FROM (SELECT {', '.join(cells)}, {relation.line or '0'} AS line, row_number() OVER () AS nth FROM {relation.sql})"
    first = {
        name: f"min_by({sql}, nth) FILTER ({_filled(sql, kind)} IS NOT NULL)" for name, (sql, kind) in columns.items()
    }
    if group.one:
        named = ", ".join(f"{text} AS {columns[name][0]}" for name, text in first.items())
        sql = f"(SELECT {named}, min(line) AS line, min(nth) AS nth FROM ({lines}) GROUP BY lot ORDER BY nth)"
        return replace(relation, sql=sql, columns=columns, line=relation.line and "line", rows=None, stated=None)
    shared = ", ".join(
        f"coalesce({_filled(*columns[name])}, {first[name]} OVER (PARTITION BY lot)) AS {columns[name][0]}"
        for name in group.shared
        if name in columns
    )
    sql = f"(SELECT * REPLACE ({shared}) FROM ({lines}) ORDER BY nth)" if shared else f"({lines})"
    return replace(relation, sql=sql, columns=columns, line=relation.line and "line", stated=None)


def _filled(sql: str, kind: str) -> str:
    """The value, NULL where nothing but blanks stands there."""
    return f"CASE WHEN trim({sql}) <> '' THEN {sql} END" if kind == "VARCHAR" else sql
