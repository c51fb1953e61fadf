"""The tracking plans in use, held against messages as they are taken in."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from datetime import datetime
from typing import TYPE_CHECKING

from coterie.collect.intake.messages import Received
from coterie.collect.intake.rows import planned
from coterie.collect.tracking import Checked, PlanCheck, TrackingPlan, Violation

if TYPE_CHECKING:
    from coterie.store import Ledger


@dataclass(frozen=True, slots=True)
class PlanBreach:
    """A message that breaks the plan of its source, and how."""

    message: Received
    version: int
    checked: Checked

    @property
    def refused(self) -> Received:
        """The message as one that is kept out, with why."""
        return replace(self.message, refusal=self.checked.violations[0].code, why=self.checked.said)

    def counted(
        self, is_accepted: Callable[[Received], bool]
    ) -> Iterator[tuple[str, int, str, Violation, str, datetime]]:
        """What ``count_violations`` is told; nothing of one that was kept out for something else."""
        each = self.message
        if self.checked.is_refused or is_accepted(each):
            act = "refused" if self.checked.is_refused else "flagged"
            for violation in self.checked.violations:
                yield each.source, self.version, act, violation, each.message_id, each.received_at


class Plans:
    """The plans of sources, each made ready once a version."""

    def __init__(self, ledger: Ledger) -> None:
        self._ledger = ledger
        self._checks: dict[str, PlanCheck] = {}

    def bring(self) -> None:
        """Read which plans are in use now."""
        with self._ledger.reading() as t:
            kept = t.definitions.all("tracking_plan")
        self._checks = {name: self._ready(name, each.version, each.body) for name, each in kept.items()}

    def _ready(self, name: str, version: int, body: object) -> PlanCheck:
        known = self._checks.get(name)
        if known is not None and known.version == version:
            return known
        return PlanCheck(TrackingPlan.model_validate(body), version)

    def broken_by(self, received: Received) -> PlanBreach | None:
        """How a message breaks the plan of its source; None where it does not, or there is none."""
        check = self._checks.get(received.source)
        if check is None:
            return None
        event, properties = planned(received.message)
        if event is None:
            return None
        checked = check.of(event, (properties or "").encode())
        return PlanBreach(received, check.version, checked) if checked.violations else None
