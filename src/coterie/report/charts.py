"""Pictures as SVG text, drawn by Vega-Altair without a browser or a network.

Every picture is drawn twice, for a page and for a phone, because a shrunken chart cannot
be read; the page shows the one that fits.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from functools import cache
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import altair as alt

WIDE, NARROW, LINE = 800, 340, 13
INK, MUTED, GRID = "#1d2733", "#667085", "#e7eaee"
ACCENT, SECOND, WARM = "#1f5f8b", "#7a9e87", "#d9822b"
SEQUENCE = ["#eef4f8", "#c6dbe8", "#8fb8d1", "#4f8db3", "#1f5f8b", "#123d5c"]
CATEGORIES = [
    "#1f5f8b",
    "#d9822b",
    "#7a9e87",
    "#a05195",
    "#c9b458",
    "#5b6b7b",
    "#b5483f",
    "#3e8e8c",
    "#8c6d46",
    "#9aa5b1",
]
FONT = "system-ui, 'Segoe UI', 'PingFang SC', 'Microsoft YaHei', 'Noto Sans SC', sans-serif"

Row = Mapping[str, object]
Drawing = Callable[[int], "alt.Chart | alt.LayerChart"]


def picture(draw: Drawing, words: str) -> str:
    """Both sizes of a chart as inline SVG; ``words`` describe it to a reader who cannot see it."""
    from html import escape

    drawn = "".join(
        f'<div class="{name}">{_svg(draw(width))}</div>' for name, width in (("wide", WIDE), ("narrow", NARROW))
    )
    return f'<div class="picture" role="img" aria-label="{escape(words, quote=True)}">{drawn}</div>'


def _svg(chart: alt.Chart | alt.LayerChart) -> str:
    import vl_convert

    # fit-x: the width is that of the whole picture, however long the labels are.
    fitted = chart.properties(
        autosize={"type": "fit-x", "contains": "padding"}, padding={"left": 8, "right": 16, "top": 5, "bottom": 5}
    )
    shaped = fitted.configure(font=FONT, background="transparent", **_theme()).to_dict()
    return str(vl_convert.vegalite_to_svg(shaped))


@cache
def _theme() -> dict[str, object]:
    axis = {"labelColor": MUTED, "titleColor": MUTED, "gridColor": GRID, "domainColor": GRID, "tickColor": GRID}
    text = {"labelFontSize": 12, "titleFontSize": 12, "titleFontWeight": "normal", "labelLimit": 170}
    return {
        "axis": axis | text,
        # Widths are measured without Chinese letters; the title would stand on labels such as 10万.
        "axisY": {"titlePadding": 14},
        "legend": {
            "labelColor": INK,
            "titleColor": MUTED,
            "orient": "top",
            "labelFontSize": 12,
            "titleFontSize": 12,
            "titleFontWeight": "normal",
            "titleLimit": 400,
        },
        "view": {"stroke": None},
        "range": {"category": CATEGORIES, "heatmap": SEQUENCE, "ramp": SEQUENCE},
        "bar": {"color": ACCENT},
        "line": {"color": ACCENT, "strokeWidth": 2.2},
    }


def amounts(lang: str) -> dict[str, object]:
    """How an axis writes amounts: short, in the units of the language."""
    steps = (("1e8", "亿"), ("1e4", "万")) if lang == "zh" else (("1e9", "bn"), ("1e6", "M"), ("1e3", "k"))
    told = "format(datum.value, ',')"
    for size, unit in reversed(steps):
        told = f"abs(datum.value) >= {size} ? format(datum.value / {size}, ',.12~g') + '{unit}' : {told}"
    return {"labelExpr": told}


def bars(
    rows: Sequence[Row],
    label: str,
    value: str,
    *,
    title: str,
    said: str,
    ticks: Mapping[str, object] | None = None,
    color: str = ACCENT,
) -> Drawing:
    """Horizontal bars in the order of ``rows``, each with the words in its ``said`` at the end."""

    def draw(width: int) -> alt.LayerChart:
        import altair as alt

        folded, step = _folded(rows, label, 14 if width == NARROW else 28, 26)
        whole = alt.Chart(alt.Data(values=folded))
        place = alt.Y(f"{label}:N", sort=None, title=None, axis=_names(folded, label))
        # Room for the words behind the longest bar: without it the axis would end where the bar does.
        longest = max((float(str(row[value])) for row in rows), default=0.0)
        widest = max((_columns(str(row[said])) for row in rows), default=0)
        scale = alt.Scale(domainMin=min(0.0, *(float(str(row[value])) for row in rows)), nice=False)
        if longest > 0:
            scale.domainMax = longest * (1 + 7.5 * widest / (width * 0.62))
        length = alt.X(
            f"{value}:Q",
            title=title,
            scale=scale,
            axis=alt.Axis(
                tickCount=3 if width == NARROW else 4, tickMinStep=1, grid=True, **(ticks or {"format": ",.0f"})
            ),
        )
        marks = whole.mark_bar(cornerRadiusEnd=2, height={"band": 0.72}, color=color).encode(y=place, x=length)
        labels = whole.mark_text(align="left", dx=4, color=INK, fontSize=11).encode(
            y=place, x=alt.X(f"{value}:Q"), text=f"{said}:N"
        )
        return alt.layer(marks, labels).properties(width=width, height=alt.Step(step))

    return draw


def _names(rows: Sequence[Row], label: str) -> alt.Axis:
    """An axis of names in several lines, each in the middle of its row."""
    import altair as alt

    longest = max((_columns(line) for row in rows for line in str(row[label]).split("\n")), default=0)
    most = max((str(row[label]).count("\n") for row in rows), default=0)
    lines = "length(split(datum.label, '\\n'))"
    return alt.Axis(
        labelExpr="split(datum.label, '\\n')",
        labelLimit=0,
        labelLineHeight=LINE,
        labelOffset=alt.ConditionalAxisNumber(
            condition=[{"test": f"{lines} == {n + 1}", "value": -LINE * n / 2} for n in range(1, most + 1)], value=0
        )
        if most
        else 0,
        # The reader's font may be wider than the one that was measured.
        minExtent=7 * longest + 6,
        domain=False,
        ticks=False,
    )


def _folded(rows: Sequence[Row], label: str, columns: int, step: int) -> tuple[list[dict[str, object]], int]:
    """The rows with their labels broken into lines of so many columns, and the height that a row then takes."""
    broken = [{**row, label: _broken(str(row[label]), columns)} for row in rows]
    most = max((str(row[label]).count("\n") for row in broken), default=0)
    return broken, max(step, LINE * (most + 1) + 8)


def _broken(text: str, columns: int) -> str:
    r"""``text`` in lines of at most so many columns, broken at spaces, and inside Chinese anywhere.

    >>> _broken("One category above all", 14)
    'One category\nabove all'
    """
    lines, line = [], ""
    for piece in re.findall(r"[\u2e80-\uffef]|[^\s\u2e80-\uffef]+\s*", text):
        if line and _columns(line + piece.rstrip()) > columns:
            lines.append(line.rstrip())
            line = ""
        line += piece
    return "\n".join([*lines, line.rstrip()])


def _columns(text: str) -> int:
    """How wide text stands, in Latin letters: a Chinese character takes two."""
    return sum(2 if ord(letter) >= 0x2E80 else 1 for letter in text)


def lines(
    rows: Sequence[Row],
    x: str,
    value: str,
    *,
    title: str,
    series: str | None = None,
    x_title: str = "",
    mark: float | None = None,
    lang: str = "en",
) -> Drawing:
    """Lines over a quantity, one a ``series``; an upright line at ``mark``."""

    def draw(width: int) -> alt.Chart | alt.LayerChart:
        import altair as alt

        encoding = {
            "x": alt.X(f"{x}:Q", title=x_title or None, axis=alt.Axis(grid=False, tickCount=6)),
            "y": alt.Y(f"{value}:Q", title=title, axis=alt.Axis(tickCount=5, **amounts(lang))),
        }
        if series:
            encoding["color"] = alt.Color(f"{series}:N", sort=None, title=None)
            encoding["strokeDash"] = alt.StrokeDash(f"{series}:N", sort=None, title=None)
        drawn = alt.Chart(alt.Data(values=list(rows))).mark_line().encode(**encoding)
        if mark is None:
            return drawn.properties(width=width, height=230)
        upright = alt.Chart(alt.Data(values=[{x: mark}])).mark_rule(color=MUTED, strokeDash=[2, 3])
        return alt.layer(upright.encode(x=f"{x}:Q"), drawn).properties(width=width, height=230)

    return draw


def months(rows: Sequence[Row], at: str, value: str, *, title: str, lang: str = "en") -> Drawing:
    """An area over calendar time; ``at`` holds ISO dates."""

    def draw(width: int) -> alt.Chart:
        import altair as alt

        area = {"opacity": 0.18, "color": ACCENT}
        return (
            alt.Chart(alt.Data(values=list(rows)))
            .mark_area(line={"color": ACCENT}, **area)
            .encode(
                x=alt.X(
                    f"{at}:T",
                    title=None,
                    axis=alt.Axis(
                        format="%Y-%m", grid=False, tickCount=4 if width == NARROW else 8, labelSeparation=24
                    ),
                ),
                y=alt.Y(f"{value}:Q", title=title, axis=alt.Axis(tickCount=5, **amounts(lang))),
            )
            .properties(width=width, height=210)
        )

    return draw


def heat(
    rows: Sequence[Row],
    x: str,
    y: str,
    value: str,
    *,
    title: str,
    number: str = ",.0f",
    x_title: str = "",
    y_title: str = "",
) -> Drawing:
    """A matrix of cells, darker for more, the number in each."""

    def draw(width: int) -> alt.LayerChart:
        import altair as alt

        folded, step = _folded(rows, y, 14 if width == NARROW else 24, 30 if width == NARROW else 34)
        crosses = list(dict.fromkeys(str(row[x]) for row in rows))
        room = width * (0.66 if width == NARROW else 0.75) / max(len(crosses), 1)
        steep = max(map(_columns, crosses), default=0) * 7 > room
        across = alt.X(
            f"{x}:N",
            sort=crosses,
            title=x_title or None,
            axis=alt.Axis(labelAngle=-40 if steep else 0, labelLimit=300, labelOverlap=False),
        )
        down = alt.Y(
            f"{y}:N",
            sort=list(dict.fromkeys(str(row[y]) for row in folded)),
            title=y_title or None,
            axis=_names(folded, y),
        )
        whole = alt.Chart(alt.Data(values=folded)).encode(x=across, y=down)
        cells = whole.mark_rect(stroke="white", strokeWidth=1.5).encode(
            color=alt.Color(
                f"{value}:Q",
                title=_broken(title, 36 if width == NARROW else 90).split("\n"),
                scale=alt.Scale(range=SEQUENCE),
                legend=alt.Legend(format=number),
            )
        )
        figures = [float(str(row[value])) for row in rows if row[value] is not None] or [0.0]
        dark = min(figures) + 0.58 * (max(figures) - min(figures))
        labels = whole.mark_text(fontSize=10 if width == NARROW else 12).encode(
            text=alt.Text(f"{value}:Q", format=number),
            color=alt.condition(f"datum['{value}'] > {dark}", alt.value("white"), alt.value(INK)),
        )
        return alt.layer(cells, labels).properties(width=width, height=alt.Step(step))

    return draw


def intervals(
    rows: Sequence[Row], label: str, value: str, low: str, high: str, *, title: str, number: str = "+.1%"
) -> Drawing:
    """Estimates as points with their intervals, and a line at nothing."""

    def draw(width: int) -> alt.LayerChart:
        import altair as alt

        folded, step = _folded(rows, label, 16 if width == NARROW else 40, 34)
        whole = alt.Chart(alt.Data(values=folded))
        place = alt.Y(f"{label}:N", sort=None, title=None, axis=_names(folded, label))
        across = alt.X(f"{low}:Q", title=title, axis=alt.Axis(format=number, tickCount=3 if width == NARROW else 5))
        spans = whole.mark_rule(strokeWidth=3, color=SECOND).encode(y=place, x=across, x2=f"{high}:Q")
        points = whole.mark_point(filled=True, size=80, color=ACCENT, opacity=1).encode(y=place, x=f"{value}:Q")
        nothing = alt.Chart(alt.Data(values=[{"zero": 0}])).mark_rule(color=WARM, strokeDash=[4, 3]).encode(x="zero:Q")
        return alt.layer(nothing, spans, points).properties(width=width, height=alt.Step(step))

    return draw
