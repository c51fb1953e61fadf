"""Key figures of a workspace: what they are, how they stand, who comes back."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta

import pyarrow as pa

from coterie.domain.clock import Instant, instant_of
from coterie.errors import Refused, UnknownName
from coterie.measure import By, Every, measure_kpis, ready_kpis, retention_cohorts
from coterie.measure.kpi_comparison import changes_in_words, compared
from coterie.profile import order_coverage
from coterie.settings import Locale
from coterie.words import Sentence, each_into, sentence
from coterie.workspace.frame import Frame
from coterie.workspace.kpi_targets import target_rows
from coterie.workspace.reading import reads, reads_brought
from coterie.workspace.records import KpiComparison
from coterie.workspace.settings_file import SettingsFile
from coterie.workspace.stand import Stand

DEFAULT_DAYS = 365


class Kpis:
    """Revenue, repeat rate, retention, cost per contact and the like; ``ws.kpis``."""

    def __init__(self, stand: Stand) -> None:
        self._stand = stand

    def list(self, *, lang: Locale | None = None) -> Frame:
        """Every KPI: ``name, label, unit, direction`` (which way is better) and its ``formula`` over ``measures``."""
        catalog, locale = ready_kpis(), lang or self._stand.lang
        rows = [
            {
                "name": kpi.name,
                "label": Sentence(kpi.label),
                "unit": kpi.unit,
                "direction": kpi.direction,
                "formula": kpi.formula,
                "measures": {name: catalog.measures[name].words for name in kpi.measures},
            }
            for kpi in catalog.kpis
        ]
        kinds = {name: pa.string() for name in ("name", "label", "unit", "direction", "formula")}
        return Frame.of(rows, locale, pa.schema([*kinds.items(), ("measures", pa.map_(*[pa.string()] * 2))]))

    @reads_brought
    def show(
        self,
        *names: str,
        by: Sequence[By] = (),
        segmentation: str | None = None,
        every: Every = "month",
        since: Instant | None = None,
        until: Instant | None = None,
        within: timedelta = timedelta(days=30),
        lang: Locale | None = None,
    ) -> Frame:
        """KPIs (all that the data support, or those named) ``by`` any of segment, channel, campaign and period.

        From the day or instant ``since`` up to ``until``, excluded, both by the clock of the
        workspace unless they carry an offset; by default the 365 days before its as-of, or before the end of its orders where these have
        paused longer than usual. Ratios have intervals; what cannot
        be computed has a ``reason``. Segments are those of ``segmentation``, or rules' when None.
        By campaign, orders count ``within`` that long after the contact. Raises ``UnknownName``
        for a KPI or dimension, ``Refused`` for an empty period.
        """
        stand = self._stand
        found = measure_kpis(
            stand.engine,
            period=self.window(since, until),
            as_of=stand.as_of,
            kpis=names or None,
            by=by,
            segmentation=segmentation,
            every=every,
            within=within,
            zone=stand.settings.timezone,
        )
        return Frame.told(found, lang or stand.lang)

    @reads_brought
    def compare(
        self,
        *names: str,
        by: Sequence[By] = (),
        segmentation: str | None = None,
        since: Instant | None = None,
        until: Instant | None = None,
        days: int = DEFAULT_DAYS,
        lang: Locale | None = None,
    ) -> KpiComparison:
        """KPIs as ``show`` has them beside those of the time before, which is as long; without ``since`` the last ``days``.

        ``change`` is relative, of shares and growths the difference; ``verdict`` better, worse, changed (no way is better), alike (chance could explain it) or
        unknown, with the reason. Not by period: a period has others before it in ``show``.
        """
        if "period" in by:
            raise UnknownName("dimension", "period", ("segment", "channel", "campaign"))
        stand, zone = self._stand, self._stand.settings.timezone
        until_at = self.window(None, until)[1]
        start = self._at(since) or until_at - timedelta(days=days)
        former = start - (until_at - start)

        def measured(period: tuple[datetime, datetime]) -> list[dict[str, object]]:
            found: list[dict[str, object]] = measure_kpis(
                stand.engine,
                period=period,
                as_of=stand.as_of,
                kpis=names or None,
                by=by,
                segmentation=segmentation,
                zone=zone,
            ).to_pylist()
            return found

        first = order_coverage(stand.engine, stand.as_of, zone).first_at
        is_covered = first is not None and first <= former + (start - former) / 10
        rows = compared(measured((start, until_at)), measured((former, start)), by, is_covered=is_covered)
        lang = lang or stand.lang
        return KpiComparison(
            since=start,
            until=until_at,
            before_since=former,
            before_until=start,
            currency=stand.settings.currency,
            finding=each_into(changes_in_words(rows, is_grouped=bool(by)), lang),
            figures=Frame.of(rows, lang),
        )

    @reads_brought
    def targets(self, *, lang: Locale | None = None) -> Frame:
        """What key figures are to reach, and whether they did in the last whole period: a row a target.

        ``verdict`` is met, missed, open (the interval holds the target: chance decides) or unknown, whose ``finding`` says why.
        A period counts where it is over and the data are known to its end.
        """
        stand = self._stand
        known = order_coverage(stand.engine, stand.as_of, stand.settings.timezone)
        return Frame.of(target_rows(stand.engine, stand.settings_now, stand.as_of, known), lang or stand.lang)

    def aim(self, name: str, value: float | None, *, every: Every = "month", lang: Locale | None = None) -> Frame:
        """Set what the key figure ``name`` is to reach ``every`` so long, in its unit (shares as 0.3); None takes it back. Gives all of ``targets``.

        Kept as ``kpi_targets`` in ``coterie.yaml``. Raises ``UnknownName`` for a figure that there is not, or that has no
        target to take back, and ``Refused`` for one of which no way is better.
        """
        stand = self._stand
        [kpi] = ready_kpis().chosen([name])
        kept = {each: target.model_dump() for each, target in stand.settings_now.kpi_targets.items()}
        if value is None and name not in kept:
            raise UnknownName("target", name, kept)
        if value is not None and kpi.direction == "none":
            raise Refused(sentence("{label} can have no target: no way is better of it", label=Sentence(kpi.label)))
        kept.pop(name, None)
        if value is not None:
            kept[name] = {"value": value, "every": every}
        SettingsFile(stand).put("kpi_targets", kept or None)
        return self.targets(lang=lang)

    @reads
    def window(self, since: Instant | None = None, until: Instant | None = None) -> tuple[datetime, datetime]:
        """The instants between which ``show`` counts, the second excluded."""
        end = min(self._at(until) or self._known_to(), self._stand.as_of)
        return self._at(since) or end - timedelta(days=DEFAULT_DAYS), end

    def _known_to(self) -> datetime:
        stand = self._stand
        return order_coverage(stand.engine, stand.as_of, stand.settings.timezone).known_to or stand.as_of

    @reads_brought
    def retention(self, *, every: Every = "month") -> Frame:
        """Who came back: profiles by the period of their first order, followed period by period."""
        stand = self._stand
        return Frame(retention_cohorts(stand.engine, as_of=stand.as_of, every=every, zone=stand.settings.timezone))

    def _at(self, day: Instant | None) -> datetime | None:
        return None if day is None else instant_of(day, self._stand.settings.timezone)
