"""What sets each segment apart: every trait, every segment, in three passes over the base."""

from __future__ import annotations

import math
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from statistics import NormalDist

import numpy as np

from coterie.engines import Engine, identifier, literal
from coterie.errors import UnknownName
from coterie.segment.segmentations.preference import PERSONAL, TELLING

FALSE_DISCOVERIES = 0.05
LEAST_MEMBERS = 10
MOST_CATEGORIES = 30
MOST_DIFFERENT = 2000
_LEAST_SHARE = 0.01
_OTHERS = "\ue000"
"""Stands for all words of a trait that are not looked at one by one."""
MEDIANS_OF = 200_000
_CORRELATED_PROFILES = 4000
_REPEATS = 0.65
_LEAST_VARIANCE = 0.25
"""The floor of the variance of either side, as a share of the variance of both."""

_NUMERIC = ("TINYINT", "SMALLINT", "INTEGER", "BIGINT", "HUGEINT", "UTINYINT", "USMALLINT", "UINTEGER", "UBIGINT")
_FRACTIONAL = ("FLOAT", "DOUBLE", "DECIMAL")


@dataclass(frozen=True)
class Contrast:
    """One trait (or one ``category`` of it) in one segment against everybody else.

    For a number: means and medians, and ``effect`` is Cohen's d, the difference of means in
    pooled standard deviations, on values cut at the base's 1 % and 99 %; where a few extremes
    turn the uncut means the other way there is no contrast. For a category:
    ``inside`` and ``outside`` are shares among those whose value is known, and ``effect`` is
    the lift, the share inside over the share in the base. ``strength`` makes the two
    comparable (|d| or Cohen's |h|). ``low`` to ``high`` hold jointly for all contrasts found
    sure (false coverage rate 5 %, Benjamini & Yekutieli 2005); ``is_sure`` means that the
    difference survives 5 % false discoveries over all segments and traits (Benjamini & Hochberg 1995).
    Means are tested by Welch's t (Student's distribution, Satterthwaite's degrees of freedom).
    """

    segment: str
    trait: str
    category: str | None
    inside: float
    outside: float
    median: float | None
    effect: float
    low: float
    high: float
    strength: float
    p_value: float
    is_sure: bool
    members: int

    @property
    def is_higher(self) -> bool:
        """Whether the segment has more of it than the others."""
        return self.inside > self.outside


@dataclass(frozen=True)
class _Finding:
    """A contrast before all others are known: its standard error is in units of ``scale`` (d, or the log of the ratio)."""

    segment: str
    trait: str
    category: str | None
    inside: float
    outside: float
    median: float | None
    effect: float
    error: float
    strength: float
    z: float
    members: int
    share: float
    freedom: float = math.inf
    ratio: float = math.nan
    """Of a category: the share inside over that outside, half a profile lent to empty cells."""

    @property
    def p_value(self) -> float:
        if math.isinf(self.freedom):
            return math.erfc(abs(self.z) / math.sqrt(2))
        from scipy.special import stdtr

        return float(2 * stdtr(self.freedom, -abs(self.z)))

    def _quantile(self, level: float) -> float:
        if math.isinf(self.freedom):
            return NormalDist().inv_cdf(0.5 + level / 2)
        from scipy.special import stdtrit

        return float(stdtrit(self.freedom, 0.5 + level / 2))

    def interval(self, level: float) -> tuple[float, float]:
        reach = self._quantile(level) * self.error
        if self.category is None:
            return self.effect - reach, self.effect + reach
        edges = sorted((self.ratio * math.exp(-reach), self.ratio * math.exp(reach)))
        low, high = (
            edge / (self.share * edge + 1 - self.share) if math.isfinite(edge) else 1 / self.share for edge in edges
        )
        return min(low, self.effect), max(high, self.effect)

    def judged(self, level: float, *, is_sure: bool) -> Contrast:
        low, high = self.interval(level)
        return Contrast(
            segment=self.segment,
            trait=self.trait,
            category=self.category,
            inside=self.inside,
            outside=self.outside,
            median=self.median,
            effect=self.effect,
            low=low,
            high=high,
            strength=self.strength,
            p_value=self.p_value,
            is_sure=is_sure,
            members=self.members,
        )


"""Given traits that tell one person from another; no kind of people is described by them."""


def split_columns(engine: Engine, traits: Sequence[str] | None) -> tuple[list[str], list[str]]:
    """Numeric and categorical columns of ``traits`` among those named (all when None).

    Of text with more than 30 different values the commonest are looked at, each of at least ten people and a hundredth of the
    base; where there are none, or more than 2,000 different ones, it says more of persons than of kinds and is
    left out, and so are people's names and streets, however few.
    Raises ``UnknownName`` for a trait that is not there.
    """
    columns = {name: kind for name, kind in engine.columns("traits").items() if name != "profile_id"}
    for name in traits or ():
        if name not in columns:
            raise UnknownName("trait", name, columns)
    columns = {name: kind for name, kind in columns.items() if traits is None or name in traits}
    numeric = [name for name, kind in columns.items() if kind in _NUMERIC or kind.startswith(_FRACTIONAL)]
    words = [name for name, kind in columns.items() if kind in ("VARCHAR", "BOOLEAN") or kind.startswith("ENUM")]
    words = [name for name in words if name not in PERSONAL]
    if words:
        distinct = engine.query(
            "SELECT " + ", ".join(f"approx_count_distinct({identifier(name)}) AS {identifier(name)}" for name in words)
            + " FROM traits"
        ).to_pylist()[0]  # fmt: skip
        words = [name for name in words if 1 < distinct[name] <= MOST_DIFFERENT]
        wide = [name for name in words if distinct[name] > MOST_CATEGORIES]
        words = [name for name in words if name not in wide or _common_words(engine, name)]
    return numeric, words


def _common_words(engine: Engine, trait: str) -> list[str]:
    """The commonest words of a trait, at most thirty, that enough people share."""
    column = identifier(trait)
    rows = engine.query(
        f"""SELECT CAST({column} AS VARCHAR) AS word FROM traits WHERE {column} IS NOT NULL GROUP BY {column}
            HAVING count(*) >= greatest({LEAST_MEMBERS}, {_LEAST_SHARE} * (SELECT count(*) FROM traits))
            ORDER BY count(*) DESC, word LIMIT {MOST_CATEGORIES}"""
    )
    return [str(word) for word in rows["word"].to_pylist()]


def contrast(engine: Engine, members: str, traits: Sequence[str] | None = None) -> list[Contrast]:
    """Every contrast of the segments in ``segment_members`` against everybody else, strongest first.

    Segments with fewer than 10 members, or covering all but 10 of the base, have none: there
    is nothing to compare. Medians come from everybody up to 200,000 profiles, beyond that
    from a hash sample.
    """
    numeric, words = split_columns(engine, traits)
    findings = [*_numbers(engine, members, numeric), *_categories(engine, members, words)]
    return sorted(_judged(findings), key=_place)


def _place(found: Contrast) -> tuple[float, str, str, float, str]:
    """Strongest first; of categories that set a group apart equally, the one it has most of, then by name."""
    return -round(found.strength, 9), found.segment, found.trait, -found.inside, found.category or ""


def correlations(engine: Engine, traits: Sequence[str]) -> dict[tuple[str, str], float]:
    """Absolute rank correlations of numeric traits, by pair, on 4,000 profiles drawn by hash; missing as the median."""
    numeric = split_columns(engine, traits)[0] if traits else []
    if len(numeric) < 2:
        return {}
    columns = ", ".join(f"CAST({identifier(name)} AS DOUBLE) AS {identifier(name)}" for name in numeric)
    rows = engine.query(
        f"SELECT {columns} FROM traits ORDER BY hash(profile_id), profile_id LIMIT {_CORRELATED_PROFILES}"
    )
    ranks = []
    for name in numeric:
        values = rows[name].to_numpy(zero_copy_only=False).astype(np.float64)
        present = values[np.isfinite(values)]
        values = np.where(np.isfinite(values), values, np.median(present) if len(present) else 0.0)
        ranks.append(np.unique(values, return_inverse=True)[1].astype(np.float64))
    with np.errstate(invalid="ignore", divide="ignore"):
        matrix = np.nan_to_num(np.abs(np.corrcoef(np.array(ranks))))
    return {(one, two): float(matrix[i, j]) for i, one in enumerate(numeric) for j, two in enumerate(numeric) if i != j}


PLAIN = frozenset({*TELLING, "tenure_days"})
"""Traits that everybody understands; of traits that say the same, such a one speaks."""
_RESTATED = re.compile(r"_(score|percentile|tile|decayed|trend|spread)$|^preferred_|_spread_")
"""Numbers about numbers, and hours or weekdays whose mean says nothing."""


def unlike(contrasts: Sequence[Contrast], alike: Mapping[tuple[str, str], float]) -> list[Contrast]:
    """The telling contrasts, strongest first, without those that repeat one before them.

    A contrast repeats another of the same trait, or of a trait correlated with it above 0.65;
    plain traits count a third stronger, so that they speak for the group they belong to.
    """
    telling = [found for found in contrasts if not _RESTATED.search(found.trait)]
    kept: list[Contrast] = []
    for found in sorted(telling, key=lambda one: -round(one.strength * (4 / 3 if one.trait in PLAIN else 1), 9)):
        repeats = (
            found.trait == other.trait or alike.get((found.trait, other.trait), 0.0) > _REPEATS for other in kept
        )
        if not any(repeats):
            kept.append(found)
    return kept


def _judged(findings: list[_Finding]) -> list[Contrast]:
    ordered = sorted(findings, key=lambda finding: finding.p_value)
    tests, sure = len(ordered), 0
    for place, finding in enumerate(ordered, start=1):
        if finding.p_value <= FALSE_DISCOVERIES * place / tests:
            sure = place
    level = 1 - FALSE_DISCOVERIES * max(sure, 1) / max(tests, 1)
    return [finding.judged(level, is_sure=place <= sure) for place, finding in enumerate(ordered, start=1)]


def _numbers(engine: Engine, members: str, numeric: list[str]) -> list[_Finding]:
    if not numeric:
        return []
    base = int(engine.query("SELECT count(*) AS n FROM traits")["n"][0].as_py())
    one_in = max(1, -(-base // MEDIANS_OF))
    edges = engine.query(
        "SELECT " + ", ".join(
            f"quantile_cont(CAST({identifier(name)} AS DOUBLE), [0.01, 0.5, 0.99]) AS q{place}"
            for place, name in enumerate(numeric)
        ) + f" FROM traits WHERE hash(profile_id) % {one_in} = 0"
    ).to_pylist()[0]  # fmt: skip
    known = [place for place in range(len(numeric)) if edges[f"q{place}"] is not None]
    sums, medians = [], []
    for place in known:
        low, middle, high = edges[f"q{place}"]
        value = f"CAST({identifier(numeric[place])} AS DOUBLE)"
        # Centered on the median, so that squares of large amounts lose no digits. The CASE keeps missing values
        # missing: least and greatest would pass over a NULL and take the edge for it.
        cut = f"CASE WHEN isfinite({value}) THEN least(greatest({value}, {low!r}), {high!r}) - {middle!r} END"
        whole = f"CASE WHEN isfinite({value}) THEN {value} - {middle!r} END"
        sums.append(
            f"count({cut}) AS n{place}, sum({cut}) AS s{place}, sum(pow({cut}, 2)) AS p{place}, sum({whole}) AS w{place}"
        )
        medians.append(f"median({value}) FILTER (WHERE hash(profile_id) % {one_in} = 0) AS m{place}")
    totals = engine.query(f"SELECT {', '.join(sums)} FROM traits").to_pylist()[0] if sums else {}
    rows = engine.query(
        f"""SELECT segment, {", ".join(sums + medians)} FROM {members} JOIN traits USING (profile_id) GROUP BY segment"""
    ).to_pylist() if sums else []  # fmt: skip
    findings = (_number(row, totals, place, numeric[place], edges[f"q{place}"][1]) for row in rows for place in known)
    return [finding for finding in findings if finding]


def _number(row: dict[str, float], totals: dict[str, float], place: int, trait: str, middle: float) -> _Finding | None:
    n, m = int(row[f"n{place}"]), int(totals[f"n{place}"]) - int(row[f"n{place}"])
    if n < LEAST_MEMBERS or m < LEAST_MEMBERS:
        return None
    inside, outside = row[f"s{place}"] / n, (totals[f"s{place}"] - row[f"s{place}"]) / m
    within = row[f"p{place}"] - n * inside**2
    without = totals[f"p{place}"] - row[f"p{place}"] - m * outside**2
    spread = math.sqrt(max(within + without, 0) / (n + m - 2))
    # A few people who happen to be alike have a variance near 0 and would be told from anybody.
    least = _LEAST_VARIANCE * spread**2
    parts = max(within / (n - 1), least) / n, max(without / (m - 1), least) / m
    welch = math.sqrt(sum(parts))
    if min(spread, welch) <= 1e-9 * max(1.0, abs(middle)):
        return None
    effect = (inside - outside) / spread
    mean, others = row[f"w{place}"] / n, (totals[f"w{place}"] - row[f"w{place}"]) / m
    if (mean - others) * effect < 0:
        return None
    return _Finding(
        segment=str(row["segment"]),
        trait=trait,
        category=None,
        inside=mean + middle,
        outside=others + middle,
        median=row[f"m{place}"],
        effect=effect,
        error=math.sqrt((welch / spread) ** 2 + effect**2 / (2 * (n + m))),
        strength=abs(effect),
        z=(inside - outside) / welch,
        members=n,
        share=n / (n + m),
        freedom=sum(parts) ** 2 / (parts[0] ** 2 / (n - 1) + parts[1] ** 2 / (m - 1)),
    )


def _categories(engine: Engine, members: str, words: list[str]) -> list[_Finding]:
    if not words:
        return []
    names = [identifier(name) for name in words]
    people = f"(SELECT profile_id, {', '.join(f'{_read(engine, word)} AS {identifier(word)}' for word in words)} FROM traits)"
    # One pass for all columns; grouping() tells which column a row is about.
    flags = ", ".join(f"grouping({name}) AS g{place}" for place, name in enumerate(names))
    texts = ", ".join(f"CAST({name} AS VARCHAR) AS c{place}" for place, name in enumerate(names))
    base = engine.query(
        f"SELECT {flags}, {texts}, count(*) AS n FROM {people} GROUP BY GROUPING SETS ({', '.join(f'({name})' for name in names)})"
    ).to_pylist()
    inside = engine.query(
        f"""SELECT segment, {flags}, {texts}, count(*) AS n FROM {members} JOIN {people} USING (profile_id)
            GROUP BY GROUPING SETS ({", ".join(f"(segment, {name})" for name in names)})"""
    ).to_pylist()
    totals = _counts(base, len(words))
    findings: list[_Finding] = []
    for segment in sorted({str(row["segment"]) for row in inside}):
        counts = _counts([row for row in inside if row["segment"] == segment], len(words))
        findings += [
            finding
            for place, trait in enumerate(words)
            for finding in _shares(segment, trait, counts.get(place, {}), totals.get(place, {}))
        ]
    return findings


def _read(engine: Engine, trait: str) -> str:
    """SQL for the word of a trait, or for ``_OTHERS`` where it has too many to look at each."""
    column = identifier(trait)
    different = int(engine.query(f"SELECT approx_count_distinct({column}) AS n FROM traits")["n"][0].as_py())
    if different <= MOST_CATEGORIES:
        return column
    common = ", ".join(map(literal, _common_words(engine, trait)))
    return f"CASE WHEN {column} IS NULL OR CAST({column} AS VARCHAR) IN ({common}) THEN CAST({column} AS VARCHAR) ELSE {literal(_OTHERS)} END"


def _counts(rows: list[dict[str, object]], columns: int) -> dict[int, dict[str, int]]:
    counts: dict[int, dict[str, int]] = {}
    for row in rows:
        place = next(column for column in range(columns) if row[f"g{column}"] == 0)
        if row[f"c{place}"] is not None:
            counts.setdefault(place, {})[str(row[f"c{place}"])] = int(str(row["n"]))
    return counts


def _shares(segment: str, trait: str, counts: dict[str, int], totals: dict[str, int]) -> list[_Finding]:
    n = sum(counts.values())
    m = sum(totals.values()) - n
    if n < LEAST_MEMBERS or m < LEAST_MEMBERS:
        return []
    findings = []
    for category, total in totals.items():
        with_it, without = counts.get(category, 0), total - counts.get(category, 0)
        if category in {"false", _OTHERS} or total < LEAST_MEMBERS:  # the other half of "true" says the same
            continue
        # Half a profile is lent to empty cells (Haldane), so that "none at all" still has an interval.
        lent = 0.5 if with_it == 0 or without == 0 else 0.0
        ratio = (with_it + lent) / (n + 2 * lent) / ((without + lent) / (m + 2 * lent))
        pooled = total / (n + m)
        error = math.sqrt(max(1 / (with_it + lent) - 1 / (n + 2 * lent) + 1 / (without + lent) - 1 / (m + 2 * lent), 0))
        spread = math.sqrt(pooled * (1 - pooled) * (1 / n + 1 / m))
        findings.append(
            _Finding(
                segment=segment,
                trait=trait,
                category=category,
                inside=with_it / n,
                outside=without / m,
                ratio=ratio,
                median=None,
                effect=(with_it / n) / pooled,
                error=error,
                strength=abs(2 * math.asin(math.sqrt(with_it / n)) - 2 * math.asin(math.sqrt(without / m))),
                z=(with_it / n - without / m) / spread if spread > 0 else 0.0,
                members=n,
                share=n / (n + m),
            )
        )
    return findings
