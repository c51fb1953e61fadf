"""Fits: what computations learned from data. Nobody wrote them, and definitions hold none of them."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

import pyarrow as pa
import sqlalchemy as sa

from coterie.errors import UnknownName
from coterie.store.metadata import INSTANT, METADATA
from coterie.store.sealed import Sealed
from coterie.store.stored import stored_object

FITS = sa.Table(
    "fits",
    METADATA,
    sa.Column("kind", sa.String, primary_key=True),
    sa.Column("name", sa.String, primary_key=True),
    sa.Column("number", sa.Integer, primary_key=True, autoincrement=False),
    sa.Column("body", sa.Text, nullable=False),
    sa.Column("fitted_at", INSTANT, nullable=False),
    sa.Column("author", sa.String, nullable=False),
    # Of fits from before they were kept apart, the body alone may tell these.
    sa.Column("as_of", INSTANT),
    sa.Column("profiles", sa.BigInteger),
    sa.Column("made_by", sa.String),
    sa.Column("validation", sa.Text),
    sa.Column("seal", sa.String),
)

_OF_NAME = sa.select(FITS).where(FITS.c.kind == sa.bindparam("kind"), FITS.c.name == sa.bindparam("name"))
_ONE = _OF_NAME.where(FITS.c.number == sa.bindparam("number"))


@dataclass(frozen=True, slots=True)
class KeptFit:
    """One fit: what was learned, on which data, when, by whom and which Coterie, and how it stood the test.

    ``as_of`` is the instant whose past it was fitted on and ``profiles`` how many people that
    were; ``validation`` says how it did on what it had not seen. Each is None where it is not known.
    """

    kind: str
    name: str
    body: Mapping[str, object]
    fitted_at: datetime
    author: str
    as_of: datetime | None = None
    profiles: int | None = None
    made_by: str | None = None
    validation: Mapping[str, object] | None = None
    number: int = 0


class Fits:
    """The fits of a workspace, inside one transaction. Each stays; the newest counts."""

    def __init__(self, connection: sa.Connection, sealed: Sealed) -> None:
        self._connection, self._sealed = connection, sealed

    def add(self, fit: KeptFit) -> int:
        """Keep ``fit``; its number, counted from 1 for each kind and name."""
        last = sa.select(sa.func.max(FITS.c.number)).where(FITS.c.kind == fit.kind, FITS.c.name == fit.name)
        number = (self._connection.execute(last).scalar_one() or 0) + 1
        row = {
            "kind": fit.kind,
            "name": fit.name,
            "number": number,
            "body": _text(fit.body),
            "fitted_at": fit.fitted_at,
            "author": fit.author,
            "as_of": fit.as_of,
            "profiles": fit.profiles,
            "made_by": fit.made_by,
            "validation": None if fit.validation is None else _text(fit.validation),
        }
        self._sealed.insert(FITS, pa.Table.from_pylist([row]))
        return number

    def one(self, kind: str, name: str, number: int) -> KeptFit:
        """A fit by its number; raises ``UnknownName``."""
        row = self._connection.execute(_ONE, {"kind": kind, "name": name, "number": number}).first()
        if row is None:
            known = [f"{name} {fit.number}" for fit in self.of(kind, name)]
            raise UnknownName("fit", f"{name} {number}", known)
        return _fit(row)

    def of(self, kind: str, name: str) -> list[KeptFit]:
        """All fits of ``name``, oldest first."""
        rows = self._connection.execute(_OF_NAME.order_by(FITS.c.number), {"kind": kind, "name": name})
        return [_fit(row) for row in rows]

    def all(self) -> list[KeptFit]:
        """Every fit, by kind, name and number."""
        return [_fit(row) for row in self._connection.execute(sa.select(FITS).order_by(*FITS.primary_key))]


def _text(body: Mapping[str, object]) -> str:
    return json.dumps(body, sort_keys=True, ensure_ascii=False)


def _fit(row: sa.Row[tuple[object, ...]]) -> KeptFit:
    place = f"{row.kind} {row.name}"
    return KeptFit(
        row.kind,
        row.name,
        stored_object(row.body, place),
        row.fitted_at,
        row.author,
        row.as_of,
        row.profiles,
        row.made_by,
        None if row.validation is None else stored_object(row.validation, place),
        row.number,
    )
