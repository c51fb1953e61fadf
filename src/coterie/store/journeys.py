"""PublishedJourneys as they were published: the definition that people follow, and whether they do."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Literal, cast

import pyarrow as pa
import sqlalchemy as sa

from coterie.errors import NotReady, listed
from coterie.store.metadata import INSTANT, METADATA
from coterie.store.sealed import Sealed
from coterie.store.stored import stored_object
from coterie.words import sentence

JOURNEYS = sa.Table(
    "journeys",
    METADATA,
    sa.Column("journey", sa.String, primary_key=True),
    sa.Column("version", sa.BigInteger, nullable=False),
    sa.Column("body", sa.Text, nullable=False),
    sa.Column("timezone", sa.String, nullable=False),
    sa.Column("state", sa.String, nullable=False),
    sa.Column("began_at", INSTANT, nullable=False),
    sa.Column("published_at", INSTANT, nullable=False),
    sa.Column("changed_at", INSTANT, nullable=False),
    sa.Column("seal", sa.String),
)

JourneyState = Literal["running", "paused", "draining", "stopped"]
"""``draining``: nobody enters, and those inside go on. ``stopped``: nobody moves again."""


@dataclass(frozen=True, slots=True)
class Journey:
    """A journey that was published: the definition that counts, its state, and since when.

    ``began_at`` is the first publishing, ``changed_at`` the last change of its state.
    """

    journey: str
    version: int
    body: Mapping[str, object]
    timezone: str
    state: JourneyState
    began_at: datetime
    published_at: datetime
    changed_at: datetime


class PublishedJourneys:
    """The published journeys of a workspace, inside one transaction."""

    def __init__(self, connection: sa.Connection, sealed: Sealed) -> None:
        self._connection, self._sealed = connection, sealed

    def all(self) -> list[Journey]:
        """Every journey that was published, by name."""
        return [_read(row) for row in self._sealed.read(sa.select(JOURNEYS).order_by(JOURNEYS.c.journey))]

    def find(self, journey: str) -> Journey | None:
        """One journey, or None before it was published."""
        rows = list(self._sealed.read(sa.select(JOURNEYS).where(JOURNEYS.c.journey == journey)))
        return _read(rows[0]) if rows else None

    def one(self, journey: str) -> Journey:
        """One journey; raises ``NotReady`` before it was published."""
        found = self.find(journey)
        if found is None:
            known = listed([each.journey for each in self.all()])
            raise NotReady(
                sentence("journey {name!r} has not been published; published: {known}", name=journey, known=known)
            )
        return found

    def put(self, journey: Journey) -> None:
        """Write a journey, in place of what stood under its name."""
        row = {
            "journey": journey.journey,
            "version": journey.version,
            "body": json.dumps(journey.body, sort_keys=True, ensure_ascii=False),
            "timezone": journey.timezone,
            "state": journey.state,
            "began_at": journey.began_at,
            "published_at": journey.published_at,
            "changed_at": journey.changed_at,
        }
        chosen = sa.select(JOURNEYS).where(JOURNEYS.c.journey == journey.journey)
        if not self._sealed.update(chosen, row):
            self._sealed.insert(JOURNEYS, pa.Table.from_pylist([row]))


def _read(row: Mapping[str, object]) -> Journey:
    name = str(row["journey"])
    return Journey(
        name,
        cast("int", row["version"]),
        stored_object(str(row["body"]), f"journey {name}"),
        str(row["timezone"]),
        cast("JourneyState", row["state"]),
        cast("datetime", row["began_at"]),
        cast("datetime", row["published_at"]),
        cast("datetime", row["changed_at"]),
    )
