"""The segmentation that was discovered."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import cast

from coterie.report.charts import bars, picture
from coterie.report.facts import ReportFacts
from coterie.report.page import Section, finding, folded, items, table
from coterie.report.wording import count, share
from coterie.words import say

Rows = Sequence[Mapping[str, object]]


def draw(facts: ReportFacts, lang: str) -> Section | None:
    """The parts that were found, how stable they are, and the evidence for their number."""
    kept = facts.discovery
    if not kept:
        return None
    labels = cast("Mapping[str, Mapping[str, str]]", kept["labels"])
    parts = cast("Rows", kept["parts"])
    rows = [{"name": labels[str(p["segment"])][lang], "size": p["size"]} for p in parts]
    weakest = min(float(str(p["stability"])) for p in parts)
    sentence = say(
        "{k} groups were found in the traits; the least stable keeps {weakest:.0%} of its members when the base is resampled.",
        lang,
        k=len(parts),
        weakest=weakest,
    )
    body = finding(sentence, is_warning=weakest < 0.6)
    body += picture(
        bars(rows, "name", "size", title=say("customers", lang)), say("Customers by discovered group", lang)
    )
    head = [say(word, lang) for word in ("group", "customers", "share", "stability", "judgement")]
    lines = [
        (
            labels[str(p["segment"])][lang],
            count(float(str(p["size"]))),
            share(float(str(p["share"]))),
            f"{float(str(p['stability'])):.2f}",
            say(str(p["judgement"]), lang),
        )
        for p in parts
    ]
    body += table(head, lines, numbers=(1, 2, 3))
    body += items(cast("Mapping[str, Sequence[str]]", kept["notes"])[lang])
    return Section(
        "discovery", say("Discovered segments", lang), body + _evidence(cast("Rows", kept["evidence"]), lang)
    )


def _evidence(rows: Rows, lang: str) -> str:
    head = [say(w, lang) for w in ("groups", "silhouette", "Calinski-Harabasz", "Davies-Bouldin", "least stability")]
    names = ("silhouette", "calinski_harabasz", "davies_bouldin", "least_stability")
    lines = [(str(row["k"]), *(f"{float(str(row[name])):,.3f}" for name in names)) for row in rows]
    return folded(say("The evidence for the number of groups", lang), table(head, lines, numbers=(0, 1, 2, 3, 4)))
