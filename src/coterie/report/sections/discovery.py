"""The segmentation that was discovered."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import cast

from coterie.report.charts import bars, picture
from coterie.report.facts import ReportFacts
from coterie.report.page import Absent, Section, figure, finding, folded, items, table
from coterie.report.wording import count, share
from coterie.segment.segmentations import groups_in_words
from coterie.words import each_into, say, tell

Rows = Sequence[Mapping[str, object]]


def draw(facts: ReportFacts, lang: str) -> Section | Absent:
    """The parts that were found, how stable they are, and the evidence for their number."""
    kept, title = facts.discovery, say("Discovered segments", lang)
    if not kept:
        return Absent(
            title, say("No discovery was asked for; `coterie segmentations discover --k auto` makes one.", lang)
        )
    parts = cast("Rows", kept["parts"])
    names = [tell(part["name"], lang) for part in parts]
    sizes = [_number(part, "size") for part in parts]
    shares = [_number(part, "share") for part in parts]
    stabilities = [_number(part, "stability") for part in parts]
    sentence = groups_in_words(stabilities, is_clear=bool(kept.get("is_clear"))).told(lang)
    rows = [
        {"name": name, "size": size, "said": f"{size:,.0f} ({share(part)})"}
        for name, size, part in zip(names, sizes, shares, strict=True)
    ]
    caption = say(
        "The largest group, “{name}”, holds {share} of the customers assigned, the smallest {least}.",
        lang,
        name=names[sizes.index(max(sizes))],
        share=share(max(shares)),
        least=share(min(shares)),
    )
    body = finding(sentence, is_warning=min(stabilities) < 0.6)
    body += figure(picture(bars(rows, "name", "size", title=say("customers", lang), said="said"), caption), caption)
    head = [say(word, lang) for word in ("group", "customers", "share", "stability", "judgement")]
    lines = [
        (name, count(size), share(part), f"{_number(row, 'stability'):.2f}", tell(row["judgement"], lang))
        for name, size, part, row in zip(names, sizes, shares, parts, strict=True)
    ]
    body += table(head, lines, numbers=(1, 2, 3)) + items(each_into(cast("Sequence[str]", kept["notes"]), lang))
    prepared = each_into(cast("Sequence[str]", kept["preparation"]), lang)
    return Section("discovery", title, body + _evidence(cast("Rows", kept["evidence"]), prepared, lang), sentence)


def _number(row: Mapping[str, object], name: str) -> float:
    return float(str(row[name]))


def _evidence(rows: Rows, prepared: Sequence[str], lang: str) -> str:
    head = [say(w, lang) for w in ("groups", "silhouette", "Calinski-Harabasz", "Davies-Bouldin", "least stability")]
    lines = [
        (
            str(row["k"]),
            f"{_number(row, 'silhouette'):.2f}",
            count(_number(row, "calinski_harabasz")),
            f"{_number(row, 'davies_bouldin'):.2f}",
            f"{_number(row, 'least_stability'):.2f}",
        )
        for row in rows
    ]
    body = table(head, lines, numbers=(0, 1, 2, 3, 4)) + items(prepared)
    return folded(say("The evidence for the number of groups", lang), body)
