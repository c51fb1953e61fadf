"""The segments that rules define, and what they share."""

from __future__ import annotations

from collections.abc import Mapping

from coterie.report.charts import bars, heat, picture
from coterie.report.facts import ReportFacts
from coterie.report.page import Absent, Section, figure, finding, note, table
from coterie.report.wording import count, share
from coterie.words import say


def draw(facts: ReportFacts, lang: str) -> Section | Absent:
    """Size of each segment with its rule in words, and the overlap of pairs."""
    title = say("Segments", lang)
    if facts.segments is None or not facts.segments.num_rows:
        return Absent(title, say("No segments are defined; `coterie apply` brings definitions in.", lang))
    rows = sorted(facts.segments.to_pylist(), key=lambda row: -(row["size"] or 0))
    counted = [row for row in rows if row["size"] is not None]
    if not counted:
        return Absent(title, say("The segments were not counted yet; `coterie refresh` counts them.", lang))
    sentence = _sentence(counted, lang)
    drawing = bars(
        [
            {"name": r["label"], "size": r["size"], "said": f"{r['size']:,} ({share(r['share'] or 0)})"}
            for r in counted
        ],
        "name", "size", title=say("customers", lang), said="said",
    )  # fmt: skip
    empty = [row["label"] for row in counted if not row["size"]]
    caption = say("A customer can be in several segments, so the shares do not add up to 100%.", lang)
    if empty:
        caption += ("" if lang == "zh" else " ") + say(
            "Nobody is in: {names}.", lang, names=("、" if lang == "zh" else ", ").join(empty)
        )
    body = finding(sentence) + figure(picture(drawing, f"{sentence} {caption}"), caption)
    head = [say(word, lang) for word in ("segment", "customers", "share", "rule")]
    cells = [
        (r["label"], *(("–", "–") if r["size"] is None else (count(r["size"]), share(r["share"] or 0))), r["rule"])
        for r in rows
    ]
    body += table(head, cells, numbers=(1, 2)) + _overlap(facts, {r["name"]: r["label"] for r in rows}, lang)
    return Section("segments", title, body, sentence)


def _sentence(rows: list[dict[str, object]], lang: str) -> str:
    if len(rows) == 1:
        return say(
            "One segment is defined, {name}; it holds {share} of the base.",
            lang,
            name=rows[0]["label"],
            share=share(float(str(rows[0]["share"] or 0))),
        )
    return say(
        "{n} {n|segment is|segments are} defined; the largest, {name}, holds {share} of the base.",
        lang,
        n=len(rows),
        name=rows[0]["label"],
        share=share(float(str(rows[0]["share"] or 0))),
    )


def _overlap(facts: ReportFacts, labels: Mapping[str, str], lang: str) -> str:
    if facts.overlap is None or not facts.overlap.num_rows:
        return note(say("Overlap: not shown, for fewer than two segments have members.", lang))
    pairs = facts.overlap.to_pylist()
    shares = {(row["segment"], row["other"]): row["share"] for row in pairs}
    shares |= {(row["other"], row["segment"]): row["other_share"] for row in pairs}
    names = list(dict.fromkeys(name for pair in shares for name in pair))
    cells = [
        {"a": labels.get(a, a), "b": labels.get(b, b), "share": 100 * (shares.get((a, b), 1) or 0)}
        for a in names
        for b in names
    ]
    title = say("% of the row's members who are in the column's", lang)
    caption = _closest(max(pairs, key=lambda row: float(str(row["jaccard"] or 0))), labels, lang)
    return figure(picture(heat(cells, "b", "a", "share", title=title, number=".0f"), caption), caption)


def _closest(pair: Mapping[str, object], labels: Mapping[str, str], lang: str) -> str:
    if not pair["both"]:
        return say("No customer is in two of these segments.", lang)
    return say(
        "{a} and {b} overlap most: {n:,} {n|customer is|customers are} in both ({jaccard:.0%} of those in either).",
        lang,
        a=labels.get(str(pair["segment"]), pair["segment"]),
        b=labels.get(str(pair["other"]), pair["other"]),
        n=pair["both"],
        jaccard=pair["jaccard"],
    )
