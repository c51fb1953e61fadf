"""A campaign read out against its holdout, from sufficient statistics."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import datetime

import pyarrow as pa

from coterie.domain import EVENT_MEANINGS
from coterie.domain.meanings import ORDER
from coterie.domain.readout import comparisons_of
from coterie.engines import Engine, Parameters
from coterie.errors import Refused
from coterie.measure.campaign import CampaignFacts, Freshness
from coterie.measure.effects import (
    OWN,
    arm_effect,
    arm_pairs,
    arm_reading,
    refusal_to_compare,
    refusal_to_read,
    winner_of,
)
from coterie.measure.findings import CampaignReadout
from coterie.measure.moments import Moments, moments_columns, read_moments
from coterie.measure.occurrences import EXACT, occurrences
from coterie.measure.power import SampleRatio, sample_ratio
from coterie.measure.segment_effects import segment_effects
from coterie.measure.unpriced import unpriced
from coterie.segment import Groups
from coterie.words import sentence

VARIABLES = ("converted", "revenue", "spend_before")
SKEWED = ("revenue", "spend_before")
OUTCOME = "json_extract_string(outcome, '$.{}')"
"""SQL: what an exposure of somebody who was erased keeps."""
_NOBODY = Moments(0, dict.fromkeys(VARIABLES, 0.0), {})
_FROZEN = ("segments", "spend_before", "outcome")


def read_out(
    engine: Engine,
    *,
    exposures: pa.Table,
    facts: CampaignFacts,
    as_of: datetime,
    segmentation: str | None = None,
    confidence: float = 0.95,
) -> CampaignReadout:
    """What the campaign changed, with intervals, or why that cannot be said.

    ``exposures`` holds ``profile_id, arm, exposed_at`` and optionally ``propensity``, one
    row per profile of one experiment; those at or after ``as_of`` are left out. A goal
    counts from the exposure (included) until ``within`` later (excluded). Everybody stays
    in the arm of the assignment, reached or not (intention to treat).

    What was true before comes with the exposures too: ``segments`` (JSON, segmentation to
    segment), by which ``segmentation`` reads, and ``spend_before``; without the latter it
    is added up from the orders before the exposure. Of people who were erased ``outcome``, as ``outcome_of`` has it, takes the
    place of what their orders would tell. Segments of today are never used: they
    may be the campaign's doing. Profiles merged since then are followed, so that nobody is
    lost or counted twice; who stood in two arms stays in that of the older profile.

    Rows never reach Python: one statement returns counts, sums and products per arm.
    Raises ``Refused`` when ``exposures`` lacks a column.
    """
    missing = {"profile_id", "arm", "exposed_at"} - set(exposures.column_names)
    if missing:
        raise Refused(
            sentence(
                "exposures lack {missing}; they have {names}",
                missing=", ".join(sorted(missing)),
                names=", ".join(exposures.column_names),
            )
        )
    with _met(engine, exposures, as_of, segmentation) as (written, met):
        rows = engine.query(*_by_arm(engine, met, facts, as_of, segmentation)).to_pylist()
        freshness = _freshness(engine, met, facts, as_of)
        propensity = _propensity(engine, written) if "propensity" in exposures.column_names else {}
        contacts = _contacts(engine, met, facts.campaign, as_of)
        contaminated = engine.query(f"SELECT count(*) FILTER (is_contaminated) AS n FROM {met}").column(0)[0].as_py()
    arms = {row["arm"]: read_moments(row, VARIABLES, SKEWED) for row in rows if row["whole"]}
    cells = {
        (row["segment"], row["arm"]): read_moments(row, VARIABLES, SKEWED)
        for row in rows
        if not row["whole"] and row["segment"] is not None
    }
    ratio = _checked_ratio(arms, facts, propensity)
    no_pair = refusal_to_compare(arms, freshness, ratio, facts)
    refusal = no_pair or refusal_to_read(arms, facts)
    no_money = unpriced(engine, facts.goal_event, facts.value)
    readings = tuple(
        arm_reading(arm, moments, contacts.get(arm, (0, 0)) if contacts else None, facts, confidence, no_money)
        for arm, moments in sorted(arms.items(), key=lambda item: (item[0] != facts.control, item[0]))
    )
    control = arms.get(facts.control, _NOBODY)
    treated = [reading for reading in readings if reading.arm != facts.control]
    audience, together = (
        sum(reading.exposed for reading in treated),
        comparisons_of(len(treated), control=facts.control in arms),
    )
    effects = tuple(
        arm_effect(r, control, arms[r.arm], facts, audience, refusal, confidence, together, no_money) for r in treated
    )
    pairs = arm_pairs({r.arm: arms[r.arm] for r in treated}, facts, no_pair, confidence, together, no_money)
    wholes = {effect.arm: effect.conversion for effect in effects}
    segments, heterogeneity = ((), None) if refusal else segment_effects(cells, facts, wholes, together, confidence)
    return CampaignReadout(
        facts, freshness, readings, effects, ratio, refusal, segments, heterogeneity, contaminated, Groups(segmentation),
        pairs, together, winner_of(pairs, effects),
    )  # fmt: skip


@contextmanager
def _met(engine: Engine, exposures: pa.Table, as_of: datetime, segmentation: str | None) -> Iterator[tuple[str, str]]:
    """Yields the tables of the exposures as they came, and by profile as resolved now, each in the arm of its oldest part."""
    kept = [c for c in ("profile_id", "arm", "exposed_at", "propensity", *_FROZEN) if c in exposures.column_names]
    is_read = segmentation is not None and "segments" in kept
    with engine.tidied():
        written = engine.aside("written", exposures.select(kept))
        statement = _met_sql(written, is_read=is_read, frozen=[name for name in _FROZEN if name in kept])
        yield written, engine.aside("met", statement, {"as_of": as_of, "segmentation": segmentation})


def _met_sql(written: str, *, is_read: bool, frozen: Sequence[str]) -> str:
    """The table of who was met: as written, those apart that a merge joined, who alone have to be added up."""
    place = "'$.\"' || replace($segmentation, '\"', '\\\"') || '\"'"

    def columns(segments: str, spend: str, outcome: str) -> str:
        segment = f"json_extract_string({segments}, {place})" if is_read else "NULL::VARCHAR"
        spend = spend if "spend_before" in frozen else "NULL::DOUBLE"
        outcome = outcome if "outcome" in frozen else "NULL::VARCHAR"
        return f"{segment} AS segment, {spend} AS spend_before, {outcome} AS outcome"

    contaminated = f"coalesce({OUTCOME.format('contaminated')}::BOOLEAN, false)" if "outcome" in frozen else "false"

    # A profile_id is the identifier_id of one of its identifiers, so merges are followed through that row;
    # few rows differ, and adding up those alone is a quarter of the work.
    return f"""
        WITH moved AS MATERIALIZED (
            SELECT identifier_id, profile_id FROM identifiers WHERE profile_id <> identifier_id),
        merged AS (SELECT DISTINCT profile_id FROM moved),
        met AS (
            SELECT coalesce(m.profile_id, e.profile_id) AS profile_id, e.profile_id AS former, e.* EXCLUDE (profile_id)
            FROM {written} AS e LEFT JOIN moved AS m ON m.identifier_id = e.profile_id WHERE e.exposed_at < $as_of)
        SELECT profile_id, exposed_at, arm, {contaminated} AS is_contaminated, {columns("segments", "spend_before", "outcome")}
        FROM met ANTI JOIN merged USING (profile_id)
        UNION ALL
        SELECT profile_id, min(exposed_at), arg_min(arm, former), min(arm) <> max(arm),
            {columns("arg_min(segments, former)", "sum(spend_before)", "arg_min(outcome, former)")}
        FROM met SEMI JOIN merged USING (profile_id) GROUP BY profile_id"""


def _by_arm(
    engine: Engine, met: str, facts: CampaignFacts, as_of: datetime, segmentation: str | None
) -> tuple[str, Parameters]:
    units, values = _units(engine, met, facts, as_of)
    sql = f"""
        WITH {units}
        SELECT arm, segment, grouping(segment) = 1 AS whole, {moments_columns(VARIABLES, SKEWED)}
        FROM units GROUP BY GROUPING SETS ((arm){", (arm, segment)" if segmentation else ""})
        ORDER BY ALL"""
    if not segmentation:
        sql = sql.replace("SELECT arm, segment, grouping(segment) = 1", "SELECT arm, NULL AS segment, true")
    return sql, values


def _units(engine: Engine, met: str, facts: CampaignFacts, as_of: datetime) -> tuple[str, Parameters]:
    """CTEs of which the last, ``units``, has for everybody met whether they converted, what for, and what they spent before."""
    goal = occurrences(engine, facts.goal_event, facts.value, prefix="goal")
    # What came back after the first exposure may have come back because of it, so it is not taken off the past.
    first = f"(SELECT min(exposed_at) FROM {met})"
    spend = occurrences(engine, ORDER, "revenue", prefix="spend", stood_at=first)
    sql = f"""bounds AS (SELECT min(exposed_at) AS first_at, max(exposed_at) AS last_at FROM {met}),
        goals AS (
            SELECT m.profile_id, sum(o.value) AS revenue
            FROM ({goal.sql}) AS o JOIN {met} AS m USING (profile_id)
            WHERE o.occurred_at >= (SELECT first_at FROM bounds) AND o.occurred_at < $as_of
              AND o.occurred_at >= m.exposed_at AND o.occurred_at < m.exposed_at + $within
            GROUP BY 1
        ),
        spend AS (
            SELECT m.profile_id, sum(o.value) AS revenue
            FROM ({spend.sql}) AS o JOIN {met} AS m USING (profile_id)
            WHERE m.spend_before IS NULL AND o.occurred_at >= (SELECT first_at FROM bounds) - $before
              AND o.occurred_at < (SELECT last_at FROM bounds)
              AND o.occurred_at >= m.exposed_at - $before AND o.occurred_at < m.exposed_at
            GROUP BY 1
        ),
        units AS (
            SELECT m.profile_id, m.arm, m.segment,
                coalesce({OUTCOME.format("converted")}::INTEGER, (g.profile_id IS NOT NULL)::INTEGER) AS converted,
                coalesce({OUTCOME.format("revenue")}::{EXACT}, g.revenue, 0) AS revenue,
                coalesce(m.spend_before, p.revenue, 0) AS spend_before
            FROM {met} AS m LEFT JOIN goals AS g USING (profile_id) LEFT JOIN spend AS p USING (profile_id)
        )"""
    return sql, {
        "as_of": as_of, "within": facts.within, "before": facts.before, **goal.parameters, **spend.parameters,
    }  # fmt: skip


def outcome_of(engine: Engine, *, exposures: pa.Table, facts: CampaignFacts, as_of: datetime) -> pa.Table:
    """What read-outs have to know of a person who is about to be erased: ``profile_id, exposed_at, spend_before, outcome``.

    ``exposures`` are those of the person to one experiment. One row, for the exposure that counts, or none where that is at or after
    ``as_of``; ``outcome`` is JSON without anything else about them: whether they converted, for how much, how many messages
    were sent, and whether they stood in two arms.
    """
    with _met(engine, exposures, as_of, None) as (_, met):
        units, values = _units(engine, met, facts, as_of)
        contacts = _contacts(engine, met, facts.campaign, as_of)
        sent, unknown = (sum(each[place] for each in contacts.values()) for place in (0, 1))
        oldest = min(exposures["profile_id"].to_pylist(), default=0)
        return engine.query(
            f"""WITH {units}
            SELECT $oldest::BIGINT AS profile_id, m.exposed_at, u.spend_before::DOUBLE AS spend_before, json_object(
                'converted', u.converted, 'revenue', u.revenue::VARCHAR, 'sent', $sent::INTEGER, 'unknown', $unknown::INTEGER,
                'contaminated', m.is_contaminated)::VARCHAR AS outcome
            FROM {met} AS m JOIN units AS u USING (profile_id)""",
            {**values, "oldest": oldest, "sent": sent, "unknown": unknown},
        )


def _freshness(engine: Engine, met: str, facts: CampaignFacts, as_of: datetime) -> Freshness:
    span = engine.query(
        f"""SELECT min(exposed_at) AS first, max(exposed_at) AS last,
                count(*) FILTER (exposed_at + $within > $as_of) AS open FROM {met}""",
        {"as_of": as_of, "within": facts.within},
    ).to_pylist()[0]
    newest = engine.query(_newest_sql(facts.goal_event), {"as_of": as_of}).to_pylist()[0]["newest_at"]
    closes = span["last"] + facts.within if span["last"] else None
    return Freshness(as_of, span["first"], span["last"], closes, span["open"], newest)


def _newest_sql(goal: str | None) -> str:
    """The newest fact of the kind that the goal is of: what we sent ourselves says nothing of orders that were not loaded."""
    if goal in EVENT_MEANINGS:
        return f"SELECT max(occurred_at) AS newest_at FROM {EVENT_MEANINGS[goal].table} WHERE occurred_at < $as_of"
    if goal and goal.startswith(OWN):
        return f"SELECT max(occurred_at) AS newest_at FROM events WHERE name LIKE '{OWN}%' AND occurred_at < $as_of"
    return f"""SELECT max(newest_at) AS newest_at FROM (
            SELECT max(occurred_at) AS newest_at FROM orders WHERE occurred_at < $as_of
            UNION ALL SELECT max(occurred_at) FROM events WHERE name NOT LIKE '{OWN}%' AND occurred_at < $as_of)"""


def _propensity(engine: Engine, written: str) -> dict[str, float]:
    rows = engine.query(f"SELECT arm, avg(propensity) AS share FROM {written} GROUP BY arm").to_pylist()
    return {row["arm"]: row["share"] for row in rows if row["share"]}


def _contacts(engine: Engine, met: str, campaign: str, as_of: datetime) -> dict[str, tuple[int, int]]:
    """Arm → (messages sent, of unknown outcome); empty when the campaign left no such events."""
    rows = engine.query(
        f"""SELECT m.arm, count(*) FILTER (e.name = 'Message Sent') AS sent,
                count(*) FILTER (e.name = 'Message Unknown') AS unknown
            FROM events AS e JOIN {met} AS m USING (profile_id)
            WHERE e.name IN ('Message Sent', 'Message Unknown') AND e.occurred_at < $as_of
              AND m.arm IS NOT NULL AND variant_extract(e.properties, 'campaign')::VARCHAR = $campaign
            GROUP BY m.arm""",
        {"campaign": campaign, "as_of": as_of},
    ).to_pylist()
    erased = engine.query(
        f"""SELECT m.arm, sum({OUTCOME.format("sent")}::BIGINT)::BIGINT AS sent, sum({OUTCOME.format("unknown")}::BIGINT)::BIGINT AS unknown
            FROM {met} AS m WHERE m.outcome IS NOT NULL GROUP BY m.arm"""
    ).to_pylist()
    found: dict[str, tuple[int, int]] = {}
    for row in (*rows, *(each for each in erased if each["sent"] or each["unknown"])):
        sent, unknown = found.get(row["arm"], (0, 0))
        found[row["arm"]] = sent + row["sent"], unknown + row["unknown"]
    return found


def _checked_ratio(arms: dict[str, Moments], facts: CampaignFacts, propensity: dict[str, float]) -> SampleRatio | None:
    shares = facts.shares or (propensity if set(propensity) >= set(arms) else {})
    return sample_ratio({arm: m.n for arm, m in arms.items()}, shares) if shares and arms else None
