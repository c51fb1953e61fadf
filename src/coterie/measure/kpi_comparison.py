"""Key figures of a period beside those of the period before it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Literal

from coterie.words import Sentence, joined, sentence

Verdict = Literal["better", "worse", "changed", "alike", "unknown"]
_DIFFERENCES = ("share", "relative")
UNCOVERED = "the data do not cover the period before"


def compared(
    now: Sequence[Mapping[str, object]],
    before: Sequence[Mapping[str, object]],
    keys: Sequence[str],
    *,
    is_covered: bool,
) -> list[dict[str, object]]:
    """Rows of ``now`` with ``before, before_low, before_high``, the ``change`` and a ``verdict``.

    ``better`` and ``worse`` go by the figure's direction, ``changed`` where it has none; ``alike`` where the intervals of
    both overlap, so that chance could explain the difference; ``unknown`` where a number is missing, whose ``reason`` says why.
    Without ``is_covered`` the data do not go back through the period before, and nothing is compared.

    >>> row = {"kpi": "orders", "direction": "up", "value": 12.0, "low": None, "high": None, "reason": None}
    >>> [found] = compared([row], [row | {"value": 10.0}], (), is_covered=True)
    >>> round(found["change"], 2), found["verdict"]
    (0.2, 'better')
    """
    former = {tuple(row[name] for name in (*keys, "kpi")): row for row in before} if is_covered else {}
    found = []
    for row in now:
        was = former.get(tuple(row[name] for name in (*keys, "kpi")), {})
        verdict = judged(row, was)
        reason = row["reason"] or (None if verdict != "unknown" else was.get("reason") or Sentence(UNCOVERED))
        found.append(
            {
                **{
                    name: row.get(name) for name in (*keys, "kpi", "label", "unit", "direction", "value", "low", "high")
                },
                "before": was.get("value"),
                "before_low": was.get("low"),
                "before_high": was.get("high"),
                "change": change_of(row, was),
                "verdict": verdict,
                "reason": reason,
            }
        )
    return found


def change_of(now: Mapping[str, object], before: Mapping[str, object]) -> float | None:
    """How much a figure changed, relative to before; of shares and growths the difference."""
    value, old = now.get("value"), before.get("value")
    if not isinstance(value, float) or not isinstance(old, float):
        return None
    if now.get("unit") in _DIFFERENCES:
        return value - old
    return value / old - 1 if old else None


def judged(now: Mapping[str, object], before: Mapping[str, object]) -> Verdict:
    """Whether a figure stands better than before, as far as can be told."""
    value, old = now.get("value"), before.get("value")
    if not isinstance(value, float) or not isinstance(old, float):
        return "unknown"
    ends = [now.get("low"), now.get("high"), before.get("low"), before.get("high")]
    if all(isinstance(end, float) for end in ends):
        low, high, old_low, old_high = (float(str(end)) for end in ends)
        if low <= old_high and old_low <= high:
            return "alike"
    if value == old:
        return "alike"
    if now.get("direction") not in ("up", "down"):
        return "changed"
    return "better" if (value > old) == (now["direction"] == "up") else "worse"


def changes_in_words(rows: Sequence[Mapping[str, object]], *, is_grouped: bool = False) -> tuple[Sentence, ...]:
    """How many figures stand better and worse, and which changed most; of groups only how many."""
    if not rows:
        return ()
    if all(row["verdict"] == "unknown" for row in rows):
        return (sentence("Nothing can be compared: {why}.", why=rows[0]["reason"] or Sentence(UNCOVERED)),)
    if len(rows) == 1:
        return (_one_in_words(rows[0]),)
    counted = {verdict: sum(row["verdict"] == verdict for row in rows) for verdict in _COUNTED}
    told = [Sentence(words, {"n": counted[verdict]}) for verdict, words in _COUNTED.items() if counted[verdict]]
    said = [
        sentence(
            "Of {all:,} {all|figure|figures} beside the period before: {told}.", all=len(rows), told=joined(told, ", ")
        )
    ]
    if is_grouped:
        return tuple(said)
    for verdict, words in (
        ("better", "Most improved: {label}, {change:+.0%}."),
        ("worse", "Most worsened: {label}, {change:+.0%}."),
    ):
        moved = [row for row in rows if row["verdict"] == verdict and row["unit"] not in _DIFFERENCES and row["change"]]
        if moved:
            most = max(moved, key=lambda row: abs(float(str(row["change"]))))
            said.append(Sentence(words, {"label": most["label"], "change": most["change"]}))
    return tuple(said)


_COUNTED = {
    "better": "{n:,} better",
    "worse": "{n:,} worse",
    "changed": "{n:,} changed where no way is better",
    "alike": "{n:,} where chance could explain the difference",
    "unknown": "{n:,} that cannot be compared",
}
"""Verdict → how many of it, in the order in which they are told; those of none are left out."""

_ONE = {
    "better": "{label} stands better than in the period before: {how}.",
    "worse": "{label} stands worse than in the period before: {how}.",
    "changed": "{label} differs from the period before: {how}.",
    "alike": "{label} is as in the period before, or chance could explain the difference: {how}.",
}


def _one_in_words(row: Mapping[str, object]) -> Sentence:
    change = float(str(row["change"] or 0))
    if row["unit"] in _DIFFERENCES:
        how = sentence("{points:+.1f} percentage points", points=100 * change)
    else:
        how = sentence("{change:+.0%}", change=change)
    return Sentence(_ONE[str(row["verdict"])], {"label": row["label"], "how": how})
