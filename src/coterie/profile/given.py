"""Profiles with their given traits, and who is in which part of a segmentation."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import datetime

from coterie.engines import Engine, identifier
from coterie.profile.changed import changed_traits, changes_sql, note_changed

_OF_A_PROFILE = {"profile_id", "first_seen_at"}
_OF_A_RECORD = {"identifier_id", "profile_id", "updated_at", "source", "batch_id"}
_ACCOUNT = "account_id"
"""The attribute that says to which account a person belongs: what is known of that becomes attributes of the person."""

# Earlier versions wrote the instant of the load where a record had none of its own.
_NEWEST = """SELECT {key}{newest} FROM (
    SELECT r.* REPLACE (nullif(r.updated_at, b.loaded_at) AS updated_at),
        coalesce(r.updated_at, b.loaded_at, TIMESTAMP '0001-01-01') AS true_at
    FROM {records} AS r LEFT JOIN batches AS b USING (batch_id) WHERE {among}
) WHERE updated_at IS NULL OR $as_of IS NULL OR updated_at < $as_of GROUP BY {key}"""


def build_profiles(engine: Engine, as_of: datetime | None = None, *, touched: str = "") -> int:
    """Rebuild ``profiles``: one row for every ``profile_id`` that an identifier has; returns how many.

    Every attribute of ``customer_records`` becomes a column; so does, as ``account_industry``, every attribute that
    ``account_records`` have of the account that somebody belongs to, unless people have one of that name. Where records
    of one person or account differ, the newest that has a value wins: by ``updated_at``, without one by when it was
    loaded; then the later batch, then the greater value. Records whose ``updated_at`` is
    ``as_of`` or later do not count. What Coterie itself changed of an attribute is one more record, of the instant of the change.
    With ``touched``, a table of ``profile_id``, only these are rebuilt, which is the
    same where nothing else changed; all are where the type of a column did.
    """
    own, accounts = _own(engine), of_accounts(engine)
    kinds = engine.columns("account_records") if accounts else {}
    wanted = own | {called: kinds[name] for called, name in accounts.items()}
    there = _columns(engine, "profiles", _OF_A_PROFILE)
    if touched and there.items() <= wanted.items():
        for name in (each for each in wanted if each not in there):  # in their own order
            engine.execute(f"ALTER TABLE profiles ADD COLUMN {identifier(name)} {wanted[name]}")
        engine.execute(f"DELETE FROM profiles WHERE profile_id IN (FROM {touched})")
        among = f"profile_id IN (FROM {touched})"
        engine.insert("profiles", _profiles_sql(own, accounts, changed_traits(engine), among), {"as_of": as_of})
    else:
        engine.create("profiles", _profiles_sql(own, accounts, changed_traits(engine)), {"as_of": as_of})
    if not touched or there != wanted:
        refresh_traits_view(engine)
    return int(engine.query("SELECT COUNT(*) AS n FROM profiles").column(0)[0].as_py())


def declare_attributes(engine: Engine, kinds: Mapping[str, str]) -> None:
    """Let people have attributes that Coterie itself changes: attribute → type of its column, where there is none of that name.

    >>> from coterie.engines import open_warehouse
    >>> engine = open_warehouse(None)
    >>> declare_attributes(engine, {"plan": "VARCHAR"})
    >>> engine.columns("profiles")["plan"], engine.query("SELECT plan FROM traits").num_rows
    ('VARCHAR', 0)
    """
    if {*kinds} <= changed_traits(engine):
        return
    with engine.transaction():
        for table in ("customer_records", "profiles"):
            there = {name.lower() for name in engine.columns(table)}
            for name in sorted(name for name in kinds if name.lower() not in there):
                engine.execute(f"ALTER TABLE {table} ADD COLUMN {identifier(name)} {kinds[name]}")
        note_changed(engine, kinds)
        refresh_traits_view(engine)


def of_accounts(engine: Engine) -> dict[str, str]:
    """Attribute of people → column of ``account_records`` that it comes from; one's own attribute of that name goes before."""
    own = _own(engine)
    if _ACCOUNT not in own:
        return {}
    taken = {name.lower() for name in own}
    found = {
        name if name.lower().startswith("account_") else f"account_{name}": name
        for name in _columns(engine, "account_records", {*_OF_A_RECORD, _ACCOUNT})
    }
    return {attribute: name for attribute, name in found.items() if attribute.lower() not in taken}


def _own(engine: Engine) -> dict[str, str]:
    return _columns(engine, "customer_records", _OF_A_RECORD)


def _columns(engine: Engine, table: str, without: set[str]) -> dict[str, str]:
    return {name: kind for name, kind in engine.columns(table).items() if name not in without}


def _profiles_sql(
    own: Mapping[str, str], accounts: Mapping[str, str], changed: Iterable[str], among: str = "profile_id IS NOT NULL"
) -> str:
    altered = {name for name in own if name in {*changed}}
    chosen = "".join(f", {_changed(name) if name in altered else f'given.{identifier(name)}'}" for name in own)
    chosen += "".join(f", accounts.{identifier(name)} AS {identifier(called)}" for called, name in accounts.items())
    beside = f" LEFT JOIN accounts ON accounts.{_ACCOUNT} = given.{_ACCOUNT}" if accounts else ""
    beside += " LEFT JOIN changed ON changed.profile_id = people.profile_id" if altered else ""
    known = f", accounts AS ({_newest_sql('account_records', _ACCOUNT, accounts.values(), 'TRUE')})" if accounts else ""
    if altered:
        whose = "profile_id IN (SELECT profile_id FROM changes)"
        newest = _newest_sql("customer_records", "profile_id", sorted(altered), whose, told="")
        known += f", {changes_sql(altered, own, newest, among)}"
    return (
        "WITH people AS (SELECT profile_id, MIN(first_seen_at) AS first_seen_at FROM identifiers "
        f"WHERE {among} GROUP BY profile_id), given AS ({_newest_sql('customer_records', 'profile_id', own, among)})"
        f"{known} SELECT people.profile_id, people.first_seen_at{chosen} "
        f"FROM people LEFT JOIN given ON given.profile_id = people.profile_id{beside}"
    )


def _changed(name: str) -> str:
    column, has = identifier(name), identifier(f"has_{name}")
    return f"CASE WHEN changed.{has} THEN changed.{column} ELSE given.{column} END AS {column}"


def _newest_sql(records: str, key: str, attributes: Iterable[str], among: str, told: str = ".value") -> str:
    newest = "".join(
        f", (MAX({{'at': true_at, 'batch': COALESCE(batch_id, 0), "
        f"'value': {identifier(name)}}}) FILTER (WHERE {identifier(name)} IS NOT NULL)){told} AS {identifier(name)}"
        for name in attributes
    )
    return _NEWEST.format(key=key, newest=newest, records=records, among=among)


def refresh_traits_view(engine: Engine) -> None:
    """Make the view ``traits``: given attributes and computed traits side by side, one row a profile.

    A column that bears the name of a computed trait is hidden by it, as in rules.
    """
    refreshed = engine.columns("traits_computed") if "traits_computed" in engine.tables() else {}
    computed = [name for name in refreshed if name != "profile_id"]
    taken = {name.lower() for name in computed}
    given = [name for name in engine.columns("profiles") if name.lower() not in taken]
    columns = [f"p.{identifier(name)}" for name in given] + [f"t.{identifier(name)}" for name in computed]
    join = " LEFT JOIN traits_computed AS t ON t.profile_id = p.profile_id" if computed else ""
    engine.view("traits", f"SELECT {', '.join(columns)} FROM profiles AS p{join}")


def write_assignments(
    engine: Engine,
    segmentation: str,
    selection: str,
    as_of: datetime,
    parameters: Mapping[str, object] | None = None,
) -> int:
    """Replace the rows of ``segmentation`` in ``assignments``; returns how many there are now.

    ``selection`` is a query giving ``profile_id`` and ``segment``, one row per profile. Rows
    with a NULL segment are left out: such a profile belongs to no part. Readers see the old
    rows or the new ones, never both.

    >>> from coterie.engines import open_warehouse
    >>> engine = open_warehouse(None)
    >>> write_assignments(engine, "halves", "SELECT 7 AS profile_id, 'upper' AS segment", datetime(2026, 1, 1))
    1
    """
    bound = {**(parameters or {}), "segmentation": segmentation, "assigned_as_of": as_of}
    with engine.transaction():
        engine.execute("DELETE FROM assignments WHERE segmentation = $segmentation", {"segmentation": segmentation})
        engine.execute(
            f"""INSERT INTO assignments (profile_id, segmentation, segment, as_of)
                SELECT profile_id, $segmentation, segment, CAST($assigned_as_of AS TIMESTAMP)
                FROM ({selection}) WHERE segment IS NOT NULL""",
            bound,
        )
        counted = engine.query(
            "SELECT count(*) FROM assignments WHERE segmentation = $segmentation", {"segmentation": segmentation}
        )
    return int(counted.column(0)[0].as_py())
