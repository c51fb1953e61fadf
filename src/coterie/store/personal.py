"""What the ledger keeps about one person: read out for them, and taken away."""

from __future__ import annotations

import json
import re
import secrets
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

import pyarrow as pa
import sqlalchemy as sa

from coterie.store.consents import CONSENTS, UNREAD
from coterie.store.coupons import COUPONS
from coterie.store.definitions import DEFINITIONS
from coterie.store.enrolments import ENROLMENTS, PATH
from coterie.store.exposures import EXPOSURES
from coterie.store.fits import FITS
from coterie.store.jobs import JOBS
from coterie.store.kept_answers import KEPT_ANSWERS
from coterie.store.launches import LAUNCHES
from coterie.store.metadata import FACTS
from coterie.store.outbox import OUTBOX
from coterie.store.receipts import RECEIPTS
from coterie.store.sealed import HEAD, Row, Sealed
from coterie.store.sets import in_chunks
from coterie.store.suppressions import SUPPRESSIONS
from coterie.store.touches import TOUCHES

ERASED_VALUE = "erased"
"""What stands where a definition named the person."""

_PSEUDONYMS = 1 << 62
_TEXTS: tuple[tuple[sa.Table, tuple[str, ...]], ...] = (
    (DEFINITIONS, ("body",)),
    (FITS, ("body", "validation")),
    (LAUNCHES, ("body", "figures")),
    (JOBS, ("detail",)),
)
"""Texts written by people and programs, in which an identifier of anybody may stand."""


@dataclass(frozen=True)
class Named:
    """A person as the ledger knows them: all numbers that they ever had, ``namespace:key``, and hashes of these.

    ``spellings`` are ``namespace:value`` in every way in which it is written, and addresses without their namespace.
    """

    numbers: Sequence[int]
    identities: Sequence[str]
    address_keys: Sequence[str]
    spellings: Sequence[str] = ()


class Personal:
    """What is kept about a person in all tables, inside one transaction."""

    def __init__(self, connection: sa.Connection, sealed: Sealed) -> None:
        self._connection, self._sealed = connection, sealed

    def of(self, who: Named) -> dict[str, list[Row]]:
        """Table → rows about them, without seals."""
        return {
            table.name: [{name: value for name, value in row.items() if name != "seal"} for row in rows]
            for table, chosen in _chosen(who)
            if (rows := [dict(row) for each in chosen for row in self._connection.execute(each).mappings()])
        }

    def erase(self, who: Named, exposures: pa.Table) -> dict[str, int]:
        """Take it all away, but for what says of nobody what was sent and measured; table → rows taken or made nobody's.

        ``exposures`` (``origin_kind, origin, occurrence, profile_id, outcome, spend_before, exposed_at``) are those that stay, each
        under a number that nobody else has; the person's others go. Messages stay to be counted, without address and
        whose they are; those still queued are refused.
        """
        counts: dict[str, int] = {}
        for table, chosen in _chosen(who):
            if table is EXPOSURES:
                counts[table.name] = self._exposures(chosen, exposures)
            elif table is OUTBOX:
                counts[table.name] = sum(self._sealed.update(each, _nobodys) for each in chosen)
            elif table is COUPONS:  # nobody else ever gets the code, so it stays
                counts[table.name] = sum(self._sealed.update(each, {"profile_id": None}) for each in chosen)
            elif table in (PATH, ENROLMENTS):
                counts[table.name] = sum(self._unsealed(each) for each in chosen)
            elif table is not SUPPRESSIONS:
                counts[table.name] = sum(self._sealed.delete(each) for each in chosen)
        counts |= self._texts(who.spellings)
        return {name: count for name, count in counts.items() if count}

    def _unsealed(self, chosen: sa.Select[tuple[object, ...]]) -> int:
        table = chosen.get_final_froms()[0]
        assert isinstance(table, sa.Table) and chosen.whereclause is not None  # noqa: S101, PT018 - as `_chosen` made it
        return self._connection.execute(sa.delete(table).where(chosen.whereclause)).rowcount

    def _exposures(self, chosen: Iterable[sa.Select[tuple[object, ...]]], staying: pa.Table) -> int:
        place = ("origin_kind", "origin", "occurrence", "profile_id")
        outcomes = {tuple(row[name] for name in place): row for row in staying.to_pylist()}
        rows = [row for each in chosen for row in self._sealed.read(each)]
        taken: set[int] = set()
        for row in rows:
            kept = outcomes.get(tuple(row[name] for name in place))
            one = _one(EXPOSURES, row)
            if kept is None:
                self._sealed.delete(one)
                continue
            while (number := -1 - secrets.randbelow(_PSEUDONYMS)) in taken:
                pass
            taken.add(number)
            told = {name: kept[name] for name in ("outcome", "spend_before", "exposed_at")}
            self._sealed.update(one, {"profile_id": number, **told})
        return len(rows)

    def _texts(self, spellings: Sequence[str]) -> dict[str, int]:
        """Spellings of the person in texts are blotted out; answers that hold one are given no more."""
        counts = {table.name: 0 for table, _ in _TEXTS}
        for table, names in _TEXTS:
            for row in [dict(row) for row in self._connection.execute(sa.select(table)).mappings()]:
                said = {name: text for name in names if isinstance(text := row[name], str)}
                new: Row = {name: told for name, text in said.items() if (told := blotted(text, spellings)) != text}
                if new and "seal" in table.c:
                    self._sealed.update(_one(table, row), new)
                elif new:
                    self._connection.execute(sa.update(table).where(*_is(table, row)).values(new))
                counts[table.name] += bool(new)
        answers = self._connection.execute(sa.select(KEPT_ANSWERS)).mappings().all()
        holding = [row for row in answers if blotted(row["body"], spellings) != row["body"]]
        for answer in holding:
            self._connection.execute(sa.delete(KEPT_ANSWERS).where(*_is(KEPT_ANSWERS, answer)))
        for fact in self._connection.execute(sa.select(FACTS).where(FACTS.c.name != HEAD)).mappings().all():
            if (text := blotted(fact["value"], spellings)) != fact["value"]:
                self._sealed.update(_one(FACTS, fact), {"value": text})
        return counts | {KEPT_ANSWERS.name: len(holding)}


def _chosen(who: Named) -> Iterator[tuple[sa.Table, list[sa.Select[tuple[object, ...]]]]]:
    """Tables, and the selects of their rows about the person, which have none in common."""

    def among(column: sa.Column[object], values: Iterable[object]) -> list[sa.Select[tuple[object, ...]]]:
        assert column.table is not None  # noqa: S101 - a column of one of our tables
        return [sa.select(column.table).where(column.in_(chunk)) for chunk in in_chunks(sorted(set(values)))]  # type: ignore[type-var]

    yield CONSENTS, among(CONSENTS.c.identity, who.identities)
    yield UNREAD, among(UNREAD.c.identity, who.identities)
    yield RECEIPTS, among(RECEIPTS.c.address_key, who.address_keys)
    yield OUTBOX, among(OUTBOX.c.profile_id, who.numbers)
    yield COUPONS, among(COUPONS.c.profile_id, who.numbers)
    yield TOUCHES, among(TOUCHES.c.profile_id, who.numbers)
    yield EXPOSURES, among(EXPOSURES.c.profile_id, who.numbers)
    walked = sa.select(ENROLMENTS.c.enrolment_id)  # the path goes first: whose it is stands with the enrolment
    yield (
        PATH,
        [
            sa.select(PATH).where(PATH.c.enrolment_id.in_(walked.where(ENROLMENTS.c.profile_id.in_(chunk))))
            for chunk in in_chunks(sorted(set(who.numbers)))
        ],
    )
    yield ENROLMENTS, among(ENROLMENTS.c.profile_id, who.numbers)
    yield SUPPRESSIONS, among(SUPPRESSIONS.c.address_key, who.address_keys)


def _nobodys(row: Mapping[str, object]) -> Row:
    """A message that is nobody's; one that is queued will not leave."""
    new: Row = {
        "profile_id": -1 - secrets.randbelow(_PSEUDONYMS),
        "address": "",
        "address_key": secrets.token_hex(16),
        "identities": json.dumps([]),
        "reply": None,
    }
    if row["state"] == "queued":
        new |= {"state": "refused", "reason": "suppressed", "finished_at": row["queued_at"]}
    else:
        new |= {"state": row["state"], "reason": row["reason"], "finished_at": row["finished_at"]}
    return new


def _one(table: sa.Table, row: Mapping[str, object] | sa.RowMapping) -> sa.Select[tuple[object, ...]]:
    return sa.select(table).where(*_is(table, row))


def _is(table: sa.Table, row: Mapping[str, object] | sa.RowMapping) -> list[sa.ColumnElement[bool]]:
    return [column == row[column.name] for column in table.primary_key]


def blotted(text: str, spellings: Iterable[str]) -> str:
    """``text``, a JSON or YAML, with the word that says so where one of the ``spellings`` stood, whatever letters are capitals.

    >>> blotted('{"keys": ["email:Ann@x.example", "email:joann@x.example"]}', ["email:ann@x.example", "ann@x.example"])
    '{"keys": ["email:erased", "email:joann@x.example"]}'
    """
    for spelt in sorted(spellings, key=len, reverse=True):
        namespace = f"{spelt.partition(':')[0]}:" if ":" in spelt else ""
        for written in {spelt, json.dumps(spelt)[1:-1], json.dumps(spelt, ensure_ascii=False)[1:-1]}:
            if written.lower() in text.lower():
                alone = rf"(?<![\w.+@-]){re.escape(written)}(?!\.?[\w@-])"
                text = re.sub(alone, namespace + ERASED_VALUE, text, flags=re.IGNORECASE)
    return text
