"""Find segments nobody has defined: fit on a sample, choose their number with evidence, assign everybody."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime

import numpy as np

from coterie.domain import Progress, Quiet
from coterie.engines import Engine
from coterie.errors import Refused
from coterie.segment.segmentations.candidates import SampledPeople, draw_sample
from coterie.segment.segmentations.clustering import CLUSTERERS, Clusterer, Clustering
from coterie.segment.segmentations.discovery import DiscoveredPart, Discovery, DiscoveryDefinition
from coterie.segment.segmentations.evidence import (
    ALIKE,
    FAR,
    SURE,
    EvidenceForK,
    NumberChosen,
    bootstrap_jaccard,
    choose,
    groupless_silhouette,
    mean_jaccard,
    neighbors_without_gap,
    silhouette,
    stability_label,
    weigh,
)
from coterie.segment.segmentations.features import Numbers
from coterie.segment.segmentations.marking import marks_of
from coterie.segment.segmentations.model import DiscoveredModel, ModelPart, assign_discovered, keep_model
from coterie.segment.segmentations.naming import keys_of, name_parts, say_marks
from coterie.words import sentence

STABILITY_POINTS = 5000


def discover(
    engine: Engine,
    definition: DiscoveryDefinition | None = None,
    *,
    as_of: datetime,
    labels: Mapping[str, str] | None = None,
    progress: Progress | None = None,
) -> Discovery:
    """Discover segments over ``traits``, write ``assignments``, keep the model, return all with the evidence.

    ``labels`` are the (English) labels of traits that have one of their own; parts are named by them.

    Raises ``UnknownName`` for a trait that holds no numbers or is not there, ``Refused`` when
    there are fewer than 10 profiles, fewer distinct profiles than segments, or no trait varies.

    >>> from coterie.engines import open_warehouse
    >>> engine = open_warehouse(None)
    >>> engine.execute(
    ...     "CREATE VIEW traits AS SELECT i AS profile_id, 100 * (i % 3) + i / 50 AS spend, "
    ...     "7 * (i % 2) + i / 90 AS visits FROM range(120) t(i)"
    ... )
    >>> found = discover(engine, DiscoveryDefinition(traits=("spend", "visits"), bootstraps=10), as_of=datetime(2026, 1, 1))
    >>> found.k, {part.customers for part in found.parts}
    (6, {20})
    """
    definition, progress = definition or DiscoveryDefinition(), progress or Quiet()
    progress.stage(sentence("draw a sample"))
    sample = draw_sample(
        engine, definition.traits, size=definition.sample, seed=definition.seed, preprocess=definition.preprocess
    )
    points = sample.coordinates()
    clusterer = CLUSTERERS[definition.method]
    tried, evidence = _try(sample, points, definition, clusterer, progress)
    progress.stage(sentence("measure stability"))
    clustering, stability, evidence, choice = _settle(sample, points, tried, evidence, definition, clusterer)
    model = _model(definition, sample, clustering, labels or {}, as_of)
    progress.stage(sentence("assign everybody"))
    with engine.transaction():
        assigned = assign_discovered(engine, model, as_of=as_of)
        keep_model(engine, model, {part.key: float(stability[place]) for place, part in enumerate(model.parts)})
    return Discovery(
        definition=definition,
        as_of=as_of,
        model=model,
        parts=_parts(engine, model, stability, assigned),
        evidence=tuple(evidence),
        choice=choice and choice.after(float(stability.min())),
        left_out=sample.left_out,
        base=int(engine.query("SELECT count(*) AS n FROM traits")["n"][0].as_py()),
        assigned=assigned,
        sampled=len(points),
        without_gap=tuple(neighbors_without_gap(points, clustering)),
        labels=labels or {},
    )


def _measured(figures: EvidenceForK, stability: Numbers) -> EvidenceForK:
    """Evidence with the stability measured in full, for the number that was taken; one figure is told everywhere."""
    return replace(figures, least_stability=float(stability.min())) if figures.k == len(stability) else figures


def _try(
    sample: SampledPeople, points: Numbers, definition: DiscoveryDefinition, clusterer: Clusterer, progress: Progress
) -> tuple[dict[int, Clustering], list[EvidenceForK]]:
    """The number asked for, or each that may be taken, and its figures."""
    distinct = len(np.unique(points, axis=0))
    if definition.k != "auto":
        if not 2 <= definition.k < distinct:
            raise Refused(
                sentence(
                    "{k} {k|segment was|segments were} asked for; 2 to {most} are possible here",
                    k=definition.k,
                    most=distinct - 1,
                )
            )
        clustering = clusterer(points, definition.k, definition.seed, definition.starts)
        return {definition.k: clustering}, [
            weigh(points, clustering, clusterer, seed=definition.seed, rounds=20, together=sample.together())
        ]
    numbers = range(2, min(definition.largest_k, distinct - 1) + 1)
    if not numbers:
        raise Refused(
            sentence(
                "the profiles show only {n} different {n|picture|pictures}; there is nothing to divide", n=distinct
            )
        )
    progress.stage(sentence("try numbers of segments"), len(numbers))
    tried, evidence = {}, []
    for k in numbers:
        tried[k] = clusterer(points, k, definition.seed, definition.starts)
        evidence.append(weigh(points, tried[k], clusterer, seed=definition.seed, rounds=20, together=sample.together()))
        progress.advance()
    return tried, evidence


def _settle(
    sample: SampledPeople,
    points: Numbers,
    tried: dict[int, Clustering],
    evidence: list[EvidenceForK],
    definition: DiscoveryDefinition,
    clusterer: Clusterer,
) -> tuple[Clustering, Numbers, list[EvidenceForK], NumberChosen | None]:
    """The division taken, the stability of its parts, the figures and why: by stability measured in full.

    Numbers are screened by few rounds on few points; one that fails in full is weighed anew, so that it is not
    taken where another holds.
    """
    measured: dict[int, tuple[Clustering, Numbers]] = {}
    while True:
        choice = _choose(sample, points, tried, evidence, definition, clusterer) if definition.k == "auto" else None
        k = next(iter(tried)) if choice is None else choice.k
        if k in measured:
            clustering, stability = measured[k]
            return clustering, stability, evidence, choice
        clustering = _in_order(tried[k])
        stability = _stability(points, clustering, definition, clusterer)
        measured[k] = clustering, stability
        evidence = [_measured(figures, stability) for figures in evidence]


def _choose(
    sample: SampledPeople,
    points: Numbers,
    tried: dict[int, Clustering],
    evidence: list[EvidenceForK],
    definition: DiscoveryDefinition,
    clusterer: Clusterer,
) -> NumberChosen:
    choice = choose(evidence, smallest_k=definition.smallest_k, least_share=definition.least_share)
    if choice.k > 2 and _are_two(sample, points, tried[2], evidence, choice, definition, clusterer):
        halved = choose(evidence[:1], smallest_k=2, least_share=definition.least_share)
        return replace(halved, values=halved.values | {"most": evidence[-1].k})
    return choice


def _are_two(
    sample: SampledPeople,
    points: Numbers,
    halves: Clustering,
    evidence: list[EvidenceForK],
    choice: NumberChosen,
    definition: DiscoveryDefinition,
    clusterer: Clusterer,
) -> bool:
    """Whether two parts stand apart far more clearly than those chosen, and neither of the two holds groups itself."""
    two, taken = evidence[0], next(figures for figures in evidence if figures.k == choice.k)
    is_sure = two.stands_out and two.least_stability >= SURE and two.least_share >= definition.least_share
    if not is_sure or (taken.least_stability >= SURE and FAR * two.silhouette <= taken.silhouette):
        return False
    if ALIKE * two.silhouette <= taken.silhouette:
        return False
    for part in range(2):
        inside = points[halves.labels == part]
        if len(np.unique(inside, axis=0)) < 10:
            continue
        split = clusterer(inside, 2, definition.seed, definition.starts)
        together = sample.together()
        if silhouette(inside, split) > groupless_silhouette(
            inside, 2, clusterer, seed=definition.seed, together=together
        ):
            return False
    return True


def _in_order(clustering: Clustering) -> Clustering:
    # Starts number parts at random; largest first makes the same parts come in the same order.
    sizes = np.bincount(clustering.labels, minlength=len(clustering.centers))
    order = sorted(range(len(sizes)), key=lambda part: (-sizes[part], tuple(clustering.centers[part])))
    place = np.argsort(order)
    return Clustering(clustering.centers[order], place[clustering.labels], clustering.inertia)


def _stability(
    points: Numbers, clustering: Clustering, definition: DiscoveryDefinition, clusterer: Clusterer
) -> Numbers:
    if len(points) > STABILITY_POINTS:
        some = np.random.default_rng(definition.seed).choice(len(points), STABILITY_POINTS, replace=False)
        points = points[some]
        clustering = Clustering(clustering.centers, clustering.labels[some], clustering.inertia)
    return mean_jaccard(
        bootstrap_jaccard(points, clustering, clusterer, rounds=definition.bootstraps, seed=definition.seed)
    )


def _model(
    definition: DiscoveryDefinition,
    sample: SampledPeople,
    clustering: Clustering,
    labels: Mapping[str, str],
    as_of: datetime,
) -> DiscoveredModel:
    points = sample.coordinates()
    marks = name_parts(marks_of(sample, points, clustering, labels), np.atleast_2d(np.corrcoef(points, rowvar=False)))
    names = [say_marks(found) for found in marks]
    nths = [names[: place + 1].count(name) for place, name in enumerate(names)]
    return DiscoveredModel(
        name=definition.name,
        method=definition.method,
        features=sample.features,
        parts=tuple(
            ModelPart(key=key, marks=found, center=tuple(center), nth=nth)
            for key, found, center, nth in zip(keys_of(names), marks, clustering.centers.tolist(), nths, strict=True)
        ),
        seed=definition.seed,
        fitted_on=len(points),
        as_of=as_of,
    )


def _parts(engine: Engine, model: DiscoveredModel, stability: Numbers, assigned: int) -> tuple[DiscoveredPart, ...]:
    rows = engine.query(
        "SELECT segment, count(*) AS n FROM assignments WHERE segmentation = $name GROUP BY segment",
        {"name": model.name},
    ).to_pylist()
    sizes = {row["segment"]: row["n"] for row in rows}
    return tuple(
        DiscoveredPart(
            part=part,
            customers=sizes.get(part.key, 0),
            share=sizes.get(part.key, 0) / assigned,
            stability=float(stability[place]),
            label=stability_label(float(stability[place])),
        )
        for place, part in enumerate(model.parts)
    )
