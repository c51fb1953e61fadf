"""Lists of a workspace: people are put on them and taken off, one by one."""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import cast
from uuid import uuid4

import pyarrow as pa

from coterie.collect import record_events
from coterie.collect.intake.newcomers import NAMESPACES, take_in_newcomers
from coterie.engines import Touched
from coterie.errors import CoterieError, Refused, UnknownName
from coterie.identifiers import addresses_of, matcher_for
from coterie.profile.listed import LIST_JOINED, LIST_LEFT, changes_sql, stands_sql
from coterie.resolve import find_identifiers, find_profile, has_people
from coterie.segment import ListDefinition
from coterie.segment.lists import on_list_sql, uploaded_lists
from coterie.words import Sentence, sentence
from coterie.workspace.definitions import DefinitionKept, Definitions
from coterie.workspace.frame import Frame
from coterie.workspace.people import people_of
from coterie.workspace.reading import reads_brought
from coterie.workspace.stand import Stand

_TOLD = 20


@dataclass(frozen=True)
class KeyRefused:
    """A key by which nobody was put on a list or taken off, and why."""

    key: str
    reason: str


@dataclass(frozen=True)
class ListChanged:
    """What became of the keys: ``changed`` people were put on the list or taken off, ``unchanged`` stood there so already.

    ``newcomers`` counts those of the changed whom nobody knew: they are people from now on, known by their key alone. ``refused`` counts
    keys that name nobody or several; ``reasons`` tells of the first 20.
    """

    list: str
    keys: int
    changed: int
    unchanged: int
    newcomers: int
    refused: int
    reasons: tuple[KeyRefused, ...] = ()


@dataclass(frozen=True)
class ListShown:
    """A list: how many are on it, when that changed last (naive UTC), and ``is_uploaded`` where it is replaced as a whole."""

    name: str
    label: str
    description: str
    people: int
    changed_at: datetime | None
    is_uploaded: bool


@dataclass
class _Named:
    """Whom keys name: profile → the first key; keys that nobody has; keys that name nobody for certain, and why."""

    people: dict[int, str]
    unknown: list[tuple[str, str, str]]
    refused: dict[str, Sentence]


class Lists:
    """Lists that people are put on and taken off; ``ws.lists``."""

    def __init__(self, stand: Stand) -> None:
        self._stand = stand

    @reads_brought
    def list(self) -> Frame:
        """Every list with how many are on it by now: ``name, label, people, changed_at, is_uploaded``."""
        names = sorted({*self._stand.bodies("list"), *uploaded_lists(self._stand.engine)})
        rows = [vars(self._shown(name)) for name in names]
        return Frame.of([{field.name: row[field.name] for field in _LISTED} for row in rows], schema=_LISTED)

    @reads_brought
    def show(self, name: str) -> ListShown:
        """One list; raises ``UnknownName`` with the nearest."""
        self._check_there(name)
        return self._shown(name)

    @reads_brought
    def members(self, name: str, *, after: int = 0, most: int | None = None) -> Frame:
        """Who is on a list by now, by number: ``profile_id, key, email`` and their traits; at most ``most`` above ``after``."""
        self._check_there(name)
        bounded = "" if most is None else f" LIMIT {most}"
        found = self._stand.engine.query(
            f"SELECT profile_id FROM ({on_list_sql(self._stand.engine, name)}) SEMI JOIN profiles USING (profile_id) "
            f"WHERE profile_id > $after ORDER BY profile_id{bounded}",
            {"after": after},
        )
        return people_of(self._stand, found)

    def create(self, name: str, *, label: str = "", description: str = "", dry_run: bool = False) -> DefinitionKept:
        """Let there be a list, on which nobody is yet; the same as a definition of the kind ``list``.

        Raises ``Refused`` where there is one of that name.
        """
        if name in self._stand.bodies("list"):
            raise Refused(
                sentence("there is a list {name!r} already; put people on it, or choose another name", name=name)
            )
        body = ListDefinition.model_validate({"name": name, "label": label, "description": description})
        given = body.model_dump(mode="json", exclude_defaults=True)
        return Definitions(self._stand).put("list", given, dry_run=dry_run)

    def add(self, name: str, people: Iterable[str]) -> ListChanged:
        """Put people on a list, named by customer key, e-mail, ``namespace:value`` or ``profile:number``, in any spelling.

        Whoever is not known yet is from now on, where the key says what it is. Raises ``UnknownName`` for a list there is not.
        """
        return self._change(name, people, LIST_JOINED)

    def remove(self, name: str, people: Iterable[str]) -> ListChanged:
        """Take people off a list, named as for ``add``; raises ``UnknownName`` for a list there is not."""
        return self._change(name, people, LIST_LEFT)

    def _check_there(self, name: str) -> None:
        known = {*self._stand.bodies("list"), *uploaded_lists(self._stand.engine)}
        if name not in known:
            raise UnknownName("list", name, known)

    def _shown(self, name: str) -> ListShown:
        body = self._stand.bodies("list").get(name)
        found = self._stand.engine.query(
            f"SELECT count(*) AS people FROM ({on_list_sql(self._stand.engine, name)}) SEMI JOIN profiles USING (profile_id)"
        )
        changed = None
        if body is not None:
            told = self._stand.engine.query(f"SELECT max(since) AS at FROM ({stands_sql(name)})")
            changed = cast("datetime | None", told["at"][0].as_py())
        definition = ListDefinition.model_validate(body or {"name": "uploaded"})
        return ListShown(
            name, definition.label, definition.description, found["people"][0].as_py(), changed, body is None
        )

    def _change(self, name: str, people: Iterable[str], act: str) -> ListChanged:
        stand, engine = self._stand, self._stand.engine
        known = stand.bodies("list")
        if name not in known:
            if name in uploaded_lists(engine):
                raise Refused(
                    sentence(
                        "the list {name!r} was uploaded, and is replaced as a whole by `coterie segments upload`; "
                        "create another list to put people on it one by one",
                        name=name,
                    )
                )
            raise UnknownName("list", name, known)
        keys = list(dict.fromkeys(key.strip() for key in people if key.strip()))
        stand.bring_people()
        touched = Touched()
        with engine.transaction(touched):
            named = self._named(keys)
            newcomers = self._new_people(named) if act == LIST_JOINED else {}
            if act == LIST_LEFT:
                named.refused |= {key: sentence("nobody here is known by it") for key, *_ in named.unknown}
            numbers = {*named.people, *newcomers}
            changing = self._standing_otherwise(name, numbers, act)
            self._record(name, changing, act)
            touched.people = frozenset(changing)
        with stand.ledger.transaction() as t:
            told = {"people": len(changing), "keys": len(keys)}
            t.audit.append(_AUDITED[act], f"list {name}", told, actor=stand.actor, at=stand.clock())
        return ListChanged(
            name,
            len(keys),
            len(changing),
            len(numbers) - len(changing),
            len(newcomers),
            len(named.refused),
            tuple(KeyRefused(key, why.told(stand.lang)) for key, why in list(named.refused.items())[:_TOLD]),
        )

    def _named(self, keys: Iterable[str]) -> _Named:
        stand, found = self._stand, _Named({}, [], {})
        asked = [key for key in keys if not key.startswith(_NUMBER)]
        several: dict[str, set[int | None]] = {}
        for row in self._found(asked):
            several.setdefault(str(row["key"]), set()).add(cast("int | None", row["profile_id"]))
        for key in keys:
            numbers = several.get(key)
            if numbers is not None and len(numbers) == 1 and (number := next(iter(numbers))) is not None:
                found.people.setdefault(number, key)
            elif numbers is None and not key.startswith(_NUMBER):
                self._not_known(key, found)
            else:
                try:
                    found.people.setdefault(find_profile(stand.engine, key, settings=stand.settings), key)
                except CoterieError as fault:
                    found.refused[key] = fault.sentence
        return found

    def _found(self, keys: Sequence[str]) -> Sequence[dict[str, object]]:
        engine = self._stand.engine
        if not keys or not has_people(engine):
            return []
        meant = engine.aside("meant", find_identifiers(engine, keys, country=self._stand.settings.country))
        rows: Sequence[dict[str, object]] = engine.query(
            f"SELECT DISTINCT key, profile_id FROM {meant} JOIN identifiers USING (identifier_id) ORDER BY ALL"
        ).to_pylist()
        return rows

    def _not_known(self, key: str, found: _Named) -> None:
        namespace, _, value = key.partition(":")
        if namespace in NAMESPACES and value.strip():
            found.unknown.append((key, namespace, value.strip()))
        elif "@" in key:
            found.unknown.append((key, "email", key))
        else:
            found.refused[key] = sentence(
                "nobody here is known by it; write customer_id:{key} or the like to put somebody on a list who is not known yet",
                key=key,
            )

    def _new_people(self, named: _Named) -> dict[int, str]:
        """Whoever is not known yet, known from now on by a key each; keys that cannot name anybody are refused."""
        stand, engine = self._stand, self._stand.engine
        fresh: dict[tuple[str, str], tuple[str, str]] = {}
        for namespace in dict.fromkeys(namespace for _, namespace, _ in named.unknown):
            mine = [(key, value) for key, of, value in named.unknown if of == namespace]
            matcher, values = (
                matcher_for(namespace, stand.settings),
                pa.array([value for _, value in mine], pa.string()),
            )
            same = matcher.normalize(values, stand.settings.country)
            blocked = matcher.is_blocked(same).to_pylist()
            addresses = addresses_of(namespace, values, stand.settings.country).to_pylist()
            for (key, _), spelling, is_blocked, address in zip(mine, same.to_pylist(), blocked, addresses, strict=True):
                if spelling is None or is_blocked:
                    named.refused[key] = _NOBODY
                else:
                    fresh.setdefault((namespace, spelling), (key, address))
        pairs = [(namespace, address) for (namespace, _), (_, address) in fresh.items()]
        taken = take_in_newcomers(engine, stand.settings, stand.ledger, pairs, source="lists", at=stand.clock())
        if not pairs:
            return {}
        columns = dict(zip(("namespace", "value"), map(list, zip(*pairs, strict=True)), strict=True))
        told = engine.aside("told", pa.table(columns))
        rows = engine.query(
            f"SELECT namespace, value, profile_id FROM identifiers SEMI JOIN {told} USING (namespace, value)"
        )
        numbers = {(row["namespace"], row["value"]): row["profile_id"] for row in rows.to_pylist()}
        found: dict[int, str] = {}
        for pair, (key, _), is_taken in zip(pairs, fresh.values(), taken, strict=True):
            if is_taken and numbers.get(pair) is not None:
                found[numbers[pair]] = key
            else:
                named.refused[key] = _NOBODY
        return found

    def _standing_otherwise(self, name: str, numbers: set[int], act: str) -> Sequence[int]:
        engine = self._stand.engine
        meant = engine.aside("meant", pa.table({"profile_id": pa.array(sorted(numbers), pa.int64())}))
        found = engine.query(
            f"SELECT m.profile_id FROM {meant} AS m LEFT JOIN ({stands_sql(name)}) AS s USING (profile_id) "
            "WHERE coalesce(s.is_on_it, FALSE) <> $wanted ORDER BY 1",
            {"wanted": act == LIST_JOINED},
        )
        return cast("Sequence[int]", found["profile_id"].to_pylist())

    def _record(self, name: str, people: Iterable[int], act: str) -> None:
        stand, now = self._stand, self._stand.clock()
        # Behind whatever happened at the very same instant: a clock may be coarse.
        following = stand.engine.query(
            f"SELECT coalesce(max(place.visit), -1) + 1 AS n FROM ({changes_sql(name)}) WHERE occurred_at = $now",
            {"now": now},
        )["n"][0].as_py()
        rows = [
            {
                "event_id": f"list-{uuid4().hex}",
                "name": act,
                "occurred_at": now,
                "identifier_id": person,
                "properties": json.dumps({"list": name, "visit": following, "by": stand.actor}, ensure_ascii=False),
            }
            for person in people
        ]
        if rows:
            record_events(stand.engine, pa.Table.from_pylist(rows), clock=stand.clock)


_NUMBER = "profile:"
_NOBODY = Sentence("it cannot name anybody")
_AUDITED = {LIST_JOINED: "list added to", LIST_LEFT: "list taken from"}
_LISTED = pa.schema(
    [
        ("name", pa.string()),
        ("label", pa.string()),
        ("people", pa.int64()),
        ("changed_at", pa.timestamp("us")),
        ("is_uploaded", pa.bool_()),
    ]
)
