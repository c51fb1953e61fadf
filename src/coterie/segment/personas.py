"""Segments described as people: who they are, what sets them apart, what they buy, what to do with them."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from coterie.engines import Engine, identifier
from coterie.profile import TraitDefinition
from coterie.segment.contrasts import Contrast, contrast, correlations, split_columns, unlike
from coterie.segment.favorites import channels_of, products_of, worth_of
from coterie.segment.groups import Groups, named, opened
from coterie.segment.persona import Persona, Typical
from coterie.segment.persona_rules import PersonaRules, advise, facts_of, main_stages
from coterie.segment.trait_words import TraitWords

NOTABLE = 0.2
"""Cohen's small effect: below it a difference, however sure, is not worth a sentence."""


def describe_personas(
    engine: Engine,
    groups: Groups,
    *,
    as_of: datetime,
    traits: Sequence[str] | None = None,
    definitions: Sequence[TraitDefinition] = (),
    currency: str = "",
    rules: PersonaRules | None = None,
) -> list[Persona]:
    """A persona for every segment of ``groups``, most valuable first.

    All segments are described together, in a few statements over the base however many there
    are. Raises ``UnknownName`` for a segmentation, segment or trait that is not there.

    >>> from coterie.engines import open_warehouse
    >>> engine = open_warehouse(None)
    >>> engine.execute("INSERT INTO profiles (profile_id) SELECT i FROM range(40) t(i)")
    >>> engine.execute("CREATE VIEW traits AS SELECT profile_id, profile_id % 2 AS visits FROM profiles")
    >>> engine.execute(
    ...     "INSERT INTO assignments SELECT profile_id, 'halves', ['even', 'odd'][profile_id % 2 + 1], NULL FROM profiles"
    ... )
    >>> [persona.segment for persona in describe_personas(engine, Groups("halves"), as_of=datetime(2026, 1, 1))]
    ['even', 'odd']
    """
    words, groups = TraitWords.of(definitions, currency), named(engine, groups)
    with opened(engine, groups) as opening:
        worth = worth_of(engine, opening.members, as_of)
        contrasts = contrast(engine, opening.members, traits)
        channels = channels_of(engine, opening.members, as_of)
        level, products = products_of(engine, opening.members, as_of)
        reach = _reach(engine, opening.members)
        stages = main_stages(engine, opening.members, groups, rules)
        examples = _examples(engine, opening.members, contrasts, traits)
        alike = correlations(engine, sorted({found.trait for found in contrasts if found.category is None}))
    knows_addresses = any(shares.keys() & {"email", "phone"} for shares in reach.values())
    personas = []
    for name in opening.segments:
        own = [found for found in contrasts if found.segment == name]
        sold = products.get(name, [])
        characteristic = sorted(
            (product for product in sold if product.is_characteristic),
            key=lambda product: -product.wallet_share * (1 - 1 / product.low),
        )
        notable = [found for found in own if found.is_sure and found.strength >= NOTABLE]
        facts = facts_of(
            worth[name],
            own,
            sold,
            characteristic,
            channels.get(name, []),
            reach.get(name, {}) if knows_addresses else None,
            stages.get(name),
            rules,
        )
        personas.append(
            Persona(
                segment=name,
                groups=groups,
                words=words,
                worth=worth[name],
                differences=tuple(notable),
                highlights=tuple(unlike(notable, alike)),
                typical=_typical(own, unlike([found for found in own if found.category is None], alike)),
                channels=tuple(channels.get(name, [])),
                product_level=level,
                favorites=tuple(sold[:10]),
                characteristic=tuple(characteristic[:10]),
                reach=reach.get(name, {}),
                stage=stages.get(name),
                strategy=advise(facts, rules),
                example_profile=examples.get(name),
            )
        )
    return sorted(personas, key=lambda persona: (-persona.worth.revenue, persona.segment))


def _typical(own: list[Contrast], telling: list[Contrast]) -> tuple[Typical, ...]:
    numbers = [Typical(found.trait, median=found.median) for found in telling]
    commonest: dict[str, Contrast] = {}
    for found in own:
        if found.category is not None and found.inside > getattr(commonest.get(found.trait), "inside", 0):
            commonest[found.trait] = found
    kinds = [Typical(found.trait, category=found.category, share=found.inside) for found in commonest.values()]
    return (*numbers, *kinds)


def _reach(engine: Engine, members: str) -> dict[str, dict[str, float]]:
    rows = engine.query(
        f"""WITH sizes AS (SELECT segment, count(*) AS n FROM {members} GROUP BY segment),
            known AS (SELECT DISTINCT profile_id, namespace FROM identifiers WHERE profile_id IS NOT NULL)
            SELECT segment, namespace, count(*) / any_value(n) AS share
            FROM {members} JOIN known USING (profile_id) JOIN sizes USING (segment)
            GROUP BY segment, namespace ORDER BY namespace"""
    ).to_pylist()
    found: dict[str, dict[str, float]] = {}
    for row in rows:
        found.setdefault(row["segment"], {})[row["namespace"]] = row["share"]
    return found


def _examples(engine: Engine, members: str, contrasts: list[Contrast], traits: Sequence[str] | None) -> dict[str, int]:
    """The member of each segment nearest to its medians on the eight traits that tell segments apart the most."""
    numeric, _ = split_columns(engine, traits)
    telling = list(dict.fromkeys(found.trait for found in contrasts if found.trait in numeric))[:8]
    if not telling:
        return {}
    columns = [f"CAST({identifier(name)} AS DOUBLE)" for name in telling]
    shape = ", ".join(
        f"median({column}) AS m{place}, stddev_samp({column}) AS s{place}" for place, column in enumerate(columns)
    )
    # A missing value counts as one spread away; the smaller id decides between equals.
    away = " + ".join(
        f"coalesce(abs({column} - m{place}) / nullif(s{place}, 0), CASE WHEN s{place} = 0 THEN 0 ELSE 1 END)"
        for place, column in enumerate(columns)
    )
    rows = engine.query(
        f"""WITH shape AS (SELECT segment, {shape} FROM {members} JOIN traits USING (profile_id) GROUP BY segment)
            SELECT segment, min({{'away': {away}, 'id': profile_id}}).id AS profile_id
            FROM {members} JOIN traits USING (profile_id) JOIN shape USING (segment) GROUP BY segment"""
    ).to_pylist()
    return {row["segment"]: row["profile_id"] for row in rows}
