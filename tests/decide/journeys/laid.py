"""The steps of a journey as the walker goes through them."""

from __future__ import annotations

from collections.abc import Sequence


def laid_out(
    steps: Sequence[object],
) -> tuple[dict[str, object], dict[str, str | None], dict[tuple[str, str], str | None]]:
    """Every step by its id; the step behind each; the first step inside each of its turns."""
    found: dict[str, object] = {}
    behind: dict[str, str | None] = {}
    inside: dict[tuple[str, str], str | None] = {}

    def lay(listed: Sequence[object], end: str | None) -> None:
        for place, step in enumerate(listed):
            following = listed[place + 1].id if place + 1 < len(listed) else end  # type: ignore[attr-defined]
            found[step.id] = step  # type: ignore[attr-defined]
            behind[step.id] = step.step if step.op == "go_to" else following  # type: ignore[attr-defined]
            for turn, inner in turns_of(step).items():
                inside[step.id, turn] = inner[0].id if inner else None  # type: ignore[attr-defined]
                lay(inner, following)

    lay(steps, None)
    return found, behind, inside


def turns_of(step: object) -> dict[str, Sequence[object]]:
    """The steps inside a step by the turn that leads to them."""
    op = step.op  # type: ignore[attr-defined]
    if op == "branch":
        return {**{str(n): way.steps for n, way in enumerate(step.ways, 1)}, "otherwise": step.otherwise}  # type: ignore[attr-defined]
    if op == "split":
        return {way: step.into.get(way, ()) for way in step.weights}  # type: ignore[attr-defined]
    if op == "wait_for":
        return {"then": step.then, "otherwise": step.otherwise}  # type: ignore[attr-defined]
    return {}
