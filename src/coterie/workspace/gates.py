"""What must be true before anything leaves, whatever the server."""

from __future__ import annotations

from datetime import datetime, timedelta

from coterie.errors import BadSetting, NotReady
from coterie.run import FACT_TABLES
from coterie.words import Sentence, sentence
from coterie.workspace.fence import check_fence
from coterie.workspace.stand import Stand


def pass_gates(stand: Stand, campaign: str, *, is_sink: bool, accept_stale: str | None = None) -> None:
    """Raise where the workspace is a copy, does not say who writes, or its facts are old; a sink on this machine takes all.

    ``accept_stale`` names who accepts old facts, which the audit log keeps.
    """
    check_fence(stand.ledger)
    if is_sink:
        return
    _say_who_writes(stand)
    old = _old(stand)
    if old is None:
        return
    if not (accept_stale or "").strip():
        raise NotReady(
            sentence(
                "{old}, and coterie.yaml allows {days} days (facts_within_days): people would be chosen by "
                "what is long past. Load newer files and refresh, or accept it with --accept-stale "
                "YOUR-NAME",
                old=old,
                days=stand.settings.facts_within_days,
            )
        )
    with stand.ledger.transaction() as t:
        t.audit.append("old facts accepted", campaign, {"why": old}, actor=str(accept_stale), at=stand.clock())


def _say_who_writes(stand: Stand) -> None:
    if stand.settings.unsigned:
        raise BadSetting(
            sentence(
                "{names} in coterie.yaml is still that of a new workspace or cannot be true: people could "
                "not tell who writes, nor unsubscribe; set sender, postal_address and public_url",
                names=", ".join(stand.settings.unsigned),
            )
        )


def _old(stand: Stand) -> Sentence | None:
    """What is older than may be, in words, or None."""
    oldest = stand.clock() - timedelta(days=stand.settings.facts_within_days)
    newest = newest_known(stand)
    if newest is None or newest < oldest:
        return sentence("the newest fact is of {at:%Y-%m-%d}", at=newest) if newest else Sentence("there are no facts")
    return sentence("the last refresh is as of {at:%Y-%m-%d}", at=stand.as_of) if stand.as_of < oldest else None


def newest_known(stand: Stand) -> datetime | None:
    """The instant of the newest order, line or event of others than Coterie; where there is none, of the last load."""
    dated = " UNION ALL ".join(
        f"SELECT max(occurred_at) AS newest FROM {table} WHERE occurred_at <= $now AND source IS DISTINCT FROM 'coterie'"
        for table in FACT_TABLES
    )
    rows = stand.engine.query(f"SELECT max(newest) AS newest FROM ({dated})", {"now": stand.clock()})
    found: datetime | None = rows["newest"][0].as_py()
    if found is None:
        found = stand.engine.query("SELECT max(loaded_at) AS newest FROM batches WHERE kind <> 'rates'")["newest"][
            0
        ].as_py()
    return found
