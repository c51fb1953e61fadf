"""Suppressions: blocks that outrank consent, by keyed hash of the address. Append-only."""

from __future__ import annotations

from collections.abc import Iterable

import pyarrow as pa
import pyarrow.compute as pc
import sqlalchemy as sa

from coterie.domain.consenting import is_by_link, lifts_links_alone
from coterie.store.metadata import INSTANT, METADATA, SERIAL
from coterie.store.sealed import Sealed, whole_rows
from coterie.store.sets import in_chunks, read_arrow

SUPPRESSIONS = sa.Table(
    "suppressions",
    METADATA,
    sa.Column("suppression_id", SERIAL, primary_key=True, autoincrement=True),
    sa.Column("address_key", sa.String, nullable=False),
    sa.Column("channel", sa.String, nullable=False),
    sa.Column("is_lifted", sa.Boolean, nullable=False),
    sa.Column("reason", sa.String, nullable=False),
    sa.Column("source", sa.String, nullable=False),
    sa.Column("actor", sa.String, nullable=False),
    sa.Column("occurred_at", INSTANT, nullable=False),
    sa.Column("seal", sa.String),
    sa.Index("ix_suppressions_address_key", "address_key", "channel"),
)


# Statements that a send repeats are built once: building one takes longer than running it.
_ROWS = SUPPRESSIONS.c
_TOLD = ("suppression_id", "address_key", "channel", "is_lifted", "reason", "source")
_ON = _ROWS.channel.in_([sa.bindparam("channel"), "*"])
_ALL = sa.select(*(_ROWS[name] for name in _TOLD)).where(_ON)
_SOME = whole_rows(SUPPRESSIONS).where(_ON, _ROWS.address_key.in_(sa.bindparam("keys", expanding=True)))


class Suppressions:
    """The suppressions of a workspace, inside one transaction. ``channel`` ``*`` blocks every channel."""

    def __init__(self, connection: sa.Connection, sealed: Sealed) -> None:
        self._connection, self._sealed = connection, sealed

    def add(self, rows: pa.Table) -> None:
        """Append rows; a row with ``is_lifted`` ends blocks before it for that key and channel, as ``active`` says."""
        self._sealed.insert(SUPPRESSIONS, rows)

    def active(self, channel: str, address_keys: Iterable[str] | None = None) -> pa.Table:
        """``address_key, channel, reason, source`` of every block that stands on ``channel``, of everybody or of ``address_keys``.

        Blocks stand beside each other until what ends them is said: a person who lifts ends all of an address on that channel, a
        link those of links. Raises ``Damaged`` at a row of ``address_keys`` that another hand changed; whoever asks of
        everybody has all seals checked before.
        """
        asked: dict[str, object] = {"channel": channel}
        if address_keys is None:
            return _standing(read_arrow(self._connection, _ALL, asked))
        chunks = list(in_chunks(sorted(set(address_keys)))) or [[]]
        return _standing(
            pa.concat_tables(self._sealed.read_arrow(_SOME, _TOLD, asked | {"keys": chunk}) for chunk in chunks)
        )

    def of(self, address_key: str) -> pa.Table:
        """Everything recorded about one key, oldest first."""
        chosen = SUPPRESSIONS.c.address_key == address_key
        order = SUPPRESSIONS.c.suppression_id
        return read_arrow(self._connection, sa.select(SUPPRESSIONS).where(chosen).order_by(order))


def _standing(rows: pa.Table) -> pa.Table:
    """Of all that was recorded of some addresses the blocks that nothing has ended since."""
    names = ["address_key", "channel", "reason", "source"]
    lifted = pc.unique(rows["address_key"].filter(rows["is_lifted"]))
    is_changed = pc.is_in(rows["address_key"], value_set=lifted)
    standing: dict[tuple[str, str], list[dict[str, str]]] = {}
    for row in rows.filter(is_changed).sort_by("suppression_id").to_pylist():
        blocks = standing.setdefault((row["address_key"], row["channel"]), [])
        if not row["is_lifted"]:
            blocks.append({name: row[name] for name in names})
        elif lifts_links_alone(row["source"]):
            blocks[:] = [each for each in blocks if not is_by_link(each["reason"], each["source"], each["channel"])]
        else:
            blocks.clear()
    kept = rows.filter(pc.invert(is_changed)).select(names)
    left = [block for blocks in standing.values() for block in blocks]
    return pa.concat_tables([kept, pa.Table.from_pylist(left, kept.schema)])
