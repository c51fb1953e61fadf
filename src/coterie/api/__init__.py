"""The door for programs: HTTP. No rules inside."""

from __future__ import annotations

from coterie.api.serving import serve

__all__ = ["serve"]
