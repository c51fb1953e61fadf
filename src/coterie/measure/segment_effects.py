"""Effects within segments, none claimed that the number of questions explains."""

from __future__ import annotations

from collections.abc import Mapping

from coterie.domain import Estimate, NotEstimable, Readout
from coterie.measure.campaign import CampaignFacts, SegmentEffect
from coterie.measure.estimators import ESTIMATORS
from coterie.measure.intervals import holm
from coterie.measure.moments import Moments
from coterie.measure.scores import differ_by_segment

_NOBODY = Moments.of_count(0, 0)


def segment_effects(
    cells: Mapping[tuple[str, str], Moments],
    facts: CampaignFacts,
    wholes: Mapping[str, Readout],
    together: int,
    confidence: float,
) -> tuple[tuple[SegmentEffect, ...], float | None]:
    """Effects within (segment, arm) cells, and whether they differ between segments in any arm.

    ``wholes`` are the arms' effects, already corrected for the ``together`` comparisons of
    arms. An arm that shows an effect hands its share of the allowed error on to its
    segments (Holm among them); where it shows none, no segment does: so that a readout of
    nothing claims anything at most as often as one comparison would (Bretz et al. 2009).
    """
    effects: dict[tuple[str, str], SegmentEffect] = {}
    differ = []
    for arm, whole in wholes.items():
        own = {segment: moments for (segment, of), moments in sorted(cells.items()) if of == arm}
        found = {
            segment: _within(cells.get((segment, facts.control), _NOBODY), m, confidence) for segment, m in own.items()
        }
        tested = {
            segment: e.p_value for segment, e in found.items() if isinstance(e, Estimate) and e.p_value is not None
        }
        floor = whole.p_value if isinstance(whole, Estimate) and whole.p_value is not None else 1.0
        corrected = dict(zip(tested, holm(list(tested.values())), strict=True))
        for segment, moments in own.items():
            control = cells.get((segment, facts.control), _NOBODY)
            p = max(floor, min(together * corrected[segment], 1.0)) if segment in corrected else None
            effects[segment, arm] = SegmentEffect(segment, arm, moments.n, control.n, found[segment], p)
        pairs = [
            (cells[segment, facts.control].counted("converted"), own[segment].counted("converted"))
            for segment in tested
        ]
        differ.append(differ_by_segment(pairs))
    known = [p for p in differ if p is not None]
    return tuple(effects[key] for key in sorted(effects)), min(min(known) * len(known), 1.0) if known else None


def _within(control: Moments, treated: Moments, confidence: float) -> Readout:
    if not control.n:
        return NotEstimable("there is no holdout", needs="a share of the audience left out on purpose")
    chosen = ESTIMATORS["difference_of_proportions"](confidence=confidence)  # type: ignore[call-arg]
    return chosen.estimate(control.only(y="converted"), treated.only(y="converted"))
