"""How the values of one trait are spread over the base."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from coterie.engines import Engine, identifier
from coterie.profile.describe import TraitDescription
from coterie.words import Sentence, sentence

MOST = 12
"""Bars that a reader takes in at a glance."""


@dataclass(frozen=True)
class Bar:
    """Profiles with the value ``label``, or with values from ``low`` up to ``high``, of which None is without an end.

    A bar of numbers holds those from ``low`` on and before ``high``; the last one ``high`` as well.
    """

    label: str | None
    low: float | None
    high: float | None
    profiles: int
    share: float


def distribution(engine: Engine, trait: TraitDescription, table: str = "traits") -> tuple[Bar, ...]:
    """Bars of a trait, shares being those of the profiles that have a value: values as they are where there are few, else even steps or months.

    The outermost twentieths of numbers stand in open bars, so that a few huge values do not hide the rest.
    ``table`` is where its column stands.
    """
    table = identifier(table)
    column = identifier(trait.name)
    if not trait.profiles or trait.type == "list":
        return ()
    if trait.type == "number" and trait.distinct > MOST:
        return _stepped(engine, trait, column, table)
    if trait.type == "instant":
        return _dated(engine, trait, column, table)
    rows = engine.query(
        f"SELECT CAST({column} AS VARCHAR) AS label, count(*) AS n FROM {table} WHERE {column} IS NOT NULL GROUP BY ALL"
    ).to_pylist()
    if trait.type == "number":
        found = sorted((float(row["label"]), int(row["n"])) for row in rows)
        return tuple(Bar(None, value, value, n, n / trait.profiles) for value, n in found)
    most = sorted(rows, key=lambda row: (-int(row["n"]), str(row["label"])))[:MOST]
    bars = [Bar(str(row["label"]), None, None, int(row["n"]), int(row["n"]) / trait.profiles) for row in most]
    rest = trait.profiles - sum(bar.profiles for bar in bars)
    return (*bars, Bar(None, None, None, rest, rest / trait.profiles)) if rest else tuple(bars)


def _stepped(engine: Engine, trait: TraitDescription, column: str, table: str) -> tuple[Bar, ...]:
    low, high = trait.quantiles[0], trait.quantiles[-1]
    if low == high:
        low, high = trait.low or 0.0, trait.high or 0.0
    step = nice_step((high - low) / (MOST - 2))
    first, last = math.floor(low / step), math.ceil(high / step)
    place = f"least({last}, greatest({first - 1}, CAST(floor(CAST({column} AS DOUBLE) / $step) AS BIGINT)))"
    rows = engine.query(
        f"SELECT {place} AS place, count(*) AS n FROM {table} WHERE {column} IS NOT NULL GROUP BY ALL", {"step": step}
    ).to_pylist()
    counted: Mapping[int, int] = {int(row["place"]): int(row["n"]) for row in rows}
    return tuple(
        Bar(
            None,
            None if place < first else place * step,
            None if place >= last else (place + 1) * step,
            counted.get(place, 0),
            counted.get(place, 0) / trait.profiles,
        )
        for place in range(first - 1, last + 1)
        if first <= place < last or place in counted
    )


def nice_step(width: float) -> float:
    """The next width from ``width`` on that a person would choose.

    >>> nice_step(0.7), nice_step(13.0), nice_step(400.0)
    (1.0, 20.0, 500.0)
    """
    unit = 10.0 ** math.floor(math.log10(width))
    return next(unit * times for times in (1, 2, 2.5, 5, 10) if unit * times >= width * 0.999)


def _dated(engine: Engine, trait: TraitDescription, column: str, table: str) -> tuple[Bar, ...]:
    """By month, or by year where there are more months than bars."""
    for form in ("%Y-%m", "%Y"):
        rows = engine.query(
            f"SELECT strftime({column}, '{form}') AS label, count(*) AS n FROM {table} WHERE {column} IS NOT NULL GROUP BY ALL"
        ).to_pylist()
        if len(rows) <= 2 * MOST:
            break
    found = sorted((str(row["label"]), int(row["n"])) for row in rows)[-2 * MOST :]
    return tuple(Bar(label, None, None, n, n / trait.profiles) for label, n in found)


def spread_in_words(trait: TraitDescription, base: int, bars: tuple[Bar, ...], as_of: datetime) -> tuple[Sentence, ...]:
    """For how many it is known, what is usual, and how old the newest fact is that fed it."""
    said = [
        sentence(
            "Known of {known:,} of {base:,} {base|profile|profiles} ({share:.0%}).",
            known=trait.profiles,
            base=base,
            share=trait.profiles / base if base else 0.0,
        )
    ]
    if trait.type == "number" and trait.quantiles:
        low, middle, high = (
            f"{value:,.4g}" if abs(value) < 10_000 else f"{value:,.0f}" for value in trait.quantiles[1:4]
        )
        said.append(
            sentence(
                "Half of them lie between {low} and {high}; the middle one is {middle}.",
                low=low,
                high=high,
                middle=middle,
            )
        )
    named = [bar for bar in bars if bar.label is not None]
    if named:
        most = max(named, key=lambda bar: bar.profiles)
        said.append(
            sentence("The most frequent is “{value}”, of {share:.0%}.", value=most.label or "", share=most.share)
        )
    if trait.newest_at is not None:
        said.append(
            sentence(
                "The newest fact that fed it is {days:,.0f} {days|day|days} old.", days=(as_of - trait.newest_at).days
            )
        )
    return tuple(said)
