"""What the strategy rules may ask about a segment."""

from __future__ import annotations

from coterie.domain.meanings import EVENT_MEANINGS, ORDER
from coterie.engines import Engine
from coterie.profile import STAGES
from coterie.segment.contrasts import Contrast
from coterie.segment.favorites import Favorite, Worth
from coterie.segment.groups import Groups
from coterie.segment.persona_rules import PersonaRules, built_in_rules

NOTABLE = 0.2


def facts_of(
    worth: Worth,
    contrasts: list[Contrast],
    products: list[Favorite],
    characteristic: list[Favorite],
    channels: list[Favorite],
    reach: dict[str, float] | None,
    stage: str | None,
    rules: PersonaRules | None = None,
) -> dict[str, float | str]:
    """The facts of one segment; what is not known is left out, ``reach`` where no address of anybody is known."""
    facts: dict[str, float | str] = {"size": float(worth.members), "share": worth.share}
    if worth.index:
        facts |= {"revenue_share": worth.revenue_share, "value_index": worth.index}
    if stage:
        facts["stage"] = stage
    rules = rules or built_in_rules()
    favorite = next((product for product in products if rules.is_product(product.name)), None)
    loved = next((product for product in characteristic if rules.is_product(product.name)), None)
    if favorite:
        facts |= {"favorite": favorite.name, "favorite_share": favorite.revenue_share}
    if loved:
        facts |= {"characteristic": loved.name, "characteristic_lift": loved.lift}
    if channels:
        facts |= {"channel": channels[0].name, "channel_share": channels[0].revenue_share}
    if reach is not None:
        facts |= {"email_reach": reach.get("email", 0.0), "phone_reach": reach.get("phone", 0.0)}
    return facts | _levels(contrasts, rules)


def _levels(contrasts: list[Contrast], rules: PersonaRules) -> dict[str, str]:
    by_trait = {found.trait: found for found in contrasts if found.category is None}
    """Low, average or high by role; a role whose traits say the opposite of each other says nothing."""
    levels = {}
    for role, names in rules.roles.items():
        found = [_level(by_trait[name]) for name in names if name in by_trait]
        if found and not {"high", "low"} <= set(found):
            levels[role] = found[0]
    return levels


def _level(found: Contrast) -> str:
    if not found.is_sure or found.strength < NOTABLE:
        return "average"
    return "high" if found.is_higher else "low"


def main_stages(engine: Engine, members: str, groups: Groups, rules: PersonaRules | None = None) -> dict[str, str]:
    """The lifecycle stage of every open segment: its own for lifecycle parts, one that the rules give it, else that of most of its members.

    Without orders nobody has a stage: that customers never bought would be a claim about the files, not about them.
    """
    if not engine.query(f"SELECT 1 FROM orders WHERE {EVENT_MEANINGS[ORDER].condition} LIMIT 1").num_rows:
        return {}
    known = (rules or built_in_rules()).stages
    rows = engine.query(
        f"""WITH counted AS (
                SELECT members.segment, stages.segment AS stage, count(*) AS n
                FROM {members} members LEFT JOIN assignments stages
                  ON stages.profile_id = members.profile_id AND stages.segmentation = 'lifecycle'
                GROUP BY members.segment, stages.segment)
            SELECT *, sum(n) OVER (PARTITION BY segment) AS size FROM counted"""
    ).to_pylist()
    found = {row["segment"]: row["stage"] for row in rows if row["stage"] and 2 * row["n"] > row["size"]}
    for segment in {row["segment"] for row in rows}:
        if groups.is_lifecycle and segment in STAGES:
            found[segment] = segment
        elif groups.is_exclusive and segment in known:
            found[segment] = known[segment]
    return found
