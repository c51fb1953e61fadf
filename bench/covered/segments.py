"""Effects by segment: how often a difference, or an effect, is claimed that is none, and what the intervals hold."""

from __future__ import annotations

from dataclasses import dataclass, replace
from itertools import product

import numpy as np

from coterie.domain import Estimate, Readout
from coterie.domain.readout import comparisons_of
from coterie.measure.campaign import CampaignFacts
from coterie.measure.estimators import ESTIMATORS
from coterie.measure.moments import Moments
from coterie.measure.segment_effects import segment_effects

FACTS = CampaignFacts(campaign="coverage")
SIZES = np.array([400, 800, 1500, 3000, 600, 300])
USUAL = np.array([0.5, 0.7, 1, 1, 1.5, 2])
"""Customers of six segments, and how often each converts beside the whole base."""


@dataclass(frozen=True)
class Effect:
    """What the message adds to the share that converts without it, by segment: of it, and in points."""

    said: str
    times: np.ndarray | float = 1.0
    points: np.ndarray | float = 0.0

    def on(self, rates: np.ndarray) -> np.ndarray:
        return rates * self.times + self.points


NOTHING = Effect("no effect")
EFFECTS = (
    NOTHING,
    Effect("all convert a quarter more", times=1.25),
    Effect("all convert twice as often", times=2.0),
    Effect("2 points more in all", points=0.02),
    Effect("all convert a fifth less", times=0.8),
)
ONE = Effect("twice as often in the largest segment, nothing in the others", times=np.where(SIZES == 3000, 2.0, 1.0))


def difference_table(draws: int, random: np.random.Generator) -> list[str]:
    """One true effect for all: how often segments are said to differ. The last rows are of effects that do."""
    rows = [
        "| effect | converting without it | 1 in 10 held out | half held out | 1 in 10 held out, two arms |",
        "|---|---|---|---|---|",
    ]
    for base in (0.03, 0.1, 0.2):
        for effect in (*EFFECTS, ONE):
            cells = []
            for held, arms in ((0.1, ("a",)), (0.5, ("a",)), (0.1, ("a", "b"))):
                found = [_told(effect, base, held, arms, random)[1] for _ in range(draws)]
                cells.append(f"{np.mean([p is not None and p < 0.05 for p in found]):.1%}")
            rows.append(f"| {effect.said} | {base:.0%} | {' | '.join(cells)} |")
    return rows


def within_table(draws: int, random: np.random.Generator) -> list[str]:
    """Readouts that claim an effect in a segment without one, those that find it where it is, and what intervals hold."""
    rows = [
        "| effect | converting without it | held out | claims a false one | finds a true one | below | above | held |",
        "|---|---|---|---|---|---|---|---|",
    ]
    cases = product((0.03, 0.1), (NOTHING, EFFECTS[1], ONE), (0.1, 0.5))
    return rows + [_within(effect, base, held, draws, random) for base, effect, held in cases]


def _within(effect: Effect, base: float, held: float, draws: int, random: np.random.Generator) -> str:
    truth = effect.on(base * USUAL) - base * USUAL
    false, true, asked = [], [], []
    for _ in range(draws):
        found, _ = _told(effect, base, held, ("a",), random)
        claimed = {int(each.segment) for each in found if each.adjusted_p is not None and each.adjusted_p < 0.05}
        false.append(any(truth[segment] == 0 for segment in claimed))
        true.append(any(truth[segment] != 0 for segment in claimed))
        asked += [
            (each.conversion.low, each.conversion.high, truth[int(each.segment)])
            for each in found
            if isinstance(each.conversion, Estimate)
        ]
    low, high, whole = np.array(asked).T
    below, above = np.mean(high < whole), np.mean(low > whole)
    claims = [
        f"{np.mean(kind):.1%}" if possible else "–"
        for kind, possible in ((false, (truth == 0).any()), (true, (truth != 0).any()))
    ]
    return f"| {effect.said} | {base:.0%} | {held:.0%} | {' | '.join(claims)} | {below:.1%} | {above:.1%} | {1 - below - above:.1%} |"


def _told(effect: Effect, base: float, held: float, arms: tuple[str, ...], random: np.random.Generator):
    """The effects by segment of one campaign, and the p-value that they are one."""
    cells = {}
    for segment, (size, rate, other) in enumerate(zip(SIZES, base * USUAL, effect.on(base * USUAL), strict=True)):
        cells[str(segment), FACTS.control] = _counted(rate, round(size * held), random)
        for arm in arms:
            cells[str(segment), arm] = _counted(other, round(size * (1 - held) / len(arms)), random)
    wholes = {arm: _sum(cells, arm) for arm in (FACTS.control, *arms)}
    together = comparisons_of(len(arms))
    effects = {arm: _whole(wholes[FACTS.control], wholes[arm], together) for arm in arms}
    return segment_effects(cells, FACTS, effects, together, 0.95)


def _whole(control: Moments, treated: Moments, together: int) -> Readout:
    """The effect of an arm, corrected as a readout corrects it for the comparisons of arms."""
    chosen = ESTIMATORS["difference_of_proportions"](confidence=1 - 0.05 / together)  # type: ignore[call-arg]
    found = chosen.estimate(control.only(y="converted"), treated.only(y="converted"))
    if isinstance(found, Estimate) and found.p_value is not None:
        return replace(found, p_value=min(together * found.p_value, 1.0))
    return found


def _counted(rate: float, n: int, random: np.random.Generator) -> Moments:
    hits = float(random.binomial(n, rate))
    return Moments(n, {"converted": hits}, {("converted", "converted"): hits}, {("converted",) * 3: hits})


def _sum(cells: dict[tuple[str, str], Moments], arm: str) -> Moments:
    found = [moments for (_, of), moments in cells.items() if of == arm]
    hits, n = sum(each.sums["converted"] for each in found), sum(each.n for each in found)
    return Moments(n, {"converted": hits}, {("converted", "converted"): hits}, {("converted",) * 3: hits})
