"""Results of segmentations as plain records: for JSON, for the ledger, for the report."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import cast

from coterie.profile import TraitDescription
from coterie.run import trait_definitions
from coterie.segment import Discovery, Groups, Persona, RfmResult, SegmentDefinition, describe_personas
from coterie.workspace.stand import Stand


def rfm_told(found: RfmResult, lang: str) -> dict[str, object]:
    """An RFM result with names in a language: parts, grid, the ranges behind the scores."""
    return {
        "as_of": found.as_of,
        "customers": found.customers,
        "with_orders": found.with_orders,
        "parts": [
            {
                "segment": part.segment.key,
                "name": part.segment.name(lang),
                "size": part.customers,
                "share": part.customer_share,
                "revenue": part.revenue,
                "revenue_share": part.revenue_share,
                "median_recency_days": part.median_recency_days,
                "median_orders": part.median_orders,
                "meaning": part.segment.describe(lang),
            }
            for part in found.parts
        ],
        "cells": [vars(cell) for cell in found.cells],
        "ranges": [vars(span) for span in found.ranges],
    }


def discovery_told(found: Discovery, lang: str) -> dict[str, object]:
    """A discovery with names in a language: parts, evidence for their number, notes."""
    return {
        "as_of": found.as_of,
        "k": found.k,
        "assigned": found.assigned,
        "parts": [
            {
                "segment": part.part.key,
                "name": part.name(lang),
                "size": part.customers,
                "share": part.share,
                "stability": part.stability,
                "judgement": part.label,
            }
            for part in found.parts
        ],
        "evidence": [vars(each) for each in found.evidence],
        "is_clear": found.is_clear,
        "notes": found.notes(lang),
        "preparation": found.preparation(lang),
    }


def discovery_body(found: Discovery) -> dict[str, object]:
    """What is kept of a discovery: its model, its parts and its words in both languages."""
    told = {lang: discovery_told(found, lang) for lang in ("en", "zh")}
    names = {part.part.key: {"en": part.name("en"), "zh": part.name("zh")} for part in found.parts}
    return {
        "name": found.definition.name,
        "as_of": found.as_of.isoformat(),
        "definition": found.definition.model_dump(mode="json"),
        "model": found.model.model_dump(mode="json"),
        "labels": names,
        "evidence": told["en"]["evidence"],
        "parts": told["en"]["parts"],
        "is_clear": found.is_clear,
        "notes": {lang: told[lang]["notes"] for lang in told},
        "preparation": {lang: told[lang]["preparation"] for lang in told},
    }


def kept_labels(body: Mapping[str, object] | None) -> Mapping[str, Mapping[str, str]]:
    """Names of discovered parts by language, as kept; empty when nothing was kept."""
    return cast("Mapping[str, Mapping[str, str]]", (body or {}).get("labels", {}))


def rule_groups(segments: Iterable[SegmentDefinition]) -> Groups:
    """Segments that rules define, to be looked at side by side under their own labels."""
    labels = {each.name: {language: each.label_in(language) for language in ("en", "zh")} for each in segments}
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
