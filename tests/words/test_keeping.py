"""Sentences kept as JSON say the same when they are read again, in every language."""

from __future__ import annotations

from datetime import date, datetime, time, timedelta
from decimal import Decimal

import numpy as np
import pyarrow as pa
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from coterie.domain import Money
from coterie.words import Sentence, cased, joined, kept, own, restored, sentence, word
from coterie.words.column import SENTENCE, sentence_array, table_of
from coterie.workspace import Frame

TEXTS = st.text(max_size=20)
PLAIN = st.one_of(
    TEXTS,
    st.integers(),
    st.floats(allow_nan=False),
    st.booleans(),
    st.none(),
    st.datetimes(),
    st.dates(),
    st.times(),
    st.timedeltas(),
    st.decimals(allow_nan=False),
    st.builds(Money, st.floats(-1e9, 1e9), st.sampled_from(["EUR", "JPY", ""]), st.sampled_from([None, 0, 2])),
)
WORDS = st.one_of(
    st.sampled_from([Sentence("customers"), word("number", "type"), Sentence(""), Sentence("{not a form}")]),
    TEXTS.map(Sentence),
)


def _made_of(inner: st.SearchStrategy[Sentence]) -> st.SearchStrategy[Sentence]:
    values = st.one_of(PLAIN, inner, st.lists(st.one_of(TEXTS, inner), max_size=3))
    return st.one_of(
        values.map(lambda value: sentence("a row of {kind} is {x}", kind="orders", x=value)),
        st.lists(st.one_of(TEXTS, inner), max_size=3).map(lambda parts: joined(parts, " ")),
        st.tuples(st.text('ab客 "\\', max_size=9)).map(lambda texts: own({"en": "{n} " + texts[0], "zh": "{n}"}, n=3)),
        st.tuples(inner, st.sampled_from(["upper", "lower"])).map(lambda both: cased(*both)),
    )


@settings(deadline=None)
@given(st.recursive(WORDS, _made_of, max_leaves=8))
def test_what_is_kept_says_the_same_when_it_is_read(said: Sentence) -> None:
    again = restored(kept(said))
    assert (again, again.id, again.sense, type(again)) == (said, said.id, said.sense, type(said))
    assert again.told("zh") == said.told("zh")
    assert kept(again) == kept(said)


@pytest.mark.parametrize(
    "text", ["", "sold out", "{", "{}", '{"id": 3}', '{"rows": [1]}', '{"kind": "other", "of": 1}', "[1]", '{"by": ""}']
)
def test_a_text_of_anothers_is_a_sentence_without_values(text: str) -> None:
    assert (restored(text), restored(text).told("zh")) == (text, text)


def test_values_keep_what_their_form_needs() -> None:
    said = sentence(
        "{n:,} {n|row|rows} at {at:%H:%M}, {day:%d}, {cost}, {share:.1%}, {m:g}, {left}",
        n=np.int64(1200),
        at=datetime(2026, 1, 2, 3, 4),
        day=date(2026, 1, 2),
        cost=Money(3, "GBP"),
        share=np.float64(0.125),
        m=Decimal("1.50"),
        left=[timedelta(days=1), time(3)],
    )
    assert restored(kept(said)) == said == "1,200 rows at 03:04, 02, £3.00, 12.5%, 1.50, 1 day, 0:00:00, 03:00:00"


def test_a_column_is_read_as_sentences_and_shown_in_a_language() -> None:
    said = [sentence("{size:,} {size|customer|customers}", size=1200), None]
    rows = [{"n": n, "finding": each} for n, each in enumerate(said)]
    table = table_of(rows, pa.schema([("n", pa.int64()), ("finding", SENTENCE), ("other", pa.string())]))
    assert table["finding"].to_pylist() == ["1,200 customers", None]
    assert table.to_pylist()[0]["finding"].values == {"size": 1200}
    assert table.take([1, 0]).filter(pa.array([False, True]))["finding"][0].as_py().told("zh") == "1,200 位客户"
    frame = Frame.told(table, "zh")
    assert frame.arrow["finding"].to_pylist() == ["1,200 位客户", None]
    assert frame.arrow.schema.field("finding").type == pa.string()
    assert frame["finding"][0].told("en") == said[0]
    assert frame[1]["finding"] is None
    assert Frame.told(pa.table({"finding": sentence_array(["sold out"])}), "zh")["finding"] == ["sold out"]
