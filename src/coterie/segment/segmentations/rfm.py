"""Recency, frequency, monetary: the grid, its named segments, its counts and revenue."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from itertools import product
from typing import Literal

from pydantic import BaseModel, ConfigDict, Field

from coterie.domain.meanings import ORDER
from coterie.engines import Engine, event_rows, identifier, unpriced_currencies
from coterie.errors import NotReady, UnknownName
from coterie.profile import order_coverage, write_assignments
from coterie.segment.segmentations.rfm_names import ALIKE, NO_ORDERS, SEGMENTS, RfmSegment, segment_of
from coterie.words import Sentence, sentence


class RfmDefinition(BaseModel):
    """How an RFM grid is cut.

    ``recency``, ``frequency`` and ``monetary`` are columns of ``traits``: days since the last
    order (or the instant of it), number of orders, revenue. Left out, all three are taken
    from completed orders before ``as_of``, days counted to where orders of the source are known. Unless all three are
    given, orders are taken.

    Scores run from 1 (worst) to ``tiles`` (best): the fewest days, the most orders and the most
    money are best. A score is one more than the whole part of ``tiles`` × place / buyers, the place being the middle of a buyer's place in line, from the worst.
    Equal values get equal scores: the lowest of their places for orders and money, the middle of them for days. Who has no orders is the
    part ``no_orders``, without scores. Two segmentations are written: ``<name>`` with the named parts, and ``<name>_cell``
    with the three scores, such as ``5-4-4``.
    """

    model_config = ConfigDict(extra="forbid", frozen=True, title="RFM")

    method: Literal["rfm"] = Field("rfm", description="Recency, frequency and monetary value.")
    name: str = Field("rfm", description="What commands and rules call the segmentation.")
    tiles: int = Field(5, ge=2, le=10, description="Scores per dimension, from 1 (worst) to this many (best).")
    recency: str | None = Field(
        None, description="Trait with the days since the last order, or its instant; completed orders when absent."
    )
    frequency: str | None = Field(None, description="Trait with the number of orders; completed orders when absent.")
    monetary: str | None = Field(None, description="Trait with the money spent; completed orders when absent.")


@dataclass(frozen=True)
class RfmCell:
    """Customers with the same three scores; revenue in the warehouse's currency. Scores are 0 without orders."""

    recency: int
    frequency: int
    monetary: int
    segment: str
    customers: int
    revenue: float


@dataclass(frozen=True)
class RfmPart:
    """One named segment: its size, its revenue and its shares of the base."""

    segment: RfmSegment
    customers: int
    revenue: float
    customer_share: float
    revenue_share: float
    median_recency_days: float | None
    median_orders: float | None


@dataclass(frozen=True)
class RfmScoreRange:
    """The values that got one score: ``dimension`` is recency (days), frequency (orders) or monetary."""

    dimension: str
    score: int
    low: float
    high: float
    customers: int


@dataclass(frozen=True)
class RfmResult:
    """The grid as it stood ``as_of``; the same assignment stands in ``assignments`` under ``definition.name``."""

    definition: RfmDefinition
    as_of: datetime
    customers: int
    with_orders: int
    cells: tuple[RfmCell, ...]
    parts: tuple[RfmPart, ...]
    ranges: tuple[RfmScoreRange, ...]

    def in_words(self) -> tuple[Sentence, ...]:
        """Which part brings most, and where the grid is fullest; nothing where nobody has ordered."""
        if not self.with_orders:
            return ()
        best = max(self.parts, key=lambda part: part.revenue)
        fullest = max(self.heat_map(), key=lambda cell: cell["customers"])
        return (
            sentence(
                "The most revenue comes from “{name}”: {revenue:.0%} of it, from {share:.0%} of the customers.",
                name=best.segment.name(),
                revenue=best.revenue_share,
                share=best.customer_share,
            ),
            sentence(
                "The fullest cell, recency {r} and frequency {f}, holds {n:,} of {buyers:,} {buyers|buyer|buyers}. Scores run from 1 to {tiles}; {tiles} is most recent and most frequent.",
                r=int(fullest["recency"]),
                f=int(fullest["frequency"]),
                n=int(fullest["customers"]),
                buyers=self.with_orders,
                tiles=self.definition.tiles,
            ),
        )

    def heat_map(self) -> list[dict[str, float]]:
        """Recency × frequency, one entry a pair of scores, empty pairs too: customers, revenue, revenue per customer."""
        tiles = range(1, self.definition.tiles + 1)
        entries = []
        for recency, frequency in product(reversed(tiles), tiles):
            here = [cell for cell in self.cells if (cell.recency, cell.frequency) == (recency, frequency)]
            customers, revenue = sum(cell.customers for cell in here), sum(cell.revenue for cell in here)
            entries.append(
                {
                    "recency": recency,
                    "frequency": frequency,
                    "customers": customers,
                    "revenue": revenue,
                    "revenue_per_customer": revenue / customers if customers else 0.0,
                }
            )
        return entries


_FROM_ORDERS = """
    SELECT p.profile_id,
           epoch(min({until} - o.occurred_at)) / 86400 AS recency,
           count(o.order_id) AS frequency,
           sum(o.revenue) AS monetary
    FROM profiles p LEFT JOIN {orders} AS o
      ON o.profile_id = p.profile_id AND o.occurred_at < CAST($as_of AS TIMESTAMP)
    GROUP BY p.profile_id"""


def _source(engine: Engine, definition: RfmDefinition, as_of: datetime, zone: str) -> str:
    names = (definition.recency, definition.frequency, definition.monetary)
    if None in names:
        if unpriced := unpriced_currencies(engine):
            raise NotReady(
                sentence(
                    "no rate is known for {currencies}, so nobody's money can be ranked; `coterie rates load FILE`",
                    currencies=", ".join(unpriced),
                )
            )
        # Days are counted to where orders of that source are known: what was not loaded yet is no silence.
        until = order_coverage(engine, as_of, zone).until_sql("o.source")
        return _FROM_ORDERS.format(orders=event_rows(engine, ORDER), until=until)
    known = engine.columns("traits")
    for name in names:
        if name not in known:
            raise UnknownName("trait", str(name), known)
    recency, frequency, monetary = (identifier(str(name)) for name in names)
    if known[str(definition.recency)].startswith(("TIMESTAMP", "DATE")):
        recency = f"epoch(CAST($as_of AS TIMESTAMP) - CAST({recency} AS TIMESTAMP)) / 86400"
    return f"SELECT profile_id, {recency} AS recency, {frequency} AS frequency, {monetary} AS monetary FROM traits"


def _score(order: str, above: str = "1") -> str:
    # The middle of a customer's place in line, in whole numbers: exact, and fair to bases of a handful.
    # rank() gives equals one place, the lowest, so that one-time buyers score 1 however many they are.
    return f"1 + (($tiles * (2 * rank() OVER (ORDER BY {order}) - 2 + {above})) // (2 * count(*) OVER ()))"


# Those who bought on the same day share the middle of their places: a base that all bought lately is not lost.
_SAME_DAY = "count(*) OVER (PARTITION BY recency)"


def _scored(source: str) -> str:
    return f"""
        WITH measured AS ({source}),
        buyers AS (SELECT * FROM measured WHERE recency IS NOT NULL AND frequency > 0),
        scored AS (
            SELECT profile_id, {_score("recency DESC", _SAME_DAY)} AS r, {_score("frequency")} AS f,
                   {_score("coalesce(monetary, 0)")} AS m
            FROM buyers)
        SELECT measured.profile_id, recency, frequency, coalesce(monetary, 0) AS monetary,
               coalesce(r, 0) AS r, coalesce(f, 0) AS f, coalesce(m, 0) AS m
        FROM measured LEFT JOIN scored USING (profile_id)"""


def _named(tiles: int, *, is_alike: bool) -> str:
    scores = range(1, tiles + 1)
    cells = ", ".join(
        f"({r}, {f}, {m}, '{ALIKE if is_alike else segment_of(r, f, m, tiles)}')"
        for r, f, m in product(scores, scores, scores)
    )
    return f"(VALUES {cells}, (0, 0, 0, '{NO_ORDERS}')) AS named (r, f, m, segment)"


def rfm(engine: Engine, definition: RfmDefinition | None = None, *, as_of: datetime, zone: str = "UTC") -> None:
    """Score everybody and write ``assignments``; ``rfm_grid`` tells of the same.

    Recency counts to the midnight (of ``zone``) after the newest order of a source. Equal values always get equal scores, so results do not depend on the order of rows: the
    lowest of their places for frequency and money, the middle of them for recency. Profiles without orders are a part
    of their own, ``no_orders``, and so are all buyers, ``alike``, where neither orders nor money tell any two apart.
    Two segmentations are written: ``<name>`` with the named segment, and ``<name>_cell`` with
    the three scores as text, such as ``5-4-4``. Raises ``UnknownName`` for a trait that is not there, ``NotReady``
    where orders are of several currencies without rates.

    >>> from coterie.engines import open_warehouse
    >>> engine = open_warehouse(None)
    >>> engine.execute("INSERT INTO profiles (profile_id) VALUES (1), (2)")
    >>> engine.execute(
    ...     "INSERT INTO orders BY NAME SELECT 'A' AS order_id, 1 AS profile_id, "
    ...     "TIMESTAMP '2026-01-01' AS occurred_at, 20 AS revenue, 'completed' AS status"
    ... )
    >>> rfm(engine, as_of=datetime(2026, 1, 31))
    >>> engine.query("SELECT profile_id, segment FROM assignments WHERE segmentation = 'rfm' ORDER BY 1").to_pylist()
    [{'profile_id': 1, 'segment': 'need_attention'}, {'profile_id': 2, 'segment': 'no_orders'}]
    """
    definition = definition or RfmDefinition()
    cell = "CASE WHEN r = 0 THEN NULL ELSE r || '-' || f || '-' || m END"
    with _scores(engine, definition, as_of, zone) as named, engine.transaction():
        write_assignments(engine, definition.name, f"SELECT profile_id, segment FROM {named}", as_of)
        write_assignments(
            engine, f"{definition.name}_cell", f"SELECT profile_id, {cell} AS segment FROM {named}", as_of
        )


def rfm_grid(
    engine: Engine, definition: RfmDefinition | None = None, *, as_of: datetime, zone: str = "UTC"
) -> RfmResult:
    """What ``rfm`` finds, with counts and revenue for a heat map; nothing is kept of it.

    >>> from coterie.engines import open_warehouse
    >>> engine = open_warehouse(None)
    >>> engine.execute("INSERT INTO profiles (profile_id) VALUES (1)")
    >>> [(part.segment.key, part.customers) for part in rfm_grid(engine, as_of=datetime(2026, 1, 31)).parts]
    [('no_orders', 1)]
    """
    definition = definition or RfmDefinition()
    with _scores(engine, definition, as_of, zone) as named:
        return _read(engine, definition, as_of, named)


@contextmanager
def _scores(engine: Engine, definition: RfmDefinition, as_of: datetime, zone: str) -> Iterator[str]:
    """The scores of everybody with the names of their parts, to be read from."""
    bound = {"as_of": as_of, "tiles": definition.tiles}
    with engine.temporary("rfm_scored", _scored(_source(engine, definition, as_of, zone)), bound) as scored:
        names = _named(definition.tiles, is_alike=_is_alike(engine, scored))
        yield f"(SELECT * FROM {scored} JOIN {names} USING (r, f, m)) AS scored"


def _is_alike(engine: Engine, scored: str) -> bool:
    """Whether two buyers or more all ordered as often and spent as much: words for more or less would be made up."""
    found = engine.query(
        f"""SELECT count(*) > 1 AND min(frequency) = max(frequency) AND min(monetary) = max(monetary) AS alike
        FROM {scored} WHERE r > 0"""
    )
    return bool(found["alike"][0].as_py())


def _read(engine: Engine, definition: RfmDefinition, as_of: datetime, named: str) -> RfmResult:
    cells = engine.query(
        f"""SELECT r AS recency, f AS frequency, m AS monetary, segment, count(*) AS customers,
                   CAST(sum(monetary) AS DOUBLE) AS revenue
            FROM {named} GROUP BY ALL ORDER BY r DESC, f DESC, m DESC"""
    ).to_pylist()
    medians = engine.query(
        f"""SELECT segment, CAST(median(recency) AS DOUBLE) AS days, CAST(median(frequency) AS DOUBLE) AS orders
            FROM {named} GROUP BY segment"""
    ).to_pylist()
    grid = tuple(RfmCell(**row) for row in cells)
    return RfmResult(
        definition=definition,
        as_of=as_of,
        customers=sum(cell.customers for cell in grid),
        with_orders=sum(cell.customers for cell in grid if cell.segment != NO_ORDERS),
        cells=grid,
        parts=_parts(grid, {row["segment"]: row for row in medians}),
        ranges=_ranges(engine, named),
    )


def _parts(cells: tuple[RfmCell, ...], medians: dict[str, dict[str, float | None]]) -> tuple[RfmPart, ...]:
    customers = sum(cell.customers for cell in cells)
    revenue = sum(cell.revenue for cell in cells)
    parts = []
    for segment in SEGMENTS.values():
        here = [cell for cell in cells if cell.segment == segment.key]
        if not here:
            continue
        size, worth = sum(cell.customers for cell in here), sum(cell.revenue for cell in here)
        parts.append(
            RfmPart(
                segment=segment,
                customers=size,
                revenue=worth,
                customer_share=size / customers,
                revenue_share=worth / revenue if revenue else 0.0,
                median_recency_days=medians[segment.key]["days"],
                median_orders=medians[segment.key]["orders"],
            )
        )
    return tuple(parts)


def _ranges(engine: Engine, named: str) -> tuple[RfmScoreRange, ...]:
    found = " UNION ALL ".join(
        f"""SELECT '{column}' AS dimension, {score} AS score, CAST(min({column}) AS DOUBLE) AS low,
                   CAST(max({column}) AS DOUBLE) AS high, count(*) AS customers
            FROM {named} WHERE r > 0 GROUP BY {score}"""
        for column, score in (("recency", "r"), ("frequency", "f"), ("monetary", "m"))
    )
    rows = engine.query(f"SELECT * FROM ({found}) ORDER BY dimension, score DESC").to_pylist()
    return tuple(RfmScoreRange(**row) for row in rows)
