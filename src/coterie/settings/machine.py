"""This machine: what its user keeps on it outside of any workspace, and the language a person reads."""

from __future__ import annotations

import getpass
import os
import re
from hashlib import sha256
from pathlib import Path
from typing import Literal

from coterie.errors import BadSetting


def state_home() -> Path:
    """Where notes about the workspaces used here are kept: ``COTERIE_STATE_HOME``, else as XDG has it."""
    chosen = os.environ.get("COTERIE_STATE_HOME")
    if chosen:
        return Path(chosen)
    shared = os.environ.get("XDG_STATE_HOME")
    try:
        return (Path(shared) if shared else Path.home() / ".local" / "state") / "coterie"
    except RuntimeError:
        raise BadSetting("this user has no home folder; name a folder that lasts in COTERIE_STATE_HOME") from None


def account() -> str:
    """Who uses this process: ``COTERIE_ACTOR``, else the account of the system, else ``operator``."""
    chosen = os.environ.get("COTERIE_ACTOR", "").strip()
    if chosen:
        return chosen
    try:
        return getpass.getuser()
    except (OSError, KeyError, ImportError):  # a process of no known account, as in some containers
        return "operator"


def provider_secret(provider: str) -> str | None:
    """The password or token of ``provider``, from ``COTERIE_SECRET_…`` with its name in capitals, or None.

    >>> provider_secret("no such-provider") is None
    True
    """
    return os.environ.get(f"COTERIE_SECRET_{re.sub('[^A-Z0-9]', '_', provider.upper())}") or None


def machine_mark() -> str:
    """What tells this machine from another; empty where the system has no such thing, as in most containers."""
    try:
        return sha256(b"coterie " + Path("/etc/machine-id").read_bytes().strip()).hexdigest()[:16]
    except OSError:
        return ""


Locale = Literal["en", "zh"]


def read_locale() -> Locale:
    """``zh`` when ``COTERIE_LOCALE`` (else ``LC_ALL``, ``LC_MESSAGES`` or ``LANG``) begins with zh, else ``en``."""
    names = ("COTERIE_LOCALE", "LC_ALL", "LC_MESSAGES", "LANG")
    chosen = next((value for name in names if (value := os.environ.get(name))), "en")
    return "zh" if chosen.lower().startswith("zh") else "en"
