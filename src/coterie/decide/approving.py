"""A campaign that a second person has read before it goes to many."""

from __future__ import annotations

import json
from collections.abc import Mapping
from datetime import datetime

from coterie.decide.campaign import CampaignDefinition
from coterie.decide.recurring import base_name
from coterie.errors import NotPermitted
from coterie.store import Definition, Ledger, Transaction
from coterie.words import sentence


def approve_campaign(
    ledger: Ledger, campaign: CampaignDefinition, *, by: str, now: datetime, dry_run: bool = False
) -> None:
    """Keep that ``by`` has read ``campaign`` and its templates as they are now, and finds that it may go.

    A later version of any of them has to be approved anew. Raises ``NotPermitted`` for whoever wrote one of them,
    since four eyes are two people's; kept in the audit log.
    """
    with ledger.reading() if dry_run else ledger.transaction() as t:
        written = _written(_definitions(t), campaign)
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


def approvers(t: Transaction, campaigns: Mapping[str, CampaignDefinition]) -> dict[str, str]:
    """Campaign → who approved it as it and its templates are now, of those that anybody did."""
    kept = t.facts.some(map(_fact, campaigns))
    if not kept:
        return {}
    known = _definitions(t)
    approved = {name: json.loads(kept[_fact(name)]) for name in campaigns if _fact(name) in kept}
    is_same = {name: each["versions"] == _versions(_written(known, campaigns[name])) for name, each in approved.items()}
    return {name: str(each["by"]) for name, each in approved.items() if is_same[name]}


def check_approved(ledger: Ledger, campaign: CampaignDefinition, contacts: int, above: int | None) -> None:
    """Raise ``NotPermitted`` where ``campaign`` has more ``contacts`` than may go unapproved, and nobody has approved it as it is."""
    if above is None or contacts <= above:
        return
    name = base_name(campaign.name)
    with ledger.reading() as t:
        if name not in approvers(t, {name: campaign}):
            raise NotPermitted(
                sentence(
                    "campaign {campaign!r} goes to {contacts:,} {contacts|person|people}, and above {above:,} a second person has to approve "
                    "it as it is now (approval_above in coterie.yaml): somebody else than who wrote it says "
                    "`coterie campaigns approve {campaign}`",
                    campaign=name,
                    contacts=contacts,
                    above=above,
                )
            )


def _definitions(t: Transaction) -> dict[tuple[str, str], Definition]:
    """The newest versions of all campaigns and templates, by kind and name."""
    return {(kind, name): each for kind in ("campaign", "template") for name, each in t.definitions.all(kind).items()}


def _written(known: Mapping[tuple[str, str], Definition], campaign: CampaignDefinition) -> list[Definition]:
    """The campaign and the templates that it sends, of those that are ``known``."""
    templates = sorted({template for template, _ in campaign.sends()})
    asked = [("campaign", base_name(campaign.name)), *(("template", template) for template in templates)]
    return [known[each] for each in asked if each in known]


def _versions(written: list[Definition]) -> Mapping[str, int]:
    return {f"{each.kind} {each.name}": each.version for each in written}


def _fact(campaign: str) -> str:
    return f"approved campaign {campaign}"
