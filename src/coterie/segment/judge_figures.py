"""The figures behind a judgement, each by one or two statements over the open segments."""

from __future__ import annotations

import math
from dataclasses import dataclass
from datetime import datetime
from itertools import combinations

import numpy as np
import numpy.typing as npt

from coterie.domain import Estimate, NotEstimable, Readout
from coterie.domain.meanings import ORDER
from coterie.engines import Engine, event_rows, identifier
from coterie.segment.contrasts import LEAST_MEMBERS

REACHABLE = ("email", "phone", "push_token", "whatsapp", "wechat", "postal_address")
"""Namespaces through which a person can be written to or called."""

CONTACTS = ("Message Sent", "Message Delivered", "Campaign Contacted")
RESPONSES = ("Coupon Redeemed", "Message Clicked", "Survey Answered")

_SILHOUETTE_POINTS = 4000
_DRAWS = 400


@dataclass(frozen=True)
class Sizes:
    """Members by segment, profiles in any segment, profiles in more than one, and the base."""

    members: dict[str, int]
    covered: int
    in_several: int
    base: int


def sizes(engine: Engine, members: str) -> Sizes:
    """How large the open segments are and how they cover the base."""
    rows = engine.query(f"SELECT segment, count(*) AS n FROM {members} GROUP BY segment ORDER BY n DESC, segment")
    several = engine.query(
        f"""SELECT count(*) AS covered, count(*) FILTER (n > 1) AS several, (SELECT count(*) FROM profiles) AS base
            FROM (SELECT profile_id, count(*) AS n FROM {members} GROUP BY profile_id)"""
    ).to_pylist()[0]
    counts = dict(zip(rows["segment"].to_pylist(), rows["n"].to_pylist(), strict=True))
    return Sizes(counts, several["covered"], several["several"], max(several["base"], several["covered"]))


def known_share(engine: Engine, traits: list[str]) -> float:
    """The mean share of profiles whose value is known, over ``traits``."""
    known = " + ".join(f"count({identifier(name)})" for name in traits)
    row = engine.query(f"SELECT ({known}) / (count(*) * {len(traits)}) AS share FROM traits")
    return float(row["share"][0].as_py() or 0.0)


def reach(engine: Engine, members: str) -> dict[str, float] | NotEstimable:
    """The share of each open segment that can be written to or called."""
    rows = engine.query(
        f"""WITH reachable AS (
                SELECT DISTINCT profile_id FROM identifiers WHERE list_contains($namespaces, namespace))
            SELECT segment, count(reachable.profile_id) / count(*) AS share
            FROM {members} LEFT JOIN reachable USING (profile_id) GROUP BY segment""",
        {"namespaces": list(REACHABLE)},
    ).to_pylist()
    found = {row["segment"]: float(row["share"]) for row in rows}
    if not any(found.values()):
        return NotEstimable(
            "no profile has an e-mail address, phone number or other address", needs="contact identifiers"
        )
    return found


@dataclass(frozen=True)
class Response:
    """Contacted and responding members by segment."""

    contacted: dict[str, int]
    responded: dict[str, int]


def responses(engine: Engine, members: str, as_of: datetime) -> Response | NotEstimable:
    """Who of each open segment was ever contacted and who of those responded, before ``as_of``."""
    rows = engine.query(
        f"""WITH acted AS (
                SELECT profile_id, bool_or(list_contains($contacts, name)) AS contacted,
                       bool_or(list_contains($responses, name)) AS responded
                FROM events WHERE profile_id IS NOT NULL AND occurred_at < CAST($as_of AS TIMESTAMP)
                  AND list_contains($contacts || $responses, name)
                GROUP BY profile_id)
            SELECT segment, count(*) FILTER (contacted) AS contacted,
                   count(*) FILTER (contacted AND responded) AS responded
            FROM {members} JOIN acted USING (profile_id) GROUP BY segment ORDER BY segment""",
        {"contacts": list(CONTACTS), "responses": list(RESPONSES), "as_of": as_of},
    ).to_pylist()
    found = Response(
        {row["segment"]: row["contacted"] for row in rows}, {row["segment"]: row["responded"] for row in rows}
    )
    if sum(found.contacted.values()) < 100 or sum(found.responded.values()) < 10:
        return NotEstimable(
            "too few members were contacted or responded", needs="at least 100 contacts and 10 responses"
        )
    return found


def response_strength(found: Response) -> Readout:
    """Cramér's V between segment and response (bias-corrected, Bergsma 2013), with a bootstrap interval."""
    contacted = np.array([count for count in found.contacted.values() if count])
    responded = np.array([found.responded[name] for name, count in found.contacted.items() if count])
    if len(contacted) < 2:
        return NotEstimable("only one segment was contacted", needs="contacts in two segments")
    value = _cramer(responded[None, :], contacted[None, :])[0]
    rng = np.random.default_rng(0)
    draws = rng.binomial(contacted, responded / contacted, size=(_DRAWS, len(contacted)))
    low, high = np.quantile(_cramer(draws, contacted[None, :]), [0.025, 0.975])
    return Estimate(
        float(value), float(min(low, value)), float(max(high, value)), unit="Cramér's V", n=int(contacted.sum()),
        method="bias-corrected Cramér's V, parametric bootstrap",
    )  # fmt: skip


def _cramer(responded: npt.NDArray[np.int64], contacted: npt.NDArray[np.int64]) -> npt.NDArray[np.float64]:
    n, k = contacted.sum(1), contacted.shape[1]
    rate = np.clip(responded.sum(1) / n, 1e-12, 1 - 1e-12)
    expected = contacted * rate[:, None]
    chi2 = ((responded - expected) ** 2 / (expected * (1 - rate[:, None]))).sum(1)
    corrected = np.maximum(chi2 / n - (k - 1) / (n - 1), 0)
    return np.asarray(np.sqrt(corrected / np.maximum(np.minimum(k - (k - 1) ** 2 / (n - 1) - 1, 1), 1e-12)))


def value_strength(engine: Engine, members: str, as_of: datetime) -> Readout:
    """How much of the spread of revenue a head the segments explain (omega squared of log revenue), with an interval."""
    rows = engine.query(
        f"""WITH spent AS (
                SELECT profile_id, ln(1 + greatest(CAST(sum(revenue) AS DOUBLE), 0)) AS value FROM {event_rows(engine, ORDER)} AS o
                WHERE occurred_at < CAST($as_of AS TIMESTAMP) GROUP BY profile_id)
            SELECT count(*) AS n, avg(coalesce(value, 0)) AS mean, var_samp(coalesce(value, 0)) AS variance
            FROM {members} LEFT JOIN spent USING (profile_id) GROUP BY segment HAVING count(*) >= {LEAST_MEMBERS}
            ORDER BY segment""",
        {"as_of": as_of},
    ).to_pylist()
    n, mean, variance = (np.array([row[name] for row in rows], dtype=np.float64) for name in ("n", "mean", "variance"))
    if len(rows) < 2 or not variance.sum() + mean.var() > 0:
        return NotEstimable("fewer than two segments have ten members and revenue", needs="orders in two segments")
    rng = np.random.default_rng(0)
    draws = rng.normal(mean, np.sqrt(variance / n), size=(_DRAWS, len(n)))
    low, high = np.quantile([_omega(n, draw, variance) for draw in draws], [0.025, 0.975])
    value = _omega(n, mean, variance)
    return Estimate(
        value, float(min(low, value)), float(max(high, value)), unit="share", n=int(n.sum()),
        method="omega squared of log revenue, parametric bootstrap",
    )  # fmt: skip


def _omega(n: npt.NDArray[np.float64], mean: npt.NDArray[np.float64], variance: npt.NDArray[np.float64]) -> float:
    grand = (n * mean).sum() / n.sum()
    between, within = (n * (mean - grand) ** 2).sum(), ((n - 1) * variance).sum()
    error = within / (n.sum() - len(n))
    return float(max((between - (len(n) - 1) * error) / (between + within + error), 0.0))


def alike_pairs(engine: Engine, members: str, traits: list[str], *, least: float = 0.2) -> list[tuple[str, str]]:
    """Pairs of open segments whose means differ by less than ``least`` standard deviations on every numeric trait."""
    if not traits:
        return []
    moments = engine.query(
        "SELECT " + ", ".join(
            f"avg(CAST({identifier(name)} AS DOUBLE)) AS m{place}, stddev_samp(CAST({identifier(name)} AS DOUBLE)) AS s{place}"
            for place, name in enumerate(traits)
        ) + " FROM traits"
    ).to_pylist()[0]  # fmt: skip
    varying = [place for place in range(len(traits)) if moments[f"s{place}"] and math.isfinite(moments[f"s{place}"])]
    if not varying:
        return []
    means = engine.query(
        "SELECT segment, "
        + ", ".join(f"avg(CAST({identifier(traits[place])} AS DOUBLE)) AS m{place}" for place in varying)
        + f" FROM {members} JOIN traits USING (profile_id) GROUP BY segment ORDER BY segment"
    ).to_pylist()

    def apart(one: dict[str, float], two: dict[str, float]) -> float:
        return max(
            (
                abs(one[f"m{place}"] - two[f"m{place}"]) / moments[f"s{place}"]
                for place in varying
                if one[f"m{place}"] is not None and two[f"m{place}"] is not None
            ),
            default=0.0,
        )

    return [
        (str(one["segment"]), str(two["segment"])) for one, two in combinations(means, 2) if apart(one, two) < least
    ]


@dataclass(frozen=True)
class Shape:
    """Internal indices of a partition on a sample, in the coordinates of its traits."""

    silhouette: float
    calinski_harabasz: float
    davies_bouldin: float
    points: int


def shape(engine: Engine, members: str, needed: list[str], coordinates: list[str]) -> Shape | NotEstimable:
    """Silhouette and friends of those who have all that is ``needed``; that and ``coordinates`` are SQL over ``traits``."""
    columns = ", ".join(f"{expression} AS x{place}" for place, expression in enumerate(coordinates))
    known = " AND ".join(f"{expression} IS NOT NULL" for expression in needed)
    rows = engine.query(
        f"""SELECT segment, {columns} FROM {members} JOIN traits USING (profile_id) WHERE {known}
            ORDER BY hash(profile_id), profile_id LIMIT {_SILHOUETTE_POINTS}"""
    )
    labels = np.unique(np.array(rows["segment"].to_pylist(), dtype=object).astype(str), return_inverse=True)[1]
    if not 2 <= len(set(labels.tolist())) < len(labels):
        return NotEstimable("fewer than two segments have members whose traits are known", needs="known traits")
    from sklearn.metrics import calinski_harabasz_score, davies_bouldin_score, silhouette_score

    points = np.column_stack([rows[f"x{place}"].to_numpy() for place in range(len(coordinates))]).astype(np.float64)
    return Shape(
        float(silhouette_score(points, labels)),
        float(calinski_harabasz_score(points, labels)),
        float(davies_bouldin_score(points, labels)),
        len(points),
    )


def turnover(engine: Engine, members: str, as_of: datetime, *, days: int = 30) -> float | NotEstimable:
    """The share of members of rule segments who entered, or had to be replaced, in the last ``days``."""
    row = engine.query(
        f"""SELECT count(*) AS changes, (SELECT count(*) FROM {members}) AS members,
                   (SELECT min(as_of) FROM membership_changes) AS since
            FROM membership_changes
            WHERE segment IN (SELECT segment FROM {members})
              AND as_of > CAST($as_of AS TIMESTAMP) - to_days({days}) AND as_of <= CAST($as_of AS TIMESTAMP)""",
        {"as_of": as_of},
    ).to_pylist()[0]
    if row["since"] is None or (as_of - row["since"]).days < days:
        return NotEstimable("memberships have not been followed for long enough", needs="refreshes a month apart")
    return float(row["changes"] / max(row["members"], 1))
