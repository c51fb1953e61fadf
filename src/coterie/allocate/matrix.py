"""Which channel suits which segment: a score matrix by three principles, each cell with its reasons."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from math import prod
from typing import Literal

import pyarrow as pa
from pydantic import BaseModel, ConfigDict, Field, model_validator

from coterie.allocate.facts import BASE, ChannelFacts, channel_facts
from coterie.allocate.principles import PrincipleFigure, judge_capability, judge_preference, judge_value
from coterie.allocate.register import ChannelDefinition, ChannelRegister
from coterie.engines import Engine
from coterie.errors import NotReady, UnknownName
from coterie.words import Sentence, joined, sentence
from coterie.words.column import SENTENCE, table_of

Evidence = Literal["observed", "reachable", "assumed"]
PRINCIPLES = ("Customer value", "Contact preference", "Channel capability")


_RULED_OUT = "Ruled out: a principle below scores 0, and no other makes up for it."


class PrincipleWeights(BaseModel):
    """How much each principle counts, as exponents of their product; scaled to sum to 1.

    >>> PrincipleWeights(value=2, preference=1, capability=1).shares
    (0.5, 0.25, 0.25)
    """

    model_config = ConfigDict(extra="forbid", frozen=True)

    value: float = Field(0.35, ge=0)
    preference: float = Field(0.4, ge=0)
    capability: float = Field(0.25, ge=0)

    @model_validator(mode="after")
    def _counts_something(self) -> PrincipleWeights:
        if self.value + self.preference + self.capability == 0:
            raise ValueError("at least one principle must count")
        return self

    @property
    def shares(self) -> tuple[float, float, float]:
        """Weights that sum to 1."""
        total = self.value + self.preference + self.capability
        return self.value / total, self.preference / total, self.capability / total


class CellOverride(BaseModel):
    """A person's own score for a cell, kept beside the computed one with the reason given."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    segment: str
    channel: str
    score: float = Field(ge=0, le=1)
    reason: str
    author: str = ""


@dataclass(frozen=True)
class MatrixCell:
    """How well ``channel`` suits ``segment``, 0 to 1.

    The three judgements carry their raw figures and words; one without evidence has score
    None and does not count. ``computed`` is their weighted geometric mean; ``score`` is the
    same unless a person overrode it. ``rank`` is within the segment, 1 being the best.
    ``evidence`` is ``observed`` where orders or contacts went through the channel,
    ``reachable`` where the data holds the identifiers it needs, else ``assumed``: then only
    the register speaks.
    """

    segment: str
    channel: str
    value: PrincipleFigure
    preference: PrincipleFigure
    capability: PrincipleFigure
    computed: float
    score: float
    evidence: Evidence = "assumed"
    rank: int = 0
    override: CellOverride | None = None

    def reasons(self) -> tuple[Sentence, ...]:
        """Why the cell scores as it does, one sentence a principle."""
        said = tuple(
            sentence("{principle}: {sentence}", principle=sentence(name.capitalize()), sentence=j.in_words())
            for name, j in zip(PRINCIPLES, (self.value, self.preference, self.capability), strict=True)
        )
        if self.computed == 0:
            said = (sentence(_RULED_OUT), *said)
        if self.override is None:
            return said
        by = sentence(
            "Set by hand from {computed:.2f} to {score:.2f}: {reason}",
            computed=self.computed,
            score=self.score,
            reason=self.override.reason,
        )
        return (by, *said)


_TABLE = pa.schema(
    [
        ("segment", pa.string()), ("channel", pa.string()),
        *((name, pa.float64()) for name in ("value", "preference", "capability", "score", "computed")),
        ("rank", pa.int64()), ("evidence", pa.string()), ("is_overridden", pa.bool_()), ("reasons", SENTENCE),
    ]
)  # fmt: skip


@dataclass(frozen=True)
class ScoreMatrix:
    """Every segment by every channel of the register; ``facts`` is what it rests on."""

    cells: tuple[MatrixCell, ...]
    segments: tuple[str, ...]
    channels: tuple[str, ...]
    weights: PrincipleWeights
    facts: ChannelFacts = field(repr=False)

    def cell(self, segment: str, channel: str) -> MatrixCell:
        """One cell by its names; raises ``UnknownName``."""
        if segment not in self.segments:
            raise UnknownName("segment", segment, self.segments)
        if channel not in self.channels:
            raise UnknownName("channel", channel, self.channels)
        return next(c for c in self.cells if (c.segment, c.channel) == (segment, channel))

    def best(self, segment: str, n: int = 3, *, evidenced: bool = False) -> tuple[MatrixCell, ...]:
        """The ``n`` channels that suit a segment best; ``evidenced`` leaves out those that are only assumed."""
        cells = (c for c in self.cells if c.segment == segment and not (evidenced and c.evidence == "assumed"))
        return tuple(sorted(cells, key=lambda c: c.rank)[:n])

    def overridden(self, overrides: Sequence[CellOverride]) -> ScoreMatrix:
        """The same matrix with a person's scores in some cells; the computed scores stay readable."""
        chosen = {(o.segment, o.channel): o for o in overrides}
        for segment, channel in chosen:
            self.cell(segment, channel)
        cells = [
            replace(c, override=o, score=o.score) if (o := chosen.get((c.segment, c.channel))) else c
            for c in self.cells
        ]
        return replace(self, cells=_ranked(cells))

    def in_words(self, labels: Mapping[str, str]) -> Sentence | None:
        """Which channels fit best, called by their ``labels``; None where the data tell no channel from another."""
        first = Counter(cell.channel for s in self.segments for cell in self.best(s, 1, evidenced=True))
        if not first:
            return None
        if len(first) == 1:
            channel = next(iter(first))
            return sentence(
                "{channel} fits every segment best, as far as these data show.",
                channel=Sentence(labels.get(channel, channel)),
            )
        each = [
            sentence("{channel} for {n} {n|segment|segments}", channel=Sentence(labels.get(channel, channel)), n=n)
            for channel, n in first.most_common()
        ]
        return sentence("What fits best depends on the segment: {each}.", each=joined(each, ", "))

    def table(self) -> pa.Table:
        """One row per cell: scores by principle, total, rank, whether overridden, and the reasons as one sentence."""
        return table_of(
            [
                {
                    "segment": c.segment,
                    "channel": c.channel,
                    "value": c.value.score,
                    "preference": c.preference.score,
                    "capability": c.capability.score,
                    "score": c.score,
                    "computed": c.computed,
                    "rank": c.rank,
                    "evidence": c.evidence,
                    "is_overridden": c.override is not None,
                    "reasons": joined(c.reasons(), "\n"),
                }
                for c in self.cells
            ],
            _TABLE,
        )


def score_matrix(
    engine: Engine,
    register: ChannelRegister,
    *,
    as_of: datetime,
    segmentation: str | None = None,
    weights: PrincipleWeights | None = None,
    overrides: Sequence[CellOverride] = (),
    period: timedelta = timedelta(days=365),
    within: timedelta = timedelta(days=30),
    currency: str = "",
    is_forecast_sound: bool = True,
) -> ScoreMatrix:
    """Segment × channel by customer value, contact preference and channel capability, each 0-1.

    The score is their weighted geometric mean, so that a principle of 0 rules a channel out. A principle for which the data has no evidence is left out of its cell and the other
    weights grow in proportion; the cell says so. The same data gives the same matrix.
    Reasons show money in ``currency`` (ISO 4217). Value is that of ``channel_facts``: lifetime value only where ``is_forecast_sound``.
    Raises ``NotReady`` without segments and ``UnknownName`` for an override of no cell.
    """
    weights = weights or PrincipleWeights()
    facts = channel_facts(
        engine, register, as_of=as_of, segmentation=segmentation, period=period, within=within,
        is_forecast_sound=is_forecast_sound,
    )  # fmt: skip
    segments = tuple(name for name in facts.segments if name != BASE)
    if not segments:
        raise NotReady("there are no segments with members yet; run refresh first, or name a segmentation")
    cells = []
    for segment in segments:
        for channel in register.channels:
            judged = (
                judge_value(facts, segment, channel, currency),
                judge_preference(facts, segment, channel),
                judge_capability(facts, segment, channel),
            )
            total = _weighted(judged, weights)
            cells.append(MatrixCell(segment, channel.name, *judged, total, total, _evidence(facts, channel)))
    names = tuple(c.name for c in register.channels)
    return ScoreMatrix(_ranked(cells), segments, names, weights, facts).overridden(overrides)


def _evidence(facts: ChannelFacts, channel: ChannelDefinition) -> Evidence:
    base = facts.cell(BASE, channel.name)
    if base.orders or base.contacts:
        return "observed"
    return "reachable" if facts.namespaces.intersection(channel.needs) else "assumed"


def _weighted(judged: Sequence[PrincipleFigure], weights: PrincipleWeights) -> float:
    """The weighted geometric mean: nothing makes up for a channel that reaches nobody or costs more than it earns."""
    counted = [(j.score, w) for j, w in zip(judged, weights.shares, strict=True) if j.score is not None and w]
    total = sum(w for _, w in counted)
    return prod(s ** (w / total) for s, w in counted) if total else 0.0


def _ranked(cells: Sequence[MatrixCell]) -> tuple[MatrixCell, ...]:
    by_segment: dict[str, list[MatrixCell]] = {}
    for cell in cells:
        by_segment.setdefault(cell.segment, []).append(cell)
    ranks: Mapping[tuple[str, str], int] = {
        (c.segment, c.channel): place
        for row in by_segment.values()
        for place, c in enumerate(sorted(row, key=lambda c: (-c.score, c.channel)), start=1)
    }
    return tuple(replace(c, rank=ranks[c.segment, c.channel]) for c in cells)
