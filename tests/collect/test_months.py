"""Tables with a column for each month are refused with what would work, however the months are written."""

from __future__ import annotations

from pathlib import Path

import pytest

from coterie.collect import propose
from coterie.collect.proposals.months import months_among
from coterie.errors import BadFile

MONTHS = {
    "numbers": ["2024-01", "2024-02", "2024-03", "2024-04"],
    "numbers-together": ["sales 202401", "sales 202402", "sales 202403"],
    "month-first": ["01/2024", "02/2024", "03/2024"],
    "words": ["Jan 2024", "Feb 2024", "Mar 2024", "Sep 2024"],
    "short-years": ["Jan-24", "Feb-24", "Mar-24"],
    "no-year": ["January", "February", "March"],
    "german": ["Januar 2024", "Februar 2024", "März 2024", "Mai 2024"],
    "french": ["janvier", "février", "mars", "août"],
    "chinese": ["一月", "二月", "三月", "十二月"],
    "chinese-years": ["2024年1月", "2024年2月", "2024年11月"],
    "with-a-word": ["revenue_2024_01", "revenue_2024_02", "revenue_2024_03"],
    "with-a-word-behind": ["Jan 2024 sales", "Feb 2024 sales", "Mar 2024 sales"],
}


def table(folder: Path, names: list[str]) -> Path:
    file = folder / "months.csv"
    rows = [f"C{n},Name {n}," + ",".join(f"{10 * n + place}.50" for place in range(len(names))) for n in range(30)]
    file.write_text("\n".join(["customer_id,name," + ",".join(names), *rows]) + "\n", "utf-8")
    return file


@pytest.mark.parametrize("names", MONTHS.values(), ids=MONTHS)
def test_a_column_for_each_month_is_refused_with_what_works(tmp_path, names):
    assert months_among(["customer_id", *names, "name"]) == tuple(names)
    with pytest.raises(BadFile, match="one row for each customer and month") as told:
        propose(table(tmp_path, names))
    assert f"{names[0]} … {names[-1]}" in str(told.value)
    kept = propose(table(tmp_path, names), kind="customers").mapping
    assert set(names) <= set(kept.extras)


@pytest.mark.parametrize(
    "names",
    [
        pytest.param(["2024-01", "2024-02"], id="two-may-be-a-comparison"),
        pytest.param(["2024-01-05", "2024-01-06", "2024-01-07"], id="days"),
        pytest.param(["may_contact", "mar_status", "set_by"], id="words-within-words"),
        pytest.param(["Sales Jan", "Visits Feb", "Calls Mar"], id="other-things"),
        pytest.param(["score_1", "score_2", "score_3", "score_2024"], id="numbers"),
        pytest.param(["orders_30d", "orders_90d", "orders_365d"], id="windows"),
    ],
)
def test_what_only_looks_like_months_is_none(names):
    assert months_among(names) == ()


def test_months_of_words_are_what_is_known_of_people(tmp_path):
    file = tmp_path / "plans.csv"
    rows = [f"C{n},ann{n}@x.example,basic,basic,{'gold' if n % 2 else 'basic'}" for n in range(30)]
    file.write_text("\n".join(["customer_id,email,Jan 2024,Feb 2024,Mar 2024", *rows]) + "\n", "utf-8")
    assert propose(file).mapping.kind == "customers"
