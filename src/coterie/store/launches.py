"""Launches: the campaign as it was decided, kept beside what it sent."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

import pyarrow as pa
import sqlalchemy as sa

from coterie.errors import NotReady, listed
from coterie.store.metadata import INSTANT, METADATA
from coterie.store.sealed import Sealed
from coterie.store.stored import stored_object
from coterie.words import sentence

LAUNCHES = sa.Table(
    "launches",
    METADATA,
    sa.Column("campaign", sa.String, primary_key=True),
    sa.Column("body", sa.Text, nullable=False),
    sa.Column("figures", sa.Text, nullable=False),
    sa.Column("as_of", INSTANT, nullable=False),
    sa.Column("launched_at", INSTANT, nullable=False),
    sa.Column("seal", sa.String),
)


@dataclass(frozen=True, slots=True)
class Launch:
    """The definition a campaign was launched with, and the figures of its audience."""

    campaign: str
    body: Mapping[str, object]
    figures: Mapping[str, object]
    as_of: datetime
    launched_at: datetime


class Launches:
    """The launches of a workspace, inside one transaction. A campaign is launched once."""

    def __init__(self, connection: sa.Connection, sealed: Sealed) -> None:
        self._connection, self._sealed = connection, sealed

    def add(self, launch: Launch) -> None:
        """Record a launch; raises on the second of one campaign."""
        row = {
            "campaign": launch.campaign,
            "body": json.dumps(launch.body, sort_keys=True, ensure_ascii=False),
            "figures": json.dumps(launch.figures, sort_keys=True, ensure_ascii=False),
            "as_of": launch.as_of,
            "launched_at": launch.launched_at,
        }
        self._sealed.insert(LAUNCHES, pa.Table.from_pylist([row]))

    def find(self, campaign: str) -> Launch | None:
        """The launch of ``campaign``, or None before it."""
        row = self._connection.execute(sa.select(LAUNCHES).where(LAUNCHES.c.campaign == campaign)).one_or_none()
        if row is None:
            return None
        return Launch(
            row.campaign,
            stored_object(row.body, f"launch {row.campaign}"),
            stored_object(row.figures, f"launch {row.campaign}"),
            row.as_of,
            row.launched_at,
        )

    def one(self, campaign: str) -> Launch:
        """The launch of ``campaign``; raises ``NotReady`` before it."""
        found = self.find(campaign)
        if found is None:
            known = listed(self.names())
            raise NotReady(
                sentence("campaign {name!r} has not been launched; launched: {known}", name=campaign, known=known)
            )
        return found

    def names(self) -> list[str]:
        """Campaigns launched, oldest first."""
        rows = self._connection.execute(sa.select(LAUNCHES.c.campaign).order_by(LAUNCHES.c.launched_at))
        return [str(name) for name in rows.scalars()]
