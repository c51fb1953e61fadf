"""A workspace speaks its own language to whoever names no other."""

from __future__ import annotations

import inspect
import re

import coterie
from tests.workspace.shop import NOW

ARGUMENTS = {"quality": ("rfm",), "explain": ("C3",)}


def _said(ws: coterie.Workspace, part: object, **lang: str) -> dict[str, str]:
    """What each method without effect says that takes a language."""
    reading = ("list", "templates", "targets", "quality", "explain", "traits", "doctor")
    found = {}
    for name in reading:
        method = getattr(part, name, None)
        if callable(method) and "lang" in inspect.signature(method).parameters:
            needed = () if part is ws else ARGUMENTS.get(name, ())
            answer = method(*needed, **lang)
            found[name] = str(answer.rows() if isinstance(answer, coterie.Frame) else answer)
    return found


def test_groups_discovered_in_english_are_told_in_the_language_that_the_workspace_has_now(
    shop: coterie.Workspace,
) -> None:
    found = shop.segmentations.discover(k=2, traits=("orders", "revenue"))
    english = [str(part["name"]) for part in found.parts]
    assert all(name.isascii() for name in english)
    settings = shop.folder / "coterie.yaml"
    settings.write_text(settings.read_text("utf-8").replace("locale: en", "locale: zh"), "utf-8")
    shop.close()
    with coterie.open(shop.folder, clock=lambda: NOW) as ws:
        shown, kept = ws.segmentations.show("discovered"), ws.segmentations.discovered()
        names = [str(part["name"]) for part in shown.parts]
        assert sorted(shown.personas) == sorted(names)
        assert not any(re.search("[a-z]", name) for name in names)
        assert [part["name"].told("en") for part in kept["parts"]] == english
        assert {part["judgement"].told("zh") for part in kept["parts"]} <= {"高度稳定", "有效"}


def test_what_is_read_is_told_in_the_language_of_the_workspace(shop: coterie.Workspace) -> None:
    settings = shop.folder / "coterie.yaml"
    settings.write_text(settings.read_text("utf-8").replace("locale: en", "locale: zh"), "utf-8")
    shop.close()
    with coterie.open(shop.folder, clock=lambda: NOW) as ws:
        assert ws.settings.locale == "zh"
        segment = ws.segments[next(iter(ws.segments))]
        for part in (ws, ws.segments, ws.segmentations, segment):
            said, chinese, english = _said(ws, part), _said(ws, part, lang="zh"), _said(ws, part, lang="en")
            assert said == chinese
            assert said
            assert all(said[name] != english[name] for name in said), said
