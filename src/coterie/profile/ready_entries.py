"""The library of ready traits as it is written, before anything is made of it."""

from __future__ import annotations

from functools import cache
from importlib.resources import files

import yaml


@cache
def ready_entries() -> dict[str, dict[str, object]]:
    """Name → entry of ``ready.yaml``, in the order in which it stands there.

    >>> list(ready_entries())[:3]
    ['recency_days', 'orders', 'revenue']
    """
    text = (files("coterie.profile") / "ready.yaml").read_text("utf-8")
    return {str(entry["name"]): entry for entry in yaml.safe_load(text)}
