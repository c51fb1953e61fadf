"""Gather what the report says, from every room."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import TypeVar

import pyarrow as pa

from coterie.collect import quality
from coterie.domain import Progress
from coterie.domain.clock import to_local
from coterie.domain.meanings import EVENT_MEANINGS, ORDER
from coterie.engines import local_time, net_rows, unpriced_currencies
from coterie.errors import CoterieError
from coterie.measure import compare_matched, value_concentration
from coterie.predict import LifetimeValueModel
from coterie.profile import LifecycleDefinition, order_coverage, propose_lifecycle
from coterie.profile.lifecycle import lifecycle_stages
from coterie.report import CampaignStory, ReportFacts, Targets, write_report
from coterie.run import choose_as_of, newest_fact, parse_definition, segment_definitions
from coterie.segment import Groups, Persona, RfmDefinition, overlap, rank_targets
from coterie.segment.segmentations import rfm_grid
from coterie.settings import Locale
from coterie.words import Sentence, joined, sentence
from coterie.workspace.campaigns import Campaigns
from coterie.workspace.channels import Channels
from coterie.workspace.models import is_forecast_sound
from coterie.workspace.segments import Segments
from coterie.workspace.stand import Stand
from coterie.workspace.telling import described, discovery_restored, kept_labels, rule_groups

Found = TypeVar("Found")

SEGMENTS_IN_OVERLAP = 12

_BASE = """
    SELECT (SELECT count(*) FROM profiles) AS profiles,
           count(DISTINCT profile_id) AS buyers,
           count(*) FILTER (is_order) AS orders,
           count(profile_id) AS named_orders,
           CAST(sum(revenue) AS DOUBLE) AS revenue,
           CAST(sum(revenue) FILTER (WHERE profile_id IS NOT NULL) AS DOUBLE) AS named_revenue,
           CAST(sum(revenue) / nullif(count(*) FILTER (is_order), 0) AS DOUBLE) AS average_order,
           count(*) FILTER (is_order AND profile_id IS NULL) AS anonymous_orders,
           CAST(coalesce(sum(revenue) FILTER (NOT is_named) / nullif(sum(revenue), 0), 0) AS DOUBLE)
               AS anonymous_revenue_share,
           CAST(coalesce(-sum(revenue) FILTER (NOT is_order), 0) AS DOUBLE) AS unmatched_returns,
           (SELECT coalesce(avg(CASE WHEN n > 1 THEN 1.0 ELSE 0.0 END), 0) FROM (
               SELECT count(*) AS n FROM {rows} AS o WHERE profile_id IS NOT NULL
               AND occurred_at < $as_of GROUP BY profile_id)) AS repeat_share
    FROM {rows} AS o WHERE occurred_at < $as_of"""


def _months(rows: str, zone: str) -> str:
    """Whole months of the calendar in ``zone`` only: one that has just begun would look like a collapse.

    A month without orders counts as 0. What was taken back of no order that is known counts in the month of the return.
    """
    month = f"date_trunc('month', {local_time('occurred_at', zone)})"
    end = f"date_trunc('month', {local_time('$as_of', zone)})"
    return f"""
    WITH bounds AS (SELECT min({month}) AS first FROM {rows} AS o WHERE is_order AND occurred_at < $as_of),
    known AS (SELECT unnest(generate_series(first, {end} - INTERVAL 1 MONTH, INTERVAL 1 MONTH)) AS month FROM bounds)
    SELECT CAST(known.month AS DATE) AS month, CAST(coalesce(sum(revenue), 0) AS DOUBLE) AS revenue,
           count(*) FILTER (is_order) AS orders, count(DISTINCT profile_id) AS customers
    FROM known LEFT JOIN {rows} AS o ON {month} = known.month GROUP BY 1 ORDER BY 1"""


_SOURCES = """
    SELECT source, kind, CAST(sum(rows) AS BIGINT) AS rows, CAST(sum(refused) AS BIGINT) AS refused,
           max(loaded_at) AS loaded_at
    FROM batches GROUP BY source, kind ORDER BY source, kind"""

_VALUE = """
    SELECT a.segment, count(*) AS customers, avg(s.value) AS lifetime_value
    FROM assignments a JOIN scores s ON s.profile_id = a.profile_id AND s.score = 'lifetime_value'
    WHERE a.segmentation = 'rfm' GROUP BY a.segment ORDER BY lifetime_value DESC"""


class _Gathering:
    """Asks each room for its part; what a room cannot say yet is left out of the report."""

    def __init__(self, stand: Stand, lang: Locale, campaigns: Campaigns, channels: Channels) -> None:
        self._stand, self._lang, self._campaigns, self._channels = stand, lang, campaigns, channels
        self._engine, self._as_of = stand.engine, stand.as_of
        self._reasons: dict[str, Sentence] = {}

    def facts(self) -> ReportFacts:
        stand, engine, as_of = self._stand, self._engine, self._as_of
        zone = stand.settings.timezone
        asked, present = {"as_of": as_of}, choose_as_of(engine, None, stand.clock(), zone)
        model, coverage = stand.kept("model", "lifetime-value"), order_coverage(engine, as_of, zone)
        rows = net_rows(engine)
        newest = newest_fact(engine, stand.clock())
        facts = ReportFacts(
            name=stand.settings.name,
            currency=stand.settings.currency,
            as_of=to_local(as_of, zone),
            written_at=to_local(stand.clock(), zone),
            newest_fact_at=newest and to_local(newest, zone),
            zone=zone,
            is_historic=present.is_historic,
            base=engine.query(_BASE.format(rows=rows), asked).to_pylist()[0],
            first_order_at=engine.query(f"SELECT {local_time('min(occurred_at)', zone)} AS at FROM orders")["at"][
                0
            ].as_py(),
            remarks=(
                *stand.settings.remarks,
                *self._mixed_currencies(),
                *self._not_standing(),
                *coverage.explain(),
            ),
            sources=engine.query(_SOURCES),
            quality=quality(engine, as_of=max(as_of, present.at), locale=self._lang, zone=zone),
            months=None
            if unpriced_currencies(engine)
            else engine.query(_months(rows, zone), {"as_of": coverage.known_to or as_of}),
            concentration=value_concentration(engine, as_of=as_of),
            discovery=self._discovery(),
            model=LifetimeValueModel.model_validate(model) if model else None,
            campaigns=self._stories(),
            past=self._try("past", lambda: compare_matched(engine, as_of=as_of, unit=stand.settings.currency)) or (),
        )
        return self._with_segments(facts)

    def _with_segments(self, facts: ReportFacts) -> ReportFacts:
        engine, as_of = self._engine, self._as_of
        own = [parse_definition("segmentation", body) for body in self._stand.bodies("segmentation").values()]
        grid = next((d for d in own if isinstance(d, RfmDefinition)), None)
        cycle = next((d for d in own if isinstance(d, LifecycleDefinition)), None)
        proposal = propose_lifecycle(engine, as_of=as_of, zone=self._stand.settings.timezone)
        segments = Segments(self._stand).list(lang=self._lang).arrow
        return replace(
            facts,
            lifecycle=lifecycle_stages(engine, cycle, as_of=as_of, zone=self._stand.settings.timezone),
            lifecycle_proposal=proposal,
            rfm=self._try("rfm", lambda: rfm_grid(engine, grid, as_of=as_of, zone=self._stand.settings.timezone)),
            value=self._value() if facts.model else None,
            segments=segments,
            overlap=self._overlap(segments),
            personas=self._personas(),
            rule_personas=self._rule_personas(segments),
            targets=self._try("targets", self._targets),
            matrix=self._try("channels", lambda: self._channels.matrix(by=self._grid)),
            matrix_groups=Groups(self._grid),
            channel_labels={c.name: c.label for c in self._channels.register().channels},
            reasons=self._reasons,
        )

    def _personas(self) -> tuple[Persona, ...]:
        return tuple(described(self._stand, self._groups()))

    def _rule_personas(self, segments: pa.Table) -> tuple[Persona, ...]:
        sized = {row["name"] for row in segments.to_pylist() if row["size"]}
        groups = rule_groups(each for each in segment_definitions(self._stand.ledger) if each.name in sized)
        return tuple(described(self._stand, groups)) if sized else ()

    def _discovery(self) -> Mapping[str, object] | None:
        kept = self._stand.kept("discovery", "discovered")
        return kept and discovery_restored(kept)

    def _groups(self) -> Groups:
        kept = self._stand.kept("discovery", "discovered")
        return Groups("discovered", labels=kept_labels(kept)) if kept else Groups(self._grid)

    @property
    def _grid(self) -> str:
        """The segmentation that everybody is in: RFM, or the stages where there is no money to rank by."""
        return "lifecycle" if unpriced_currencies(self._engine) else "rfm"

    def _value(self) -> pa.Table:
        rows = self._engine.query(_VALUE).to_pylist()
        groups = Groups("rfm")
        return pa.Table.from_pylist([{**row, "name": groups.name_of(row["segment"]).told(self._lang)} for row in rows])

    def _overlap(self, segments: pa.Table) -> pa.Table | None:
        sized = sorted(segments.to_pylist(), key=lambda row: -(row["size"] or 0))
        names = [row["name"] for row in sized if row["size"]][:SEGMENTS_IN_OVERLAP]
        return overlap(self._engine, names) if len(names) > 1 else None

    def _targets(self) -> Targets:
        ranked = rank_targets(
            self._engine, self._groups(), as_of=self._as_of, is_forecast_sound=is_forecast_sound(self._stand)
        )
        return Targets(ranked.table(currency=self._stand.settings.currency), tuple(ranked.notes()))

    def _stories(self) -> tuple[CampaignStory, ...]:
        with self._stand.ledger.reading() as t:
            launches = [t.launches.one(name) for name in t.launches.names()]
            counts = t.outbox.counts().to_pylist()
        stories = []
        for launch in launches:
            states: dict[str, int] = {}
            for row in counts:
                if (row["origin_kind"], row["origin"]) == ("campaign", launch.campaign):
                    states[row["state"]] = states.get(row["state"], 0) + int(row["messages"])
            readout = self._campaigns.read(launch.campaign)
            stories.append(CampaignStory(launch.campaign, launch.figures, states, readout))
        return tuple(stories)

    def _mixed_currencies(self) -> tuple[Sentence, ...]:
        found = self._engine.query(
            "SELECT currency, count(*) / sum(count(*)) OVER () AS share FROM orders WHERE currency IS NOT NULL"
            " GROUP BY currency ORDER BY count(*) DESC, currency"
        ).to_pylist()
        if [row["currency"] for row in found] in ([], [self._stand.settings.currency]):
            return ()
        unpriced = ", ".join(unpriced_currencies(self._engine))
        is_rated = bool(self._engine.query("SELECT 1 FROM orders WHERE rate > 0 LIMIT 1").num_rows)
        named = ", ".join(f"{row['currency']} {row['share']:.0%}" for row in found)
        return (
            sentence(
                "The orders are in {currencies}, and no rate is known for {unpriced}: no amounts are summed, and whatever rests on"
                " money is missing here."
                if unpriced
                else "The orders are in {currencies}; all amounts are told in {currency}, by the rates of their days."
                if is_rated
                else "The orders are in {currencies}, this workspace in {currency}: amounts are shown under the one sign as they stand,"
                " nothing is converted.",
                unpriced=unpriced,
                currencies=named,
                currency=self._stand.settings.currency,
            ),
        )

    def _not_standing(self) -> tuple[Sentence, ...]:
        """How many orders do not count, or not whole, by what became of them."""
        found = self._engine.query(
            "SELECT CAST(status AS VARCHAR) AS status, count(*) AS n FROM orders"
            f" WHERE NOT ({EVENT_MEANINGS[ORDER].condition}) AND undoes IS NULL AND revenue >= 0 GROUP BY ALL ORDER BY n DESC, status"
        ).to_pylist()
        if not found:
            return ()
        named = joined((sentence("{status} {n:,}", status=Sentence(row["status"]), n=row["n"]) for row in found), ", ")
        return (sentence("By their status some orders do not count: {statuses}.", statuses=named),)

    def _try(self, section: str, ask: Callable[[], Found]) -> Found | None:
        try:
            return ask()
        except CoterieError as refusal:
            self._reasons[section] = refusal.sentence
            return None


def write_workspace_report(
    stand: Stand,
    output: Path,
    *,
    lang: Locale,
    remarks: Sequence[str],
    campaigns: Campaigns,
    channels: Channels,
    progress: Progress,
) -> Path:
    """Gather the facts and write the page; raises ``NotReady`` before the first refresh."""
    progress.stage(sentence("facts for the report"), 1)
    facts = _Gathering(stand, lang, campaigns, channels).facts()
    progress.advance()
    facts = replace(facts, remarks=(*facts.remarks, *remarks))
    return write_report(output, facts, lang=lang, progress=progress)
