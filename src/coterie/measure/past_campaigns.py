"""What past campaigns without a holdout did: three readings of rising care, and their checks."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

import numpy as np
import pyarrow as pa

from coterie.domain import EVENT_MEANINGS, Estimate, NotEstimable, Readout
from coterie.domain.meanings import ORDER
from coterie.engines import Engine
from coterie.errors import NotReady
from coterie.measure.matching import (
    Flags,
    Floats,
    Ints,
    Matched,
    Units,
    clustered_mean,
    difference_in_differences,
    match,
)
from coterie.measure.occurrences import stood, versions
from coterie.measure.past_findings import ASSUMPTIONS, PastComparison, Verdict
from coterie.measure.unpriced import unpriced
from coterie.profile import order_coverage
from coterie.words import joined

MOST_TOLD_APART = 0.9
"""How well what is known may tell the contacted from the others (area under the curve) for them to be comparable."""

MOST_CROSSED = 0.2
"""Share of the matched controls that may have been contacted within their window for the effect to be that of a contact."""

OWN_COVARIATES = (
    "spend",
    "orders",
    "recent spend",
    "earlier spend",
    "days since last order",
    "days as customer",
    "other contacts",
)


def compare_matched(
    engine: Engine,
    *,
    as_of: datetime,
    contact_event: str = "Campaign Contacted",
    group_by: str | None = "campaign_type",
    outcome_event: str = ORDER,
    value: str | None = "revenue",
    before: timedelta = timedelta(days=56),
    after: timedelta = timedelta(days=28),
    seed: int = 0,
    unit: str = "USD",
    confidence: float = 0.95,
    most_treated: int = 20_000,
) -> tuple[PastComparison, ...]:
    """Each group of past contacts compared with profiles that the group had not contacted by then.

    A wave is a campaign on a day. Windows begin at the contact's instant (at the next
    midnight where only its day is known); a control's at the last contact of its wave, when all of the wave are known.
    A contact counts when its window ``after`` is over at ``as_of`` (and orders are known so far), the profile had bought
    before ``before`` began, and no contact of the same group met it during ``before``; the
    others are counted in ``left_out``. Its controls are profiles that no contact of the
    group had met during ``before`` and until then, whatever met them afterwards: who is left alone for weeks on end is
    known only later, and to choose by it is to choose by what they did (a mail sent after an order leaves those who
    did not order). So the effect is that of a contact now against one later or none; ``crossed`` tells how many of the
    matched controls were contacted within their window.

    Compared are spend, orders, recent spend, daily spend before that, recency, tenure and contacts by other groups, each
    as it was known at that instant: what came back later is not taken off yet.

    The placebo is the same comparison of spending in a window as long as ``after`` that
    ended when ``before`` began: before anything that the campaign can have aimed at, if it
    aimed at what happened in ``before``. Called credible is only what matching, difference
    in differences and placebo agree on.

    With ``value`` None the outcome is the number of events. More than ``most_treated``
    contacts are sampled by a hash of ``seed``, and so are their controls (ten to a contact, at
    most five times ``most_treated`` in all); the same seed gives the same result. Raises ``NotReady`` where currencies have no rate.
    """
    groups = _groups(engine, contact_event, group_by)
    if groups and (no_money := unpriced(engine, outcome_event, value)):
        raise NotReady(joined([no_money.reason, no_money.needs], "; "))
    if outcome_event in EVENT_MEANINGS:
        as_of = order_coverage(engine, as_of).known_to or as_of
    spec = _Spec(contact_event, group_by, outcome_event, value, before, after, seed, most_treated)
    return tuple(_compared(engine, spec, group, as_of, unit, confidence) for group in groups)


@dataclass(frozen=True)
class _Spec:
    contact_event: str
    group_by: str | None
    outcome_event: str
    value: str | None
    before: timedelta
    after: timedelta
    seed: int
    most_treated: int

    @property
    def group(self) -> str:
        if self.group_by is None:
            return "'*'"
        return "coalesce(variant_extract(properties, $group_by)::VARCHAR, '')"


def _groups(engine: Engine, event: str, group_by: str | None) -> list[str]:
    if group_by is None:
        return ["*"]
    rows = engine.query(
        """SELECT coalesce(variant_extract(properties, $group_by)::VARCHAR, '') AS g FROM events
        WHERE name = $event GROUP BY 1 ORDER BY 1""",
        {"event": event, "group_by": group_by},
    )
    return [str(g) for g in rows.column(0).to_pylist()]


def _compared(engine: Engine, spec: _Spec, group: str, as_of: datetime, unit: str, confidence: float) -> PastComparison:
    table = _units(engine, spec, group, as_of)
    counts = _counts(engine, spec, group)
    units = _arrays(table)
    change = _column(table, "outcome") - _column(table, "outcome_before")
    naive = clustered_mean(
        change[units.treated], units.profile[units.treated],
        confidence=confidence, unit=unit, method="after less before, contacted only",
    )  # fmt: skip
    read = compare(units, _placebo(table, units), change, confidence=confidence, unit=unit)
    found, compared = read.matched, int(units.treated.sum())
    relative = None
    if isinstance(found.effect, Estimate) and found.control_mean > 0:
        relative = found.effect.value / found.control_mean
    return PastComparison(
        group=group,
        waves=len(np.unique(units.stratum[units.treated])),
        contacts=counts,
        compared=compared,
        controls=found.controls,
        left_out=counts - compared,
        before_after=naive,
        difference=read.difference,
        matched=_assuming(found.effect),
        relative=relative,
        total=_total(found, unit),
        placebo=read.placebo,
        overlap=found.overlap,
        balance=found.balance,
        verdict=read.verdict,
        reasons=read.reasons,
        after=spec.after,
        before=spec.before,
        unit=unit,
        is_sampled=counts > spec.most_treated,
        crossed=found.crossed,
    )


@dataclass(frozen=True)
class ThreeReadings:
    """Three readings of one comparison, and what they are worth together."""

    matched: Matched
    difference: Readout
    placebo: Readout
    verdict: Verdict
    reasons: tuple[str, ...]


def compare(units: Units, placebo: Units, change: Floats, *, confidence: float = 0.95, unit: str = "") -> ThreeReadings:
    """Match, difference and placebo; ``change`` is the outcome less what it was just before, ``placebo`` an earlier outcome."""
    found = match(units, confidence=confidence, unit=unit) if len(change) else _nothing()
    earlier = match(placebo, confidence=confidence, unit=unit) if len(placebo.outcome) else _nothing()
    both = difference_in_differences(
        change, units.treated, units.stratum, units.profile, confidence=confidence, unit=unit
    )
    verdict, reasons = _verdict(found, both, earlier.effect)
    return ThreeReadings(found, both, earlier.effect, verdict, reasons)


def _nothing() -> Matched:
    reason = NotEstimable(
        "no contact is old enough and has history enough to compare", needs="orders before, and the window after over"
    )
    return Matched(reason, 0.0, 0.0, 0, 0, ())


def _assuming(found: Readout) -> Readout:
    from dataclasses import replace

    return replace(found, assumptions=ASSUMPTIONS) if isinstance(found, Estimate) else found


def _total(found: Matched, unit: str) -> Readout:
    if isinstance(found.effect, NotEstimable):
        return found.effect
    e, n = found.effect, found.treated
    return Estimate(e.value * n, e.low * n, e.high * n, e.confidence, unit, "effect × matched contacts", n, e.p_value)


def _verdict(found: Matched, both: Readout, placebo: Readout) -> tuple[Verdict, tuple[str, ...]]:
    """What the checks say; each reason is a sentence of the catalogue."""
    if isinstance(found.effect, NotEstimable):
        return "not estimable", ()
    reasons = _weak_in_matching(found)
    if isinstance(both, NotEstimable) or _direction(both) != _direction(found.effect):
        reasons.append("the difference in differences does not say the same")
    if isinstance(placebo, NotEstimable):
        reasons.append("the placebo check could not be made")
    elif _direction(placebo):
        reasons.append("the same comparison finds an effect before the contact, where there can be none")
        return "not credible", tuple(reasons)
    # An interval that holds 0 because it is wide acquits nobody: the placebo must also be small beside the effect.
    elif _direction(found.effect) and abs(placebo.value) > abs(found.effect.value) / 3:
        reasons.append(
            "a difference a third as large or more shows before the contact already, though chance may explain it"
        )
    elif not _outlasts(found.effect, placebo):
        reasons.append("less what shows before the contact already, chance may explain the difference")
    return ("indicative" if reasons else "credible"), tuple(reasons)


def _weak_in_matching(found: Matched) -> list[str]:
    reasons: list[str] = []
    if found.told_apart > MOST_TOLD_APART:
        reasons.append("whom it went to follows so closely from what is known that hardly anybody alike was left out")
    if any(abs(b.after) > 0.1 for b in found.balance):
        reasons.append("the matched still differ by more than a tenth of a standard deviation in what is known of them")
    if found.overlap < 0.8:
        reasons.append("many of the contacted have nobody alike who was not contacted")
    if found.crossed > MOST_CROSSED:
        reasons.append("many of those compared with were contacted soon after, so that an effect shows too small")
    return reasons


def _outlasts(effect: Estimate, placebo: Estimate) -> bool:
    """Whether an effect clear of 0 is so still when a placebo in its direction is taken off."""
    nearest = effect.low if _direction(effect) > 0 else -effect.high
    same = placebo.value * (_direction(effect) or 1)
    return not _direction(effect) or nearest > max(same, 0.0)


def _direction(found: Estimate) -> int:
    """1 for surely more, -1 for surely less, 0 for neither."""
    return int(found.low > 0) - int(found.high < 0)


def _column(table: pa.Table, name: str) -> np.ndarray[tuple[int], np.dtype[np.float64]]:
    return np.asarray(table.column(name).to_numpy(zero_copy_only=False), float)


def _flags(table: pa.Table, name: str) -> Flags:
    return np.asarray(table.column(name).to_numpy(zero_copy_only=False), bool)


def _arrays(table: pa.Table) -> Units:
    return shaped_units(
        profile=table.column("profile_id").to_numpy(zero_copy_only=False).astype(np.int64),
        stratum=table.column("wave").to_numpy(zero_copy_only=False).astype(np.int64),
        treated=_flags(table, "treated"),
        skewed={name: _column(table, name) for name in OWN_COVARIATES},
        outcome=_column(table, "outcome"),
        crossed=_flags(table, "crossed"),
    )


def shaped_units(
    *,
    profile: Ints,
    stratum: Ints,
    treated: Flags,
    skewed: Mapping[str, Floats],
    outcome: Floats,
    crossed: Flags | None = None,
) -> Units:
    """Units alike by the logarithm of skewed amounts and counts, with the amounts themselves for the correction."""
    return Units(
        profile=profile,
        stratum=stratum,
        treated=treated,
        covariates=np.column_stack([np.log1p(np.maximum(c, 0)) for c in skewed.values()]),
        names=tuple(skewed),
        outcome=outcome,
        raw=np.column_stack(list(skewed.values())),
        crossed=np.zeros(len(outcome), bool) if crossed is None else crossed,
    )


def _placebo(table: pa.Table, units: Units) -> Units:
    """The same units with what they spent before ``before`` as outcome, and what came before that as their past."""
    place = OWN_COVARIATES.index("earlier spend")
    earliest = _column(table, "earliest spend")
    covariates, raw = units.covariates.copy(), units.raw.copy()
    covariates[:, place], raw[:, place] = np.log1p(np.maximum(earliest, 0)), earliest
    kept = _flags(table, "has_placebo")
    return Units(
        units.profile[kept], units.stratum[kept], units.treated[kept], covariates[kept], units.names,
        _column(table, "placebo")[kept], raw[kept],
    )  # fmt: skip


def _counts(engine: Engine, spec: _Spec, group: str) -> int:
    bound = {"event": spec.contact_event, "group": group} | ({"group_by": spec.group_by} if spec.group_by else {})
    sql = f"SELECT count(*) AS n FROM events WHERE name = $event AND profile_id IS NOT NULL AND {spec.group} = $group"
    return int(engine.query(sql, bound).column(0)[0].as_py())


def _units(engine: Engine, spec: _Spec, group: str, as_of: datetime) -> pa.Table:
    """One row per wave and profile with what came before and after."""
    outcome = versions(engine, spec.outcome_event, spec.value)
    bound = {
        "event": spec.contact_event, "group": group, "as_of": as_of, "before": spec.before, "after": spec.after,
        "seed": spec.seed, "most": spec.most_treated, **outcome.parameters,
    }  # fmt: skip
    return engine.query(_units_sql(spec, outcome.sql), bound | ({"group_by": spec.group_by} if spec.group_by else {}))


def _units_sql(spec: _Spec, outcome: str) -> str:
    amount = "value" if spec.value else "1"
    then, now = stood("u.at", of="b"), stood("$as_of", of="b")
    return f"""
        WITH {_met_sql(spec, outcome, amount)},
        spent AS (
            SELECT u.wave, u.profile_id,
                sum(amount) FILTER ({now} AND (b.occurred_at > u.starts_at OR (b.occurred_at = u.starts_at AND u.starts_at > u.at))) AS outcome,
                sum(amount) FILTER ({then} AND b.occurred_at >= u.at - $after AND b.occurred_at < u.at) AS recent,
                sum(amount) FILTER ({then} AND b.occurred_at >= u.at - $before AND b.occurred_at < u.at) AS spend,
                count(*) FILTER ({then} AND b.occurred_at >= u.at - $before AND b.occurred_at < u.at) AS orders,
                sum(amount) FILTER ({then} AND b.occurred_at < u.at - $before) AS earlier,
                sum(amount) FILTER ({then} AND b.occurred_at < u.at - $before AND b.occurred_at >= u.at - $before - $after) AS placebo,
                sum(amount) FILTER ({then} AND b.occurred_at < u.at - $before - $after) AS earliest,
                max(b.occurred_at) FILTER ({then} AND b.occurred_at < u.at) AS last_at
            FROM units AS u JOIN bought AS b ON b.profile_id = u.profile_id AND b.occurred_at < u.starts_at + $after
            GROUP BY u.wave, u.profile_id),
        later AS (
            SELECT DISTINCT u.wave, u.profile_id FROM units AS u JOIN own AS p ON p.profile_id = u.profile_id
              AND p.contacted_at > u.at AND p.contacted_at < u.starts_at + $after WHERE NOT u.treated),
        others AS (
            SELECT u.wave, u.profile_id, count(*) AS n FROM units AS u
            JOIN contacts AS c ON c.profile_id = u.profile_id AND c.grp <> $group
              AND c.contacted_at >= u.at - $before AND c.contacted_at <= u.at
            GROUP BY u.wave, u.profile_id),
        met AS (
            SELECT DISTINCT u.wave, u.profile_id FROM units AS u JOIN own AS p ON p.profile_id = u.profile_id
              AND p.contacted_at >= u.at - $before - $after AND p.contacted_at < u.at - $before)
        SELECT u.wave, u.profile_id, u.treated, coalesce(s.outcome, 0)::DOUBLE AS outcome,
            coalesce(s.recent, 0)::DOUBLE AS outcome_before, coalesce(s.spend, 0)::DOUBLE AS spend, coalesce(s.orders, 0) AS orders,
            coalesce(s.recent, 0)::DOUBLE AS "recent spend",
            coalesce(s.earlier, 0)::DOUBLE / greatest(date_diff('day', u.first_at, u.at - $before), 7) AS "earlier spend",
            date_diff('day', coalesce(s.last_at, u.first_at), u.at) AS "days since last order",
            date_diff('day', u.first_at, u.at) AS "days as customer", coalesce(o.n, 0) AS "other contacts",
            coalesce(s.placebo, 0)::DOUBLE AS placebo,
            coalesce(s.earliest, 0)::DOUBLE / greatest(date_diff('day', u.first_at, u.at - $before - $after), 7) AS "earliest spend",
            u.first_at < u.at - $before - $after AND m.wave IS NULL AS has_placebo,
            l.wave IS NOT NULL AS crossed
        FROM units AS u LEFT JOIN spent AS s USING (wave, profile_id) LEFT JOIN others AS o USING (wave, profile_id)
        LEFT JOIN met AS m USING (wave, profile_id) LEFT JOIN later AS l USING (wave, profile_id)
        ORDER BY u.wave, u.treated DESC, u.profile_id"""


def _met_sql(spec: _Spec, outcome: str, amount: str) -> str:
    """The common tables up to ``units``: who was met when, and who stands beside them."""
    return f"""
        contacts AS (
            SELECT DISTINCT profile_id, {spec.group} AS grp, occurred_at AS contacted_at,
                coalesce(variant_extract(properties, 'campaign')::VARCHAR, '') AS campaign
            FROM events WHERE name = $event AND profile_id IS NOT NULL),
        bought AS (SELECT profile_id, occurred_at, {amount}::DECIMAL(38,9) AS amount, stands_from, stands_until FROM ({outcome})),
        span AS (SELECT min(occurred_at) AS first_at FROM bought),
        firsts AS (SELECT profile_id, min(occurred_at) AS first_at FROM bought WHERE stands_from IS NULL GROUP BY 1),
        own AS (SELECT * FROM contacts WHERE grp = $group),
        waves AS (
            SELECT row_number() OVER (ORDER BY contacted_on, campaign) AS wave, campaign, contacted_on, n, over_at
            FROM (SELECT campaign, date_trunc('day', contacted_at) AS contacted_on, count(*) AS n,
                    max(contacted_at) AS over_at FROM own GROUP BY campaign, contacted_on)
            WHERE contacted_on + INTERVAL 1 DAY + $after <= $as_of
              AND contacted_on - $before >= (SELECT first_at FROM span)),
        treated AS (
            SELECT w.wave, min(o.contacted_at) AS at, o.profile_id FROM own AS o
            JOIN waves AS w ON w.campaign = o.campaign AND w.contacted_on = date_trunc('day', o.contacted_at)
            WHERE NOT EXISTS (SELECT 1 FROM own AS p WHERE p.profile_id = o.profile_id
                AND p.contacted_at < w.contacted_on AND p.contacted_at >= o.contacted_at - $before)
            GROUP BY w.wave, o.profile_id
            QUALIFY row_number() OVER (ORDER BY hash(o.profile_id, w.wave, $seed)) <= $most),
        free AS (
            SELECT w.wave, w.over_at AS at, f.profile_id
            FROM waves AS w CROSS JOIN firsts AS f
            -- Nothing later than over_at may be asked here: who is contacted next follows from what they do until then.
            WHERE NOT EXISTS (SELECT 1 FROM own AS p WHERE p.profile_id = f.profile_id
                AND p.contacted_at >= w.over_at - $before AND p.contacted_at <= w.over_at)
            QUALIFY row_number() OVER (PARTITION BY w.wave ORDER BY hash(f.profile_id, w.wave, $seed))
                <= least(greatest(10 * w.n, 1000), greatest(5 * $most // (SELECT count(*) FROM waves), 10))),
        units AS (
            SELECT u.wave, u.at, u.profile_id, u.treated, f.first_at,
                -- Where only the day is known, what was bought on it may have come first.
                CASE WHEN u.at = date_trunc('day', u.at) THEN u.at + INTERVAL 1 DAY ELSE u.at END AS starts_at
            FROM (SELECT *, true AS treated FROM treated UNION ALL SELECT *, false FROM free) AS u
            JOIN firsts AS f ON f.profile_id = u.profile_id AND f.first_at < u.at - $before)"""
