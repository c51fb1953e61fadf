"""Who moved between the stages of the lifecycle."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from coterie.engines import Engine
from coterie.errors import NotReady
from coterie.profile.lifecycle import staged
from coterie.profile.lifecycle_stages import STAGES
from coterie.profile.lifecycle_thresholds import LifecycleDefinition
from coterie.words import Sentence, sentence

SILENT = ("at_risk", "dormant", "churned")
"""Stages of silence, each longer than the one before."""
_UNORDERED = (None, "visitor", "lead")


@dataclass(frozen=True)
class StageMove:
    """How many were in the stage ``before`` and are in ``now``; ``before`` is None for those who were not known yet."""

    before: str | None
    now: str
    customers: int


@dataclass(frozen=True)
class StageMoves:
    """Everybody by the stage at ``since`` and the stage at ``as_of``, both by the thresholds of ``as_of``."""

    since: datetime
    as_of: datetime
    moves: tuple[StageMove, ...]

    def in_words(self) -> tuple[Sentence, ...]:
        """How many fell silent, came back and ordered first.

        >>> at = datetime(2026, 1, 1)
        >>> moves = (StageMove("active", "at_risk", 3), StageMove("dormant", "won_back", 1), StageMove(None, "new", 2))
        >>> print(StageMoves(at, at, moves).in_words()[0])
        3 customers fell silent for longer than is usual, or for longer still; 1 came back; 2 ordered for the first time.
        """
        counted = {"slipped": 0, "back": 0, "new": 0, "stayed": 0}
        for move in self.moves:
            counted[_direction(move)] += move.customers
        said = sentence(
            "{slipped:,} {slipped|customer|customers} fell silent for longer than is usual, or for longer still; {back:,} came back; {new:,} ordered for the first time.",
            **{name: counted[name] for name in ("slipped", "back", "new")},
        )
        total = sum(move.customers for move in self.moves)
        stayed = sum(move.customers for move in self.moves if move.before == move.now)
        if not total:
            return (said,)
        return said, sentence("{share:.0%} are in the stage that they were in.", share=stayed / total)


def _direction(move: StageMove) -> str:
    if move.before in _UNORDERED:
        return "stayed" if move.now in _UNORDERED else "new"
    was, now = (SILENT.index(each) if each in SILENT else -1 for each in (move.before, move.now))
    return "slipped" if now > was else "back" if now < was else "stayed"


def lifecycle_moves(
    engine: Engine,
    definition: LifecycleDefinition | None = None,
    *,
    since: datetime,
    as_of: datetime,
    zone: str = "UTC",
    is_past: bool = False,
) -> StageMoves:
    """The stages of everybody at both instants, told from the orders known now; nothing is kept.

    The thresholds are those of ``as_of``, so that whoever did not change did not move. Where ``as_of``
    ``is_past``, whoever came later is left out. Raises ``NotReady`` where too
    little time is known to tell stages.
    """
    with staged(engine, definition, as_of, zone) as now:
        if now.is_held_back:
            raise NotReady(
                "the orders known span too little time to tell stages, so nobody can have moved between them"
            )
        with staged(engine, now.definition, since, zone) as before:
            rows = engine.query(
                f"""SELECT CASE WHEN b.segment IN ('lead', 'visitor') AND p.first_seen_at >= CAST($since AS TIMESTAMP)
                           THEN NULL ELSE b.segment END AS before, n.segment AS now, count(*) AS customers
                    FROM {now.table} AS n JOIN {before.table} AS b USING (profile_id) JOIN profiles AS p USING (profile_id)
                    WHERE NOT $is_past OR n.segment NOT IN ('lead', 'visitor') OR p.first_seen_at < CAST($as_of AS TIMESTAMP)
                    GROUP BY ALL""",
                {"since": since, "as_of": as_of, "is_past": is_past},
            ).to_pylist()
    places = {key: place for place, key in enumerate(STAGES, 1)}
    moves = (StageMove(row["before"], row["now"], int(row["customers"])) for row in rows)
    return StageMoves(
        since, as_of, tuple(sorted(moves, key=lambda each: (places.get(each.before or "", 0), places[each.now])))
    )
