"""Find the one profile that a person means."""

from __future__ import annotations

from collections.abc import Iterable

import pyarrow as pa

from coterie.engines import Engine
from coterie.errors import NotReady, Refused, UnknownName
from coterie.identifiers import keys_of
from coterie.settings import WorkspaceSettings
from coterie.words import sentence

_PROFILE = "profile"


def has_people(engine: Engine) -> bool:
    """Whether anything was loaded that names anybody."""
    return bool(engine.query("SELECT 1 FROM identifiers LIMIT 1").num_rows)


def find_profile(engine: Engine, key: str | int, *, settings: WorkspaceSettings | None = None) -> int:
    """The profile that ``key`` names: a profile's number, an identifier's value, or ``namespace:value``.

    An ``int`` is a profile's number, as is ``profile:12``. A text is looked for in every
    namespace, as given and normalized. Raises ``UnknownName`` with the nearest values when
    nobody has it, and ``Refused`` listing the choices when several do. The number of a
    profile that was merged into another finds the other.
    """
    settings = settings or WorkspaceSettings()
    if not has_people(engine):
        raise NotReady("no customers are known yet; load a file with `coterie load` first")
    if isinstance(key, int):
        return _by_number(engine, str(key))
    namespace, _, value = key.partition(":")
    if namespace == _PROFILE:
        return _by_number(engine, value)
    known = engine.query("SELECT DISTINCT namespace FROM identifiers ORDER BY ALL")["namespace"].to_pylist()
    if value and namespace in known:
        found = _matches(engine, value, [namespace], settings)
    else:
        found = _matches(engine, key, known, settings)
        # People know their own keys; a profile's number counts only where no key is spelled like it.
        numbered = None if found else _profile_numbered(engine, key)
        if numbered is not None:
            return numbered
    if not found:
        if _names_nobody(engine, value if namespace in known else key):
            raise Refused(sentence("{key!r} names nobody: it is a placeholder, or cannot be an identifier", key=key))
        raise UnknownName("customer", key, _nearest(engine, value if namespace in known else key))
    if len(found) > 1:
        choices = "; ".join(f"{' or '.join(names)} (profile {profile})" for profile, names in sorted(found.items()))
        raise Refused(
            sentence(
                "{key!r} names {n} {n|customer|customers}; say which: {choices}", key=key, n=len(found), choices=choices
            )
        )
    return next(iter(found))


_ASKED = pa.schema([(name, pa.string()) for name in ("key", "namespace", "value", "spelling")])


def find_identifiers(engine: Engine, keys: Iterable[str], *, country: str) -> pa.Table:
    """Columns ``key, identifier_id``: the identifiers that each of ``keys`` means, in any spelling.

    A key is ``namespace:value``, or a value alone in whatever namespace.
    """
    known = engine.query("SELECT DISTINCT namespace FROM identifiers ORDER BY ALL")["namespace"].to_pylist()
    split = [(key, *key.partition(":")[::2]) for key in dict.fromkeys(keys)]
    every = [_ASKED.empty_table()]
    for namespace in known:
        meant = [
            (key, value if before == namespace and value else key)
            for key, before, value in split
            if before == namespace or before not in known or not value
        ]
        asked, values = (pa.array([pair[place] for pair in meant], pa.string()) for place in (0, 1))
        named = pa.repeat(namespace, len(meant)).cast(pa.string())
        every.append(pa.table([asked, named, values, keys_of(namespace, values, country)], _ASKED))
    with engine.temporary("asked", pa.concat_tables(every)) as table:
        return engine.query(
            f"""SELECT a.key, i.identifier_id FROM {table} AS a JOIN identifiers AS i USING (namespace, value)
            UNION SELECT a.key, k.identifier_id FROM {table} AS a
            JOIN identifier_keys AS k ON k.namespace = a.namespace AND k.key = a.spelling WHERE NOT k.is_blocked
            ORDER BY ALL"""
        )


def _by_number(engine: Engine, number: str) -> int:
    found = _profile_numbered(engine, number)
    if found is None:
        raise UnknownName(_PROFILE, number, ())
    return found


def _profile_numbered(engine: Engine, number: str) -> int | None:
    if not number.strip().isdecimal() or len(number) > 18:
        return None
    rows = engine.query("SELECT profile_id FROM identifiers WHERE identifier_id = $id", {"id": int(number)})
    return rows["profile_id"][0].as_py() if rows.num_rows else None


def _matches(engine: Engine, value: str, namespaces: list[str], settings: WorkspaceSettings) -> dict[int, list[str]]:
    """Profiles that hold ``value`` in one of ``namespaces`` → what names them."""
    found: dict[int, list[str]] = {}
    for namespace in namespaces:
        key = keys_of(namespace, pa.array([value], pa.string()), settings.country)[0].as_py()
        rows = engine.query(
            """SELECT DISTINCT p.profile_id, i.value, i.value = $value AS is_exact
            FROM identifiers AS i LEFT JOIN identifier_keys AS k USING (identifier_id)
            JOIN (SELECT identifier_id, profile_id FROM identifiers WHERE profile_id IS NOT NULL
                  UNION ALL SELECT identifier_id, profile_id FROM shared_identifiers) AS p USING (identifier_id)
            WHERE i.namespace = $namespace AND (i.value = $value OR k.key = $key) ORDER BY ALL""",
            {"value": value, "namespace": namespace, "key": key},
        ).to_pylist()
        # Two people may share a normalized value (told apart, or blocked); the exact one is meant.
        exact = [row for row in rows if row["is_exact"]]
        for row in exact or rows:
            found.setdefault(row["profile_id"], []).append(f"{namespace}:{row['value']}")
    return found


def _names_nobody(engine: Engine, value: str) -> bool:
    rows = engine.query(
        "SELECT 1 FROM identifiers WHERE value = $value AND profile_id IS NULL LIMIT 1", {"value": value.strip()}
    )
    return bool(rows.num_rows)


def _nearest(engine: Engine, value: str) -> list[str]:
    rows = engine.query(
        """SELECT namespace || ':' || value AS name FROM identifiers
        -- An address named by mistake would be another person's: only keys of the business are suggested.
        WHERE namespace NOT IN ('email', 'phone', 'device_id') AND profile_id IS NOT NULL
        ORDER BY jaro_winkler_similarity(lower(value), lower($value)) DESC, identifier_id LIMIT 5""",
        {"value": value},
    )
    return list(rows["name"].to_pylist())
