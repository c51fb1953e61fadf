"""Which column of the warehouse each field of a row goes to."""

from __future__ import annotations

from collections.abc import Mapping as Named
from dataclasses import dataclass

from coterie.collect.kinds import GROUPS, FieldType, Kind
from coterie.collect.loading.identity import identity_of, named_by, names_several, whom_sql
from coterie.collect.loading.staging import extra
from coterie.collect.loading.way import LoadUnderWay
from coterie.collect.values.reading import SQL_TYPES
from coterie.domain.loading import Mapping
from coterie.engines import Engine, identifier
from coterie.engines.warehouse import TABLES
from coterie.errors import BadDefinition
from coterie.words import sentence

_RESERVED = frozenset(
    {"identifier_id", "profile_id", "source", "batch_id", "received_at", "is_derived", "lines", "properties", "context"}
)
_EVENT_COLUMNS = frozenset({"event_id", "name", "occurred_at", "channel"})
_RANK = {"VARCHAR": 3, "DOUBLE": 2, "BIGINT": 1}


@dataclass(frozen=True)
class Destination:
    """How the good rows that were ``staged`` become rows of a table.

    ``columns`` are column → SQL over a row ``s`` of them joined by ``join`` with whom it
    names, ``i``; values come as ``$source``, ``$batch_id``, ``$loaded_at`` and ``$currency``.
    ``compared`` are the columns whose change makes a row another version of itself;
    ``key`` those that make it itself. ``made_id`` is the key column that is made from the
    row's content where the file has none. ``added`` are columns that the table may lack.
    """

    table: str
    columns: dict[str, str]
    compared: tuple[str, ...]
    key: tuple[str, ...]
    made_id: str | None
    added: dict[str, str]
    staged: str
    join: str

    def rows(self, types: Named[str, str], further: tuple[str, ...] = ()) -> str:
        """The statement whose rows are those of the table, with the table's types; ``further`` columns of ``s`` too."""
        listed = [f"({sql})::{types[name]} AS {identifier(name)}" for name, sql in self.columns.items()]
        every = ", ".join([*listed, *(f"s.{name}" for name in further)])
        rows = f"SELECT {every} FROM {self.staged} s {self.join} WHERE s._fault = 0"
        if self.made_id is None:
            return rows
        # Rows of equal content are told apart by how many came before; which came first cannot matter.
        nth = f"row_number() OVER (PARTITION BY {self.made_id})"
        return (
            f"SELECT * REPLACE (CASE WHEN starts_with({self.made_id}, 'row-') AND {nth} > 1 "
            f"THEN {self.made_id} || '-' || {nth} ELSE {self.made_id} END AS {self.made_id}) FROM ({rows})"
        )


def plan_target(loading: LoadUnderWay) -> Destination:
    """Where the good rows go. Raises ``BadDefinition`` for an extra column that takes a field's name."""
    kind, fields, extras = loading.kind, loading.fields, loading.staged.extras
    _check_names(kind, loading.mapping, extras)
    own, added = _own_columns(kind, fields, extras, loading.mapping.packed)
    compared = [name for name in own if name not in kind.key]
    stamp = {"source": "$source", "batch_id": "$batch_id"}
    if kind.person != "nobody":
        stamp |= {"identifier_id": "i.identifier_id", "profile_id": "i.profile_id"}
        compared.append("identifier_id")
    if kind.table == "events":
        stamp["received_at"] = "$loaded_at"
    if kind.is_dated:
        stamp["updated_at"] = own.pop("updated_at", "NULL")
        compared = [name for name in compared if name != "updated_at"]
    if kind.table in {"orders", "order_lines", "costs"}:
        own["currency"] = "coalesce(s.currency, $currency)" if "currency" in fields else "$currency"
    if kind.table == "orders":
        own["is_derived"] = "FALSE"
    made_id = _make_id(kind, fields, own)
    join = _join(kind, fields, loading.whom) if kind.person != "nobody" else ""
    staged = loading.staged.table
    return Destination(kind.table, own | stamp, tuple(compared), _key(kind, fields), made_id, added, staged, join)


def _join(kind: Kind, fields: tuple[str, ...], whom: str | None) -> str:
    """What joins a staged row ``s`` with whom it names, ``i``: an identifier, or a combination of several."""
    if names_several(kind, fields):
        columns = whom_sql(kind, fields, "s.")
        return f"LEFT JOIN {whom} i ON " + " AND ".join(
            f"i.{n} IS NOT DISTINCT FROM {sql}" for n, sql in columns.items()
        )
    namespace, value = identity_of(kind, fields)
    fixed = namespace.startswith("'")
    known = f"(SELECT * FROM identifiers WHERE namespace = {namespace})" if fixed else "identifiers"
    return f"LEFT JOIN {known} i ON i.value = {value}" + ("" if fixed else f" AND i.namespace = {namespace}")


def _own_columns(
    kind: Kind, fields: tuple[str, ...], extras: Named[str, FieldType], packed: tuple[str, ...]
) -> tuple[dict[str, str], dict[str, str]]:
    """The columns that the file fills, as SQL; and the types of those that the table may lack."""
    further = {name: (extra(name), SQL_TYPES[type_]) for name, type_ in extras.items()}
    if kind.table != "customer_records":
        # A household beside a customer is something known about the fact, not who it is about.
        further |= {name: (f"s.{name}", "VARCHAR") for name in _groups_beside(kind, fields)}
    if kind.table == "events":
        columns = _event_columns(kind, fields, {name: sql for name, (sql, _) in further.items() if name not in packed})
        return columns | {name: _packed(extra(name)) for name in packed if name in extras}, {}
    names = [name for name in fields if kind.table == "customer_records" or name not in kind.identities]
    added = {name: type_ for name, (_, type_) in further.items()}
    added |= {
        field.name: SQL_TYPES[field.type]
        for field in kind.fields
        if field.name in names and field.name not in TABLES[kind.table]
    }
    return {name: f"s.{name}" for name in names} | {name: sql for name, (sql, _) in further.items()}, added


def _make_id(kind: Kind, fields: tuple[str, ...], own: dict[str, str]) -> str | None:
    """Give ``own`` the column that names an order or event; its name, where some rows' ids are made of their content."""
    if kind.table not in {"orders", "events"}:
        return None
    if kind.name == "returns":
        own |= {"order_id": "NULL", "undoes": "s.order_id"}
    given = given_id(kind, fields)
    if given and kind.name == "orders":
        own["order_id"] = given
        return None
    whom = whom_sql(kind, fields, "s.").values() if names_several(kind, fields) else identity_of(kind, fields)
    content = ", ".join(_as_text(sql) for sql in [*own.values(), *whom])
    made = f"'row-' || md5(concat_ws(chr(31), {content}))"
    own[kind.key[0]] = f"coalesce({given}, {made})" if given else made
    return kind.key[0]


def ensure_columns(engine: Engine, target: Destination) -> dict[str, str]:
    """The types of the table's columns, once it has all that ``target`` fills, wide enough for both old and new."""
    types = engine.columns(target.table)
    for name, wanted in target.added.items():
        if name not in types:
            engine.execute(f"ALTER TABLE {identifier(target.table)} ADD COLUMN {identifier(name)} {wanted}")
        elif (wider := _wider(types[name], wanted)) != types[name]:
            engine.execute(f"ALTER TABLE {identifier(target.table)} ALTER {identifier(name)} TYPE {wider}")
    return engine.columns(target.table)


def _wider(old: str, new: str) -> str:
    if old == new or (old.startswith("DECIMAL") and new in {"BIGINT", "DOUBLE"}):
        return old
    if {old, new} == {"DATE", "TIMESTAMP"}:
        return "TIMESTAMP"
    if old in _RANK and new in _RANK:
        return old if _RANK[old] >= _RANK[new] else new
    return "VARCHAR"


def _check_names(kind: Kind, mapping: Mapping, extras: Named[str, FieldType]) -> None:
    for name in extras:
        if kind.table != "events" and (kind.field(name) or name in _RESERVED):
            raise BadDefinition(
                sentence(
                    "it keeps a further column as {name!r}, which {kind} use for something of their own; map "
                    "the column to that field, or give it another name",
                    name=name,
                    kind=kind.name,
                ),
                where=sentence("mapping of {source}", source=mapping.source),
            )


def _groups_beside(kind: Kind, fields: tuple[str, ...]) -> list[str]:
    who = [name for name in kind.identities if name in fields]
    return [name for name in who if name in GROUPS and len(who) > 1]


def _key(kind: Kind, fields: tuple[str, ...]) -> tuple[str, ...]:
    if kind.is_dated:
        return (*(kind.key or ("identifier_id",)), "source", "updated_at")
    if kind.name == "order_lines":
        part = next((name for name in ("line_number", "product_id") if name in fields), None)
        return ("order_id", part) if part else ("order_id",)
    if kind.name == "costs":
        return tuple(name for name in kind.key if name in fields)
    return kind.key


def key_fields(kind: Kind, fields: tuple[str, ...]) -> tuple[str, ...]:
    """SQL over staged rows for the key that only one row may have; the last may be missing. Empty where rows may repeat."""
    if kind.name in {"order_lines", "costs", "consents"}:
        return ()
    if kind.is_dated:
        return tuple(name for name in (*kind.key, *named_by(kind, fields), "updated_at") if name in fields)
    return kind.key if kind.key[0] in fields and kind.name != "returns" else ()


def told_apart_by(kind: Kind, fields: tuple[str, ...]) -> tuple[str, ...]:
    """The fields by which a corrected row can be known as the row it corrects; empty where there are none."""
    if kind.is_dated:
        return kind.key or tuple(name for name in kind.identities if name in fields)[:1]
    key = _key(kind, fields)
    if kind.name == "returns" or (kind.name == "order_lines" and len(key) < 2):
        return ()
    return key if set(key).issubset(fields) else ()


def given_id(kind: Kind, fields: tuple[str, ...]) -> str | None:
    """SQL over a staged row ``s`` for the number of an order or event that the file gives; None where it has none."""
    name = kind.key[0]
    if name not in fields or kind.name == "returns":
        return None
    # A ticket and an event may both be number 7; only the events' own numbers stand as they are.
    return f"s.{name}" if kind.name in {"events", "orders", "order_lines"} else f"'{kind.name}:' || s.{name}"


def _event_columns(kind: Kind, fields: tuple[str, ...], further: dict[str, str]) -> dict[str, str]:
    usual = next((name for field, name in kind.event_if.items() if field in fields), kind.event)
    name = (
        "s.name"
        if "name" in fields and not usual
        else f"coalesce(s.name, '{usual}')"
        if "name" in fields
        else f"'{usual}'"
    )
    properties = {
        field: f"s.{field}" for field in fields if field not in _EVENT_COLUMNS and field not in kind.identities
    } | further
    packed = ", ".join(f"{identifier(field)} := {sql}" for field, sql in properties.items())
    return {
        "name": name,
        "occurred_at": "s.occurred_at",
        "channel": "s.channel" if "channel" in fields else "NULL",
        "properties": f"struct_pack({packed})::VARIANT" if packed else "NULL::VARIANT",
    }


def _packed(sql: str) -> str:
    """JSON as it stands; a text that is none stays a text."""
    return f"(CASE WHEN json_valid({sql}) THEN {sql}::JSON ELSE to_json({sql}) END)::VARIANT"


def _as_text(sql: str) -> str:
    if sql.endswith("::VARIANT"):
        return f"coalesce(to_json({sql.removesuffix('::VARIANT')})::VARCHAR, '')"
    return f"coalesce(({sql})::VARCHAR, '')"
