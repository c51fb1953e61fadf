"""What a set of definitions would change in the ledger, and changing it."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Literal

from coterie.run.definition_files import SECTIONS, WrittenDefinition
from coterie.store import Ledger
from coterie.words import Sentence

_NOTHING = Sentence("")

Act = Literal["add", "change", "keep", "retire"]


@dataclass(frozen=True)
class Change:
    """What becomes of one definition; ``fields`` are the parts that differ.

    ``size_before`` and ``size_after`` count the profiles of a segment now and under the
    new rule; None for other kinds, and for a retired or new side. ``made_from`` is the version
    that was compared, 0 where there was none.
    """

    kind: str
    name: str
    act: Act
    fields: tuple[str, ...] = ()
    where: str = ""
    size_before: int | None = None
    size_after: int | None = None
    warning: Sentence = _NOTHING
    made_from: int | None = None


def plain(body: Mapping[str, object]) -> dict[str, object]:
    """A YAML body as JSON has it: dates become ISO text, keys become text.

    >>> plain({"since": date(2011, 9, 1)})
    {'since': '2011-09-01'}
    """
    return {str(key): _plain(value) for key, value in body.items()}


def _plain(value: object) -> object:
    if isinstance(value, Mapping):
        return plain(value)
    if isinstance(value, list | tuple):
        return [_plain(item) for item in value]
    return value.isoformat() if isinstance(value, datetime | date) else value


def compare(ledger: Ledger, definitions: Sequence[WrittenDefinition], *, prune: bool = False) -> list[Change]:
    """One ``Change`` a definition, in the order of dependence; with ``prune`` also what would be retired."""
    changes: list[Change] = []
    with ledger.reading() as t:
        for kind in SECTIONS.values():
            known = t.definitions.all(kind)
            given = {d.name: d for d in definitions if d.kind == kind}
            for name, definition in given.items():
                old = known.get(name)
                fields = _differing(old.body if old else {}, definition.body)
                act: Act = "add" if old is None else "change" if fields else "keep"
                made_from = old.version if old else 0
                changes.append(Change(kind, name, act, fields if old else (), definition.where, made_from=made_from))
            changes += [
                Change(kind, name, "retire", made_from=old.version)
                for name, old in known.items()
                if prune and name not in given
            ]
    return changes


def _differing(old: Mapping[str, object], new: Mapping[str, object]) -> tuple[str, ...]:
    ours = json.loads(json.dumps(plain(new), sort_keys=True))
    return tuple(sorted(key for key in {*old, *ours} if old.get(key) != ours.get(key)))


def save_changes(
    ledger: Ledger, changes: Iterable[Change], definitions: Iterable[WrittenDefinition], *, author: str, at: datetime
) -> None:
    """Write the changes in one transaction, with a line each in the audit log.

    Raises ``Overtaken`` where one of them was changed by somebody else since ``compare``; then nothing is written.
    """
    bodies = {(d.kind, d.name): plain(d.body) for d in definitions}
    with ledger.transaction() as t:
        for change in changes:
            if change.act == "keep":
                continue
            if change.act == "retire":
                saved = t.definitions.retire(change.kind, change.name, author=author, at=at, made_from=change.made_from)
            else:
                body = bodies[change.kind, change.name]
                saved = t.definitions.save(
                    change.kind, change.name, body, author=author, at=at, made_from=change.made_from
                )
            subject = f"{change.kind} {change.name}"
            t.audit.append(f"definition {change.act}", subject, {"version": saved.version}, actor=author, at=at)
