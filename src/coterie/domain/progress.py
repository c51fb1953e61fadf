"""How long work tells a person where it is."""

from __future__ import annotations

from typing import Protocol


class Progress(Protocol):
    """Told of stages and steps; the CLI draws it, tests ignore it."""

    def stage(self, name: str, total: int | None = None) -> None:
        """A new stage begins; ``total`` steps are expected when known."""

    def advance(self, steps: int = 1) -> None:
        """``steps`` more are done in the current stage."""


class Quiet:
    """Progress that nobody watches."""

    def stage(self, name: str, total: int | None = None) -> None:
        """Say nothing."""

    def advance(self, steps: int = 1) -> None:
        """Say nothing."""
