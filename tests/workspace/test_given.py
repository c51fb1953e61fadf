"""A list where one name is meant, and one name where a list is, are refused in words by every method of the face."""

from __future__ import annotations

import inspect
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

import coterie
from coterie.errors import Refused
from coterie.workspace.brakes import Brakes
from coterie.workspace.rooms import Room
from coterie.workspace.segments import Segment
from tests.workspace.shop import NOW

ONE = ("str", "int", "Path", "Locale", "Every", "MessageState", "Instant", "timedelta", "None", "Frame")
MANY = ("Sequence[By]", "Sequence[str]", "Iterable[str]", "tuple[str, ...]")
READ_OTHERWISE = {"Workspace.answer", "Workspace.intake", "Workspace.query.values", "Workspace.load.facts"}
"""What takes values of any kind, or objects of ours."""


def _parameters(kind: type) -> Iterator[tuple[str, inspect.Parameter]]:
    for name, member in vars(kind).items():
        if inspect.isfunction(member) and (not name.startswith("_") or name == "__getitem__"):
            for each in list(inspect.signature(member).parameters.values())[1:]:
                yield name, each


@pytest.mark.parametrize("kind", [*(member.kind for _, member in inspect.getmembers_static(coterie.Workspace) if isinstance(member, Room)), coterie.Workspace, Brakes, Segment])  # fmt: skip
def test_what_is_no_name_and_no_list_of_names_is_refused_in_words(kind: type) -> None:
    seen = 0
    room: Any = object.__new__(kind)  # nothing stands behind it: what is refused is refused before anything is asked
    for name, each in _parameters(kind):
        words = str(each.annotation).split(" | ")
        place = f"{kind.__name__}.{name}"
        if place in READ_OTHERWISE or f"{place}.{each.name}" in READ_OTHERWISE:
            continue
        wrong: list[object] = [["one"], ("one",), {"one"}] if set(words) <= set(ONE) else []
        wrong = ["one", [["one"]], 1] if set(words) & set(MANY) else wrong
        for value in wrong:
            positional = each.kind in (each.VAR_POSITIONAL, each.POSITIONAL_ONLY)
            before = [p for n, p in _parameters(kind) if n == name and p.kind is each.POSITIONAL_OR_KEYWORD]
            given = [*("x" for _ in before), value] if positional else []
            named = {} if positional else {each.name: value}
            with pytest.raises(Refused) as refused:
                getattr(room, name)(*given, **named)
            assert refused.value.told("en").startswith(f"{place}: "), refused.value
            assert refused.value.told("zh") != refused.value.told("en")
            seen += 1
    assert seen or kind.__name__ == "Overviews", "nothing was asked"


@pytest.mark.parametrize(
    ("asked", "said"),
    [
        pytest.param(
            lambda ws: ws.kpis.show(["revenue", "orders"]),
            "Kpis.show: each of names is text, and not ['revenue', 'orders']; write them one after another, as in ('revenue', 'orders')",
            id="kpis",
        ),
        pytest.param(
            lambda ws: ws.kpis.show("revenue", by="segment"),
            "Kpis.show: by is a list of texts, and not 'segment'; write by=['segment']",
            id="dimension",
        ),
        pytest.param(
            lambda ws: ws.segments[["oslo", "frequent"]],
            "Segments.__getitem__: name is text, and not ['oslo', 'frequent']; ask once for each",
            id="segments",
        ),
        pytest.param(
            lambda ws: ws.profiles.erase(["C1", "C2"], dry_run=True),
            "People.erase: each of keys is text or a number, and not ['C1', 'C2']; write them one after another, as in ('C1', 'C2')",
            id="people",
        ),
        pytest.param(
            lambda ws: ws.segments.upload_list("vip", "C1"),
            "Segments.upload_list: keys is a list of texts, and not 'C1'; write keys=['C1']",
            id="list-of-one-letter-each",
        ),
        pytest.param(
            lambda ws: ws.kpis.show(since=["2026-01-01"]),
            "Kpis.show: since is an instant or None, and not ['2026-01-01']; ask once for each",
            id="instant",
        ),
    ],
)
def test_a_refusal_says_what_would_work(
    shop: coterie.Workspace, asked: Callable[[coterie.Workspace], object], said: str
) -> None:
    with pytest.raises(Refused) as refused:
        asked(shop)
    assert str(refused.value) == said


def test_what_is_of_the_right_kind_is_taken_as_before(shop: coterie.Workspace, tmp_path: Path) -> None:
    assert shop.kpis.show("revenue", by=("segment",)).columns == shop.kpis.show("revenue", by=["segment"]).columns
    assert shop.segments.upload_list("some", (f"C{n}" for n in range(1, 4))).known == 3
    assert shop.profiles.find("C1") == shop.profiles.find(shop.profiles.find("C1"))
    assert shop.definitions.diff(str(shop.definitions.export(str(tmp_path / "out"))[0].parent))["act"] == ["keep"] * 6
    assert shop.kpis.window(until=NOW)[1] == NOW
