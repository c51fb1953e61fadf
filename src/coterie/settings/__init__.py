"""What can be set: the process by environment, a workspace by its ``coterie.yaml``.

This is the only room that reads the environment. Its models load when first used, so that
``coterie --help`` never pays for them.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING

from coterie.settings.machine import Locale, account, machine_mark, provider_secret, read_locale, state_home

if TYPE_CHECKING:
    from coterie.settings.models import (
        WORKSPACE_FILE,
        DeliverySettings,
        IdentitySettings,
        IntakeSettings,
        InterfaceSettings,
        ProcessSettings,
        SmtpSettings,
        WorkspaceSettings,
        locale_of,
        read_workspace_settings,
        write_workspace_settings,
    )
    from coterie.settings.place import Place, find_place, settings_of

__all__ = [
    "WORKSPACE_FILE",
    "DeliverySettings",
    "IdentitySettings",
    "IntakeSettings",
    "InterfaceSettings",
    "Locale",
    "Place",
    "ProcessSettings",
    "SmtpSettings",
    "WorkspaceSettings",
    "account",
    "find_place",
    "locale_of",
    "machine_mark",
    "provider_secret",
    "read_locale",
    "read_workspace_settings",
    "settings_of",
    "state_home",
    "write_workspace_settings",
]


_OF_PLACE = ("Place", "find_place", "settings_of")


def __getattr__(name: str) -> object:
    if name in __all__:
        return getattr(import_module(f"coterie.settings.{'place' if name in _OF_PLACE else 'models'}"), name)
    raise AttributeError(f"module 'coterie.settings' has no attribute {name!r}")
