"""Compiles the catalogues of words into the wheel, so that an installed Coterie reads them at once."""

from __future__ import annotations

import runpy
import tempfile
from pathlib import Path
from typing import Any

from hatchling.builders.hooks.plugin.interface import BuildHookInterface

WORDS = Path(__file__).parent / "src" / "coterie" / "words"


class CompiledCatalogues(BuildHookInterface[Any]):
    """One file for gettext a language; an editable install reads the sources, which may change."""

    def initialize(self, version: str, build_data: dict[str, Any]) -> None:
        """Compile what goes into the wheel."""
        self._folder = tempfile.TemporaryDirectory()
        if version == "editable":
            return
        catalogue = runpy.run_path(str(WORDS / "catalogue.py"))
        for language in (each for each in WORDS.iterdir() if each.is_dir() and any(each.rglob("*.po"))):
            file = Path(self._folder.name) / f"{language.name}.mo"
            file.write_bytes(catalogue["compiled"](language))
            build_data["force_include"][str(file)] = f"coterie/words/{language.name}/{catalogue['COMPILED']}"

    def finalize(self, version: str, build_data: dict[str, Any], artifact_path: str) -> None:  # noqa: ARG002
        """Clear up."""
        self._folder.cleanup()
