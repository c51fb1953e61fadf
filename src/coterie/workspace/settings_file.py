"""The settings of a workspace, read and changed where they stand: in ``coterie.yaml``."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pydantic import ValidationError

from coterie.errors import BadSetting, Overtaken, UnknownName
from coterie.settings import WorkspaceSettings, read_workspace_settings
from coterie.settings.changing import change_setting, version_of
from coterie.words import found_instead
from coterie.workspace.records import SettingsKept

if TYPE_CHECKING:
    from coterie.workspace.stand import Stand

AT_ONCE = frozenset({"schedules", "webhooks"})
"""Settings that a server looks at again by itself; the others count when it is started again."""


class SettingsFile:
    """``coterie.yaml``, which stays the truth; ``ws.settings_file``."""

    def __init__(self, stand: Stand) -> None:
        self._stand = stand

    def show(self) -> SettingsKept:
        """Every setting as it stands in the file now, and the version of the file."""
        folder = self._stand.folder
        return SettingsKept(version_of(folder), read_workspace_settings(folder).model_dump(mode="json"))

    def put(self, name: str, value: object, *, made_from: int | None = None) -> SettingsKept:
        """Give a setting another value; None makes it what it is without a line of its own.

        Raises ``UnknownName``, ``BadSetting`` for a value that it cannot have, and ``Overtaken`` where the file is not that of the version ``made_from``.
        """
        folder, stand = self._stand.folder, self._stand
        if name not in WorkspaceSettings.model_fields:
            raise UnknownName("setting", name, WorkspaceSettings.model_fields)
        with stand.ledger.transaction() as t:  # one writer at a time
            version = version_of(folder)
            if made_from is not None and made_from != version:
                raise Overtaken("setting", name, made_from, version, "")
            try:
                change_setting(folder, name, value)
            except ValidationError as fault:
                raise BadSetting(found_instead(fault.errors()[0]), where=name) from fault
            t.audit.append(
                "setting changed", name, {"version": version_of(folder)}, actor=stand.actor, at=stand.clock()
            )
        found = self.show()
        return SettingsKept(found.version, found.settings, "at once" if name in AT_ONCE else "at the next start")
