"""The pages of the documentation as programs read them: blocks of code with their language and title."""

from __future__ import annotations

import re
import shlex
from dataclasses import dataclass
from pathlib import Path

DOCS = Path(__file__).parents[2] / "docs"
_FENCE = re.compile(r"^```(\w*)([^\n]*)\n(.*?)^```$", re.MULTILINE | re.DOTALL)


@dataclass(frozen=True)
class Block:
    """A fenced block: its language, the file it is to be saved as, its text."""

    language: str
    title: str | None
    text: str

    def commands(self) -> list[list[str]]:
        """Command lines of a console block (those after ``$``) or of a plain one, without their remarks."""
        lines = self.text.replace("\\\n", " ").splitlines()
        if self.language == "console":
            lines = [line[2:] for line in lines if line.startswith("$ ")]
        split = [shlex.split(line, comments=True) for line in lines]
        return [words for words in split if words]

    def told(self) -> list[tuple[str, str]]:
        """Each command of a console block with what the page prints below it."""
        found: list[tuple[str, str]] = []
        for line in self.text.splitlines(keepends=True):
            if line.startswith("$ "):
                found.append((line[2:].strip(), ""))
            elif found:
                found[-1] = (found[-1][0], found[-1][1] + line)
        return found


def blocks(page: str) -> list[Block]:
    """The fenced blocks of a page under ``docs/``, in order."""
    text = (DOCS / page).read_text("utf-8")
    found = []
    for language, rest, body in _FENCE.findall(text):
        title = re.search(r'title="([^"]+)"', rest)
        found.append(Block(language, title[1] if title else None, body))
    return found
