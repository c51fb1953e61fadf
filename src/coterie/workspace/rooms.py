"""The rooms of a workspace, made at the first visit: a command imports only those that it works in."""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Generic, Protocol, Self, TypeVar, cast, overload

from coterie.workspace.given import checking_given

if TYPE_CHECKING:
    from coterie.settings import WorkspaceSettings
    from coterie.workspace.stand import Stand

R = TypeVar("R")


class HasStand(Protocol):
    """What stands on the stores of a workspace."""

    _stand: Stand


class SettingsNow:
    """The attribute of a workspace that is its settings as they count now."""

    def __get__(self, workspace: HasStand, owner: type) -> WorkspaceSettings:
        return workspace._stand.settings  # noqa: SLF001 - it is a part of the workspace


class Room(Generic[R]):
    """The attribute of a workspace that is the room at ``"module:class"``; one object, from the first visit on."""

    def __init__(self, place: str) -> None:
        self._module, _, self._class = place.partition(":")
        self._name = ""

    def __set_name__(self, owner: type, name: str) -> None:
        self._name = name

    @property
    def kind(self) -> type[R]:
        """The class of the room, which refuses in words what it is given of another kind than it asks for."""
        return cast("type[R]", checking_given(getattr(import_module(f"coterie.workspace.{self._module}"), self._class)))

    @overload
    def __get__(self, workspace: None, owner: type) -> Self: ...

    @overload
    def __get__(self, workspace: HasStand, owner: type) -> R: ...

    def __get__(self, workspace: HasStand | None, owner: type) -> Self | R:
        if workspace is None:
            return self
        return cast("R", vars(workspace).setdefault(self._name, self.kind(workspace._stand)))  # type: ignore[call-arg]  # noqa: SLF001 - it is a part of the workspace
