"""The segments that rules define, and what they share."""

from __future__ import annotations

from coterie.report.charts import bars, heat, picture
from coterie.report.facts import ReportFacts
from coterie.report.page import Section, finding, note, table
from coterie.report.wording import count, share
from coterie.words import say


def draw(facts: ReportFacts, lang: str) -> Section | None:
    """Size of each segment with its rule in words, and the overlap of pairs."""
    if facts.segments is None or not facts.segments.num_rows:
        return None
    rows = sorted(facts.segments.to_pylist(), key=lambda row: -(row["size"] or 0))
    largest = rows[0]
    sentence = say(
        "{n} segments keep themselves up to date; the largest, {name}, holds {share} of the base.",
        lang,
        n=len(rows),
        name=largest["label"],
        share=share(largest["share"] or 0),
    )
    drawing = bars(
        [{"name": r["label"], "size": r["size"] or 0} for r in rows], "name", "size", title=say("customers", lang)
    )
    body = finding(sentence) + picture(drawing, say("Customers by segment", lang))
    head = [say(word, lang) for word in ("segment", "customers", "share", "rule")]
    body += table(
        head, [(r["label"], count(r["size"] or 0), share(r["share"] or 0), r["rule"]) for r in rows], numbers=(1, 2)
    )
    return Section(
        "segments", say("Segments", lang), body + _overlap(facts, {r["name"]: r["label"] for r in rows}, lang)
    )


def _overlap(facts: ReportFacts, labels: dict[str, str], lang: str) -> str:
    if facts.overlap is None or not facts.overlap.num_rows:
        return ""
    pairs = facts.overlap.to_pylist()
    shares = {(row["segment"], row["other"]): row["share"] for row in pairs}
    shares |= {(row["other"], row["segment"]): row["other_share"] for row in pairs}
    names = list(dict.fromkeys(name for pair in shares for name in pair))
    cells = [
        {"a": labels.get(a, a), "b": labels.get(b, b), "share": 100 * (shares.get((a, b), 1) or 0)}
        for a in names
        for b in names
    ]
    closest = max(pairs, key=lambda row: row["jaccard"] or 0)
    sentence = say(
        "{a} and {b} overlap most: {n:,} customers are in both ({jaccard:.0%} of those in either).",
        lang,
        a=labels.get(closest["segment"], closest["segment"]),
        b=labels.get(closest["other"], closest["other"]),
        n=closest["both"],
        jaccard=closest["jaccard"] or 0,
    )
    title = say("% of the row's members who are in the column's", lang)
    return finding(sentence) + picture(heat(cells, "b", "a", "share", title=title, number=".0f"), title) + note(title)
