"""A campaign that a second person has read before it goes to many."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from coterie.decide.campaign import CampaignDefinition
from coterie.decide.recurring import base_name
from coterie.errors import NotPermitted
from coterie.store import Definition, Ledger, Transaction
from coterie.words import sentence


@dataclass(frozen=True, slots=True)
class Approved:
    """Who approved a campaign, and when (naive UTC)."""

    by: str
    at: datetime


def approve_campaign(
    ledger: Ledger, campaign: CampaignDefinition, *, by: str, now: datetime, dry_run: bool = False
) -> None:
    """Keep that ``by`` has read ``campaign`` and its templates as they are now, and finds that it may go.

    A later version of any of them has to be approved anew. Raises ``NotPermitted`` for whoever wrote one of them,
    since four eyes are two people's; kept in the audit log.
    """
    with ledger.reading() if dry_run else ledger.transaction() as t:
        written = _written(t, campaign)
        authors = sorted({each.author for each in written})
        if by in authors:
            raise NotPermitted(
                sentence(
                    "{by} wrote this version of campaign {campaign!r} or of its template, so that somebody else has to approve it",
                    by=by,
                    campaign=campaign.name,
                )
            )
        if dry_run:
            return
        versions = _versions(written)
        kept = {"by": by, "at": now.isoformat(), "versions": versions}
        t.facts.put(_fact(campaign.name), json.dumps(kept, sort_keys=True))
        t.audit.append("campaign approved", campaign.name, versions, actor=by, at=now)


def approval_of(t: Transaction, campaign: CampaignDefinition) -> Approved | None:
    """Who approved ``campaign`` as it and its templates are now; None where nobody did."""
    kept = t.facts.get(_fact(base_name(campaign.name)))
    if kept is None:
        return None
    found = json.loads(kept)
    is_same = found["versions"] == _versions(_written(t, campaign))
    return Approved(found["by"], datetime.fromisoformat(found["at"])) if is_same else None


def approvers(t: Transaction, campaigns: Mapping[str, CampaignDefinition]) -> dict[str, str]:
    """Campaign → who approved it as it is now, of those that anybody did."""
    asked = t.facts.some(map(_fact, campaigns))
    found = ((name, approval_of(t, campaigns[name])) for name in campaigns if _fact(name) in asked)
    return {name: approved.by for name, approved in found if approved is not None}


def check_approved(ledger: Ledger, campaign: CampaignDefinition, contacts: int, above: int | None) -> None:
    """Raise ``NotPermitted`` where ``campaign`` has more ``contacts`` than may go unapproved, and nobody has approved it as it is."""
    if above is None or contacts <= above:
        return
    with ledger.reading() as t:
        if approval_of(t, campaign) is None:
            raise NotPermitted(
                sentence(
                    "campaign {campaign!r} goes to {contacts:,} {contacts|person|people}, and above {above:,} a second person has to approve "
                    "it as it is now (approval_above in coterie.yaml): somebody else than who wrote it says "
                    "`coterie campaigns approve {campaign}`",
                    campaign=base_name(campaign.name),
                    contacts=contacts,
                    above=above,
                )
            )


def _written(t: Transaction, campaign: CampaignDefinition) -> list[Definition]:
    """The newest versions of the campaign and of the templates that it sends."""
    templates = sorted({template for template, _ in campaign.sends()})
    campaigns, known = t.definitions.all("campaign"), t.definitions.all("template")
    asked = [(campaigns, base_name(campaign.name)), *((known, template) for template in templates)]
    return [kept[name] for kept, name in asked if name in kept]


def _versions(written: list[Definition]) -> Mapping[str, int]:
    return {f"{each.kind} {each.name}": each.version for each in written}


def _fact(campaign: str) -> str:
    return f"approved campaign {campaign}"
