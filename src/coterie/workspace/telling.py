"""Results as records of the face, in a language: for people, for JSON, for the ledger."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import cast

from coterie.decide import CampaignPlan
from coterie.decide.foreseeing import Foreseen
from coterie.profile import TraitDescription
from coterie.run import trait_definitions
from coterie.segment import Discovery, Groups, Persona, RfmResult, SegmentDefinition, describe_personas
from coterie.words import Sentence, each_into, kept, own, restored
from coterie.workspace.frame import Frame
from coterie.workspace.records import DiscoveryShown, GridShown, PlanShown, SendShown
from coterie.workspace.stand import Stand


def plan_shown(plan: CampaignPlan, lang: str) -> PlanShown:
    """A plan with its sentences in a language."""
    said = each_into(plan.sentences(), lang)
    return PlanShown(**vars(plan.figures()), sentences=said, warnings=each_into(plan.warnings(), lang))


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
        parts=Frame.of(_discovered_parts(found), lang),
        evidence=Frame.of(map(vars, found.evidence)),
        is_clear=found.is_clear,
        notes=each_into(found.notes(), lang),
        preparation=each_into(found.preparation(), lang),
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
    """What is kept of a discovery: its model, its parts with their names by language, and its notes."""
    names = {part.part.key: {"en": part.name().told("en"), "zh": part.name().told("zh")} for part in found.parts}
    return {
        "name": found.definition.name,
        "as_of": found.as_of.isoformat(),
        "definition": found.definition.model_dump(mode="json"),
        "model": found.model.model_dump(mode="json"),
        "labels": names,
        "evidence": [vars(each) for each in found.evidence],
        "parts": _discovered_parts(found),
        "is_clear": found.is_clear,
        "notes": [kept(each) for each in found.notes()],
        "preparation": [kept(each) for each in found.preparation()],
    }


def discovery_restored(body: Mapping[str, object]) -> dict[str, object]:
    """What was kept of a discovery, its notes as sentences."""
    return {**body, **{name: _sentences(body.get(name, ())) for name in ("notes", "preparation")}}


def _sentences(given: object) -> tuple[Sentence, ...]:
    """Sentences as they were kept; 0.1.0 kept their text in each language."""
    if isinstance(given, Mapping):
        return tuple(own(dict(zip(given, texts, strict=True))) for texts in zip(*given.values(), strict=True))
    return tuple(map(restored, cast("Iterable[str]", given)))


def kept_labels(body: Mapping[str, object] | None) -> Mapping[str, Mapping[str, str]]:
    """Names of discovered parts by language, as kept; empty when nothing was kept."""
    return cast("Mapping[str, Mapping[str, str]]", (body or {}).get("labels", {}))


def rule_groups(segments: Iterable[SegmentDefinition]) -> Groups:
    """Segments that rules define, to be looked at side by side under their own labels."""
    labels = {each.name: {language: each.called.told(language) for language in ("en", "zh")} for each in segments}
    return Groups(segments=tuple(labels), labels=labels)


def described(stand: Stand, groups: Groups) -> list[Persona]:
    """A persona for every one of ``groups``, with traits called as their definitions call them."""
    definitions = trait_definitions(stand.engine, stand.ledger)
    return describe_personas(
        stand.engine, groups, as_of=stand.as_of, definitions=definitions, currency=stand.settings.currency
    )


def trait_told(found: TraitDescription) -> dict[str, object]:
    """A trait's description as one flat row; the commonest values and the lineage as text."""
    row = found.model_dump()
    lineage = found.lineage.model_dump()
    top = ", ".join(f"{each.value} ({each.share:.0%})" for each in found.top[:5])
    sources = "; ".join(f"{name}: {', '.join(map(str, values))}" for name, values in lineage.items() if values)
    return row | {"top": top or None, "lineage": sources, "quantiles": list(found.quantiles) or None}
