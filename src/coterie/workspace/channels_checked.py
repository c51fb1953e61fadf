"""Whether messages can leave, channel by channel, and which campaigns and people wait for it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import cast

import pyarrow as pa
import pyarrow.compute as pc

from coterie.decide import CampaignDefinition, purposes_open
from coterie.decide.audience import audience_sql
from coterie.deliver import CHANNELS
from coterie.domain.consenting import MARKETING
from coterie.errors import CoterieError
from coterie.run import parse_definition
from coterie.words import Sentence, sentence
from coterie.workspace.ahead_of_launch import check_forms
from coterie.workspace.delivering import provider_named, what_is_missing
from coterie.workspace.stand import Stand

CHECKED = pa.schema(
    [
        *((name, pa.string()) for name in ("channel", "provider", "state")),
        ("people", pa.int64()),
        ("open", pa.int64()),
        ("campaigns", pa.list_(pa.string())),
        ("missing", pa.string()),
    ]
)
_EVERYBODY = "SELECT profile_id FROM profiles"
_NO_ADDRESS = pa.array(["no_address", "bad_address"])


def channels_checked(stand: Stand) -> list[Mapping[str, object]]:
    """One row a channel; ``state`` is ``ready`` or ``missing``."""
    waiting = _by_channel(stand)
    rows: list[Mapping[str, object]] = []
    with stand.ledger.reading() as t:
        t.prove()
        for name in CHANNELS:
            missing = what_is_missing(stand, name)
            asked = purposes_open(
                stand.engine,
                t,
                stand.key,
                _EVERYBODY,
                name,
                MARKETING,
                now=stand.clock(),
                country=stand.settings.country,
            )
            without = pc.sum(pc.fill_null(pc.is_in(asked["reason"], value_set=_NO_ADDRESS), False)).as_py() or 0
            rows.append(
                {
                    "channel": name,
                    "provider": provider_named(stand, name),
                    "state": "missing" if missing else "ready",
                    "people": asked.num_rows - without,
                    "open": asked["reason"].null_count,
                    "campaigns": [each.name for each in waiting.get(name, ())],
                    "missing": missing,
                }
            )
    return rows


def campaigns_stuck(stand: Stand) -> list[Sentence]:
    """Of each campaign not launched that could not be sent as things are: why, and how many people it is meant for."""
    told = []
    for channel, campaigns in _by_channel(stand).items():
        missing = what_is_missing(stand, channel)
        for campaign in campaigns:
            why = missing or _misfit(stand, campaign)
            if why is not None:
                told.append(
                    sentence(
                        "Campaign {campaign} cannot be sent, which touches {count:,} {count|person|people}: {why}",
                        campaign=campaign.name,
                        count=_meant(stand, campaign),
                        why=why,
                    )
                )
    return told


def _misfit(stand: Stand, campaign: CampaignDefinition) -> Sentence | None:
    try:
        check_forms(stand, campaign)
    except CoterieError as fault:
        return fault.sentence
    return None


def _meant(stand: Stand, campaign: CampaignDefinition) -> int:
    try:
        found = stand.engine.query(
            f"SELECT count(*) AS n FROM ({audience_sql(stand.engine, campaign)}) AS a WHERE NOT is_excluded"
        )
    except CoterieError:  # such as a segment that was never computed
        return 0
    return cast("int", found["n"][0].as_py())


def _by_channel(stand: Stand) -> dict[str, list[CampaignDefinition]]:
    with stand.ledger.reading() as t:
        launched = set(t.launches.names())
    found: dict[str, list[CampaignDefinition]] = {}
    for name, body in sorted(stand.bodies("campaign").items()):
        if name not in launched:
            campaign = cast("CampaignDefinition", parse_definition("campaign", body))
            found.setdefault(campaign.channel, []).append(campaign)
    return found
