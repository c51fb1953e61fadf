"""One setting of ``coterie.yaml`` changed where it stands: all other lines, and the comments among them, stay as they are."""

from __future__ import annotations

import re
import zlib
from pathlib import Path

import yaml

from coterie.errors import BadSetting
from coterie.settings.models import WORKSPACE_FILE, WorkspaceSettings, read_workspace_settings
from coterie.words import sentence
from coterie.writing import write_whole


def version_of(folder: Path) -> int:
    """What tells one content of the settings file from another: from 1 on, below a billion."""
    return zlib.crc32((folder / WORKSPACE_FILE).read_bytes()) % 999_999_999 + 1


def change_setting(folder: Path, name: str, value: object) -> WorkspaceSettings:
    """Give the setting ``name`` (a field of ``WorkspaceSettings``) another value; None takes its lines out.

    Only the lines of that setting are written anew, without the comments among them. Raises ``BadSetting`` for a value that it cannot have, and
    where the file is written so that this cannot be done; the file then stays as it was.
    """
    file = folder / WORKSPACE_FILE
    before = file.read_text("utf-8")
    wanted = read_workspace_settings(folder).model_dump(mode="json") | ({} if value is None else {name: value})
    write_whole(file, with_setting(before, name, value))
    try:
        found = read_workspace_settings(folder)
    except BaseException:
        write_whole(file, before)
        raise
    if value is not None and found != WorkspaceSettings.model_validate(wanted):
        write_whole(file, before)
        raise BadSetting(
            sentence("{name} in {file} is written in a way that only people can change", name=name, file=WORKSPACE_FILE)
        )
    return found


def with_setting(text: str, name: str, value: object) -> str:
    r"""YAML with the setting ``name`` of its outermost level replaced, added at the end, or taken out (None).

    >>> with_setting("# ours\nname: shop\nsmtp:\n  port: 25\n# end\n", "smtp", {"port": 26})
    '# ours\nname: shop\nsmtp:\n  port: 26\n# end\n'
    """
    lines = text.splitlines(keepends=True)
    if lines and not lines[-1].endswith("\n"):
        lines[-1] += "\n"
    begins = next(
        (place for place, line in enumerate(lines) if re.match(rf"[\"']?{re.escape(name)}[\"']?\s*:", line)), None
    )
    fresh = [] if value is None else [yaml.safe_dump({name: value}, sort_keys=False, allow_unicode=True)]
    if begins is None:
        return "".join([*lines, *fresh])
    ends = begins + 1
    while ends < len(lines) and re.match(r"\s+\S|- |[}\]]", lines[ends]):
        ends += 1
    return "".join([*lines[:begins], *fresh, *lines[ends:]])
