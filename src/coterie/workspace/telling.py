"""Results as records of the face, in a language: for people, for JSON, for the ledger."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from typing import cast

from coterie.decide import CampaignPlan
from coterie.decide.foreseeing import Foreseen
from coterie.domain.clock import to_local
from coterie.predict import LifetimeValueModel, telling
from coterie.profile import TraitDescription
from coterie.profile.lifecycle_moves import StageMoves
from coterie.profile.lifecycle_stages import STAGES
from coterie.run import trait_definitions
from coterie.segment import Discovery, Groups, Persona, RfmResult, SegmentDefinition, describe_personas
from coterie.segment.segmentations import groups_in_words
from coterie.words import Sentence, each_into, kept, own, restored, sentence
from coterie.workspace.frame import Frame
from coterie.workspace.records import (
    DiscoveryShown,
    GridShown,
    ModelExplained,
    MovesShown,
    PlanShown,
    SendShown,
)
from coterie.workspace.stand import Stand


def plan_shown(
    plan: CampaignPlan, lang: str, warnings: Sequence[Sentence] = (), tried: Sequence[Sentence] = ()
) -> PlanShown:
    """A plan with its sentences in a language; ``warnings`` are said before its own, what was ``tried`` after all."""
    said = each_into([*warnings, *plan.sentences(), *tried], lang)
    return PlanShown(**vars(plan.figures()), sentences=said, warnings=each_into([*warnings, *plan.warnings()], lang))


def send_shown(found: Foreseen, lang: str) -> SendShown:
    """What going on with a campaign would do, with its sentences in a language."""
    return SendShown(
        sentences=each_into(found.sentences(), lang),
        campaign=found.campaign,
        launched_at=found.launched_at,
        sent=found.settled.get("sent", 0),
        failed=found.settled.get("failed", 0),
        unknown=found.settled.get("unknown", 0),
        contacts=found.contacts,
        refused=found.refused,
        later=found.later,
        next_at=found.next_at,
        held=found.held,
    )


def grid_shown(found: RfmResult, lang: str) -> GridShown:
    """An RFM result with names in a language: parts, grid, the ranges behind the scores."""
    parts = [
        {
            "segment": part.segment.key,
            "name": part.segment.name(),
            "size": part.customers,
            "share": part.customer_share,
            "revenue": part.revenue,
            "revenue_share": part.revenue_share,
            "median_recency_days": part.median_recency_days,
            "median_orders": part.median_orders,
            "meaning": part.segment.describe(),
        }
        for part in found.parts
    ]
    return GridShown(
        as_of=found.as_of,
        customers=found.customers,
        with_orders=found.with_orders,
        finding=each_into(found.in_words(), lang),
        parts=Frame.of(parts, lang),
        cells=Frame.of(map(vars, found.cells)),
        ranges=Frame.of(map(vars, found.ranges)),
    )


def discovery_shown(found: Discovery, lang: str) -> DiscoveryShown:
    """A discovery with names in a language: parts, evidence for their number, notes."""
    return DiscoveryShown(
        as_of=found.as_of,
        k=found.k,
        assigned=found.assigned,
        finding=[found.in_words().into(lang)],
        parts=Frame.of(_discovered_parts(found), lang),
        evidence=Frame.of(map(vars, found.evidence)),
        is_clear=found.is_clear,
        notes=each_into(found.notes(), lang),
        preparation=each_into(found.preparation(), lang),
    )


def evidence_shown(kept: Mapping[str, object], lang: str) -> DiscoveryShown:
    """A discovery as ``discovery_restored`` gives it, as ``discovery_shown`` gives one that was just made."""
    parts = [dict(each) for each in cast("Iterable[Mapping[str, object]]", kept["parts"])]
    is_clear = bool(kept.get("is_clear"))
    return DiscoveryShown(
        as_of=datetime.fromisoformat(str(kept["as_of"])),
        k=len(parts),
        assigned=sum(int(str(each["size"])) for each in parts),
        finding=[groups_in_words([float(str(each["stability"])) for each in parts], is_clear=is_clear).into(lang)],
        parts=Frame.of(parts, lang),
        evidence=Frame.of(cast("Iterable[Mapping[str, object]]", kept["evidence"])),
        is_clear=is_clear,
        notes=each_into(cast("Iterable[str]", kept["notes"]), lang),
        preparation=each_into(cast("Iterable[str]", kept["preparation"]), lang),
    )


def parts_in_words(parts: Sequence[Mapping[str, object]]) -> tuple[Sentence, ...]:
    """Which part is the largest and which brings most, of rows as ``segmentations.show`` has them."""
    if not parts:
        return ()
    largest = max(parts, key=lambda each: int(str(each["size"])))
    said = [
        sentence(
            "The largest part is “{name}”: {n:,} {n|customer|customers}, {share:.0%} of the base.",
            name=largest["name"],
            n=largest["size"],
            share=largest["share"],
        )
    ]
    earning = [each for each in parts if each["revenue_share"]]
    if earning:
        best = max(earning, key=lambda each: float(str(each["revenue_share"])))
        said.append(
            sentence(
                "The most revenue comes from “{name}”: {revenue:.0%} of it, from {share:.0%} of the customers.",
                name=best["name"],
                revenue=best["revenue_share"],
                share=best["share"],
            )
        )
    return tuple(said)


def moves_shown(name: str, found: StageMoves, lang: str) -> MovesShown:
    """Who moved between stages, with the names of these in a language."""
    total = sum(each.customers for each in found.moves)

    def called(key: str | None) -> Sentence:
        return STAGES[key].name() if key else sentence("Not known yet")

    rows = [
        {
            "before": each.before,
            "before_name": called(each.before),
            "now": each.now,
            "now_name": called(each.now),
            "customers": each.customers,
            "share": each.customers / total,
        }
        for each in found.moves
    ]
    return MovesShown(name, found.since, found.as_of, each_into(found.in_words(), lang), Frame.of(rows, lang))


def model_explained(model: LifetimeValueModel, zone: str, lang: str) -> ModelExplained:
    """A fitted model in sentences and tables, in a language."""
    tested = model.holdout
    return ModelExplained(
        model=model.name,
        finding=each_into(telling.finding(model, to_local(model.as_of, zone)), lang),
        how_sure=each_into(telling.how_sure(tested), lang),
        forecasts=Frame.of(telling.forecasts(tested), lang),
        tracking=each_into(telling.tracking_in_words(tested), lang),
        deciles=each_into(telling.deciles_in_words(tested), lang),
        parameters=Frame.of(telling.parameters(model), lang),
        likelihood=each_into(telling.likelihood(model), lang),
        remarks=[remark.said.into(lang) for remark in model.remarks],
    )


def _discovered_parts(found: Discovery) -> list[dict[str, object]]:
    return [
        {
            "segment": part.part.key,
            "name": part.name(),
            "size": part.customers,
            "share": part.share,
            "stability": part.stability,
            "judgement": part.label,
        }
        for part in found.parts
    ]


def discovery_body(found: Discovery) -> dict[str, object]:
    """What is kept of a discovery: its model, its parts with their names, and its notes; sentences with their values."""
    return {
        "name": found.definition.name,
        "as_of": found.as_of.isoformat(),
        "definition": found.definition.model_dump(mode="json"),
        "model": found.model.model_dump(mode="json"),
        "labels": {part.part.key: kept(part.name()) for part in found.parts},
        "evidence": [vars(each) for each in found.evidence],
        "parts": [_each_kept(part) for part in _discovered_parts(found)],
        "is_clear": found.is_clear,
        "notes": [kept(each) for each in found.notes()],
        "preparation": [kept(each) for each in found.preparation()],
    }


def discovery_restored(body: Mapping[str, object]) -> dict[str, object]:
    """What was kept of a discovery, its names and notes as sentences."""
    labels = kept_labels(body)
    parts = cast("Iterable[Mapping[str, object]]", body["parts"])
    return {
        **body,
        **{name: _sentences(body.get(name, ())) for name in ("notes", "preparation")},
        "labels": labels,
        "parts": [
            {**part, "name": labels[str(part["segment"])], "judgement": restored(str(part["judgement"]))}
            for part in parts
        ],
    }


def _each_kept(row: Mapping[str, object]) -> dict[str, object]:
    return {name: kept(value) if isinstance(value, Sentence) else value for name, value in row.items()}


def _sentences(given: object) -> tuple[Sentence, ...]:
    """Sentences as they were kept; 0.1.0 kept their text in each language."""
    if isinstance(given, Mapping):
        return tuple(own(dict(zip(given, texts, strict=True))) for texts in zip(*given.values(), strict=True))
    return tuple(map(restored, cast("Iterable[str]", given)))


def kept_labels(body: Mapping[str, object] | None) -> dict[str, Sentence]:
    """Names of discovered parts, as kept; empty when nothing was kept. Before, their text was kept in each language."""
    labels = cast("Mapping[str, str | Mapping[str, str]]", (body or {}).get("labels", {}))
    return {key: restored(name) if isinstance(name, str) else own(name) for key, name in labels.items()}


def rule_groups(segments: Iterable[SegmentDefinition]) -> Groups:
    """Segments that rules define, to be looked at side by side under their own labels."""
    labels = {each.name: each.called for each in segments}
    return Groups(segments=tuple(labels), labels=labels)


def described(stand: Stand, groups: Groups) -> list[Persona]:
    """A persona for every one of ``groups``, with traits called as their definitions call them."""
    definitions = trait_definitions(stand.engine, stand.ledger)
    return describe_personas(
        stand.engine, groups, as_of=stand.as_of, definitions=definitions, currency=stand.settings.currency
    )


def trait_told(found: TraitDescription, lang: str) -> dict[str, object]:
    """A trait's description as one flat row; the commonest values, in a language, and the lineage as text."""
    row = found.model_dump()
    lineage = found.lineage.model_dump()
    said = {"true": sentence("yes").told(lang), "false": sentence("no").told(lang)} if found.type == "boolean" else {}
    top = ", ".join(f"{said.get(each.value, each.value)} ({each.share:.0%})" for each in found.top[:5])
    sources = "; ".join(f"{name}: {', '.join(map(str, values))}" for name, values in lineage.items() if values)
    return row | {"top": top or None, "lineage": sources, "quantiles": list(found.quantiles) or None}
