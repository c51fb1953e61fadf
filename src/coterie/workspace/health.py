"""What a workspace holds, and whether it is sound."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime

import pyarrow as pa
import pyarrow.compute as pc

from coterie.collect import KINDS
from coterie.domain.clock import to_local
from coterie.engines import read_fact, warehouse_damage
from coterie.errors import CoterieError
from coterie.profile import OrderCoverage, order_coverage
from coterie.run import REFRESHED_AT, SECTIONS, last_refresh, newest_fact
from coterie.store import HELD
from coterie.words import Sentence, joined, sentence
from coterie.workspace.background import at_work
from coterie.workspace.carrier_health import carriers_checked
from coterie.workspace.channels_checked import campaigns_stuck
from coterie.workspace.coupons import coupons_checked
from coterie.workspace.fence import fenced_in_words
from coterie.workspace.frame import Frame
from coterie.workspace.records import Status
from coterie.workspace.stand import Stand

MOST_TOLD = 10
COUNTED = ("identifiers", "profiles", "orders", "order_lines", "products", "events", "costs", "scores")


def status(stand: Stand) -> Status:
    """Rows of each table, sources, freshness, definitions, messages."""
    engine = stand.engine
    with stand.ledger.reading() as t:
        definitions = {kind: len(t.definitions.all(kind)) for kind in SECTIONS.values()}
        fits = len({(fit.kind, fit.name) for fit in t.fits.all()})
        counts = t.outbox.counts()
        held = t.facts.get(HELD)
    rows = {name: _count(stand, name) for name in COUNTED}
    waiting = engine.query("SELECT count(*) AS n FROM quarantine WHERE replayed_at IS NULL")["n"][0].as_py()
    sources = engine.query(
        "SELECT source, kind, count(*) AS loads, sum(accepted)::BIGINT AS accepted, sum(refused)::BIGINT AS refused,"
        " max(loaded_at) AS loaded_at FROM batches GROUP BY source, kind ORDER BY source, kind"
    )
    return Status(
        workspace=stand.settings.name,
        folder=str(stand.folder.resolve()),
        as_of=last_refresh(engine),
        refreshed_at=read_fact(engine, REFRESHED_AT),
        newest_fact_at=newest_fact(engine, stand.clock()),
        orders_known_until={source.name: source.until for source in _coverage(stand).sources},
        rows=rows,
        in_quarantine=waiting,
        definitions=definitions,
        fits=fits,
        sources=Frame(sources),
        messages=Frame(_of_campaigns(counts)),
        sending_held=held,
        fenced=stand.ledger.fenced,
        unsigned=() if stand.settings.smtp.is_sink else stand.settings.unsigned,
        documents_fault=fault.told(stand.lang) if (fault := _fault_beside(stand)) else None,
    )


def _fault_beside(stand: Stand) -> Sentence | None:
    """Why profile documents cannot be kept beside the warehouse, where a server would."""
    faults = stand.engine.watchers.faults() if stand.engine.watchers is not None else []
    return faults[0] if faults else None


def _of_campaigns(counts: pa.Table) -> pa.Table:
    """The counts of the outbox that are of campaigns, under their names."""
    rows = counts.filter(pc.equal(counts["origin_kind"], "campaign")).drop_columns("origin_kind")
    return rows.rename_columns(["campaign", *rows.column_names[1:]])


def _coverage(stand: Stand) -> OrderCoverage:
    return order_coverage(stand.engine, stand.clock(), stand.settings.timezone)


def _count(stand: Stand, table: str) -> int:
    return int(stand.engine.query(f"SELECT count(*) AS n FROM {table}")["n"][0].as_py())


def doctor(stand: Stand, locale: str) -> Frame:
    """One row a check: ``check, state`` (good, look, bad) and ``finding``, a sentence."""
    checks = (
        _files,
        _audit,
        _accounting,
        _people,
        _freshness,
        _quarantine,
        _outbox,
        _sender,
        _channels,
        _providers,
        _receipts,
        _coupons,
        _documents,
        _background,
    )
    found = [(check.__name__.removeprefix("_"), *_found(check, stand)) for check in checks]
    return Frame.of(({"check": c, "state": state, "finding": said} for c, state, said in found), locale)


def _found(check: Callable[[Stand], tuple[str, Sentence]], stand: Stand) -> tuple[str, Sentence]:
    """What one check says; what it cannot even look at is bad, and keeps no other from looking."""
    try:
        return check(stand)
    except CoterieError as fault:
        return "bad", fault.sentence


def _files(stand: Stand) -> tuple[str, Sentence]:
    found = [*warehouse_damage(stand.engine), *stand.ledger.damage()]
    if found:
        return "bad", sentence("What is stored cannot be read wholly: {found}", found=found[0])
    return "good", sentence("Every block of warehouse and ledger can be read.")


def _providers(stand: Stand) -> tuple[str, Sentence]:
    return carriers_checked(stand)


def _coupons(stand: Stand) -> tuple[str, Sentence]:
    return coupons_checked(stand)


def _audit(stand: Stand) -> tuple[str, Sentence]:
    found = stand.ledger.breaches()
    if found:
        told = joined((each.sentence for each in found[:MOST_TOLD]), "; ")
        if len(found) > MOST_TOLD:
            told = sentence("{found} (and {n:,} more)", found=told, n=len(found) - MOST_TOLD)
        return "bad", sentence("The ledger was changed by another hand: {found}", found=told)
    return "good", sentence("The audit log and all that it vouches for are as they were written.")


def _accounting(stand: Stand) -> tuple[str, Sentence]:
    off = stand.engine.query("SELECT source FROM batches WHERE accepted + refused <> rows")["source"].to_pylist()
    if off:
        return "bad", sentence("Rows are missing from: {sources}", sources=", ".join(off))
    if emptied := _emptied(stand):
        return "bad", sentence("All rows that were loaded are gone from: {tables}", tables=", ".join(emptied))
    return "good", sentence("Accepted and refused rows add up for every file.")


def _emptied(stand: Stand) -> list[str]:
    """Tables that hold nothing though rows were accepted into them, or though another table names their rows."""
    ask = stand.engine.query
    kinds = ask("SELECT kind FROM batches GROUP BY kind HAVING sum(accepted) > 0")["kind"].to_pylist()
    filled = {KINDS[kind].table for kind in kinds if kind in KINDS} & stand.engine.tables() - {"consents"}
    found = {table for table in filled if not _count(stand, table)}
    # A column that another hand removed is there again, and empty.
    valued = ask("SELECT 1 AS one FROM identifiers WHERE value IS NOT NULL LIMIT 1").num_rows
    if _count(stand, "profiles") and not valued:
        found.add("identifiers")
    named = ask("SELECT 1 AS one FROM identifiers WHERE profile_id IS NOT NULL LIMIT 1").num_rows
    if named and last_refresh(stand.engine) is not None and not _count(stand, "profiles"):
        found.add("profiles")  # before the first refresh nobody has one
    return sorted(found)


def _people(stand: Stand) -> tuple[str, Sentence]:
    lost = stand.engine.query(
        "SELECT count(*) AS n FROM identifiers i WHERE i.profile_id IS NOT NULL AND NOT EXISTS (SELECT 1 FROM profiles p WHERE p.profile_id = i.profile_id)"
    )["n"][0].as_py()
    if lost:
        return "look", sentence(
            "{n:,} {n|identifier has|identifiers have} no profile yet; run `coterie refresh`.", n=lost
        )
    return "good", sentence("Every identifier has its profile.")


def _freshness(stand: Stand) -> tuple[str, Sentence]:
    try:
        as_of = stand.as_of
    except CoterieError as fault:
        return "look", fault.sentence
    newest: datetime | None = newest_fact(stand.engine, stand.clock())
    if newest and newest > as_of:
        return "look", sentence(
            "There are facts after the last refresh ({as_of:%Y-%m-%d %H:%M}); run `coterie refresh`.",
            as_of=to_local(as_of, stand.settings.timezone),
        )
    at = to_local(as_of, stand.settings.timezone)
    return "good", sentence("Refreshed as of {as_of:%Y-%m-%d %H:%M}.", as_of=at)


def _quarantine(stand: Stand) -> tuple[str, Sentence]:
    waiting = stand.engine.query("SELECT count(*) AS n FROM quarantine WHERE replayed_at IS NULL")["n"][0].as_py()
    if waiting:
        return "look", sentence("{n:,} refused {n|row waits|rows wait}; see `coterie quarantine list`.", n=waiting)
    return "good", sentence("No refused rows wait.")


def _outbox(stand: Stand) -> tuple[str, Sentence]:
    with stand.ledger.reading() as t:
        counts = t.outbox.counts().to_pylist()
        held = t.facts.get(HELD)
    if stand.ledger.fenced:
        return "look", fenced_in_words(stand.ledger.fenced)
    if held:
        return "look", sentence("Sending is held: {reason}. `coterie campaigns release` lets it go on.", reason=held)
    unknown = sum(row["messages"] for row in counts if row["state"] in ("unknown", "sending"))
    if unknown:
        return "look", sentence(
            "{n:,} {n|message|messages} may or may not have left; {n|it is|they are} never sent again.", n=unknown
        )
    return "good", sentence("No message is in doubt.")


def _sender(stand: Stand) -> tuple[str, Sentence]:
    if stand.settings.unsigned:
        names = ", ".join(stand.settings.unsigned)
        return "look", sentence("Nothing can be sent before {names} in coterie.yaml are set and true.", names=names)
    return "good", sentence("The sender is set.")


def _channels(stand: Stand) -> tuple[str, Sentence]:
    stuck = campaigns_stuck(stand)
    if stuck:
        return "look", joined(stuck[:MOST_TOLD], " ")
    return "good", sentence("Every campaign that is not launched has a way out.")


def _receipts(stand: Stand) -> tuple[str, Sentence]:
    with stand.ledger.reading() as t:
        counted = t.receipts.counts().to_pylist()
    unmatched = sum(row["receipts"] for row in counted if row["state"] == "unmatched")
    if unmatched:
        return "look", sentence(
            "{n:,} {n|receipt is|receipts are} of no message that is known; see `coterie channels receipts --state unmatched`.",
            n=unmatched,
        )
    return "good", sentence("Every receipt of a provider is of a message that is known.")


def _background(stand: Stand) -> tuple[str, Sentence]:
    working = at_work(stand.engine)
    faults = {name: fault for name, work in working.items() if (fault := work.fault) is not None}
    if faults:
        told = joined((sentence("{work}: {why}", work=name, why=why.sentence) for name, why in faults.items()), "; ")
        return "bad", sentence("What the server does by itself stands still: {found}", found=told)
    lost = getattr(working.get("engagement"), "lost", 0)
    if lost:
        return "look", sentence(
            "{n:,} {n|open or click was|opens and clicks were} lost since the server began, for the disk was too far behind.",
            n=lost,
        )
    if not working:
        return "good", sentence("No server runs that would have to do anything by itself.")
    return "good", sentence("What the server does by itself goes on.")


def _documents(stand: Stand) -> tuple[str, Sentence]:
    if fault := _fault_beside(stand):
        return "look", sentence("People are read from the warehouse, a hundred times slower: {why}", why=fault)
    if stand.engine.watchers:
        return "good", sentence("People are read from documents, which follow every change.")
    return "good", sentence("No server runs that would have to answer reads of people.")
