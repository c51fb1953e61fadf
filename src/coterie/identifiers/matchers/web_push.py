"""Subscriptions of browsers to push messages: where they are reached, and the keys that they read with (RFC 8291)."""

from __future__ import annotations

import json
from typing import cast

import pyarrow as pa
import pyarrow.compute as pc

from coterie.identifiers.matching import Matcher
from coterie.identifiers.text import each, plain

_SIGNS = "[A-Za-z0-9_-]"
_ALONE = r"^https?://[^\s#,;<>\"'@\x00-\x1f\x7f]+$"
SHAPE = rf"{_ALONE[:-1]}#{_SIGNS}{{87}}\.{_SIGNS}{{22}}$"
"""The address of the browser, ``#``, its public key (65 bytes in base64url), a dot, its secret (16 bytes)."""


def _spelt(text: str) -> str | None:
    """A subscription as browsers give it as JSON, spelt in one line."""
    try:
        said = json.loads(text)
        return f"{said['endpoint']}#{said['keys']['p256dh'].rstrip('=')}.{said['keys']['auth'].rstrip('=')}"
    except (ValueError, LookupError, TypeError, AttributeError, RecursionError):
        return None


def spell(values: pa.StringArray, country: str) -> pa.StringArray:  # noqa: ARG001 - of no country
    """Each subscription in one line, ``https://…#key.secret``; null for what is none.

    >>> key, secret = "B" * 87, "s" * 22
    >>> spell(pa.array([f"https://push.example/1#{key}.{secret}", "https://push.example/1"]), "US").to_pylist()[1] is None
    True
    """
    text = plain(values)
    text = each(text, pc.fill_null(pc.starts_with(text, "{"), False), _spelt)
    return cast("pa.StringArray", pc.if_else(pc.match_substring_regex(text, SHAPE), text, pa.scalar(None, pa.string())))


def normalize(values: pa.StringArray, country: str) -> pa.StringArray:
    """Where the browser is reached, also told alone: its keys may change, and it stays the same.

    >>> normalize(pa.array([f"https://push.example/1#{'B' * 87}.{'s' * 22}"]), "US").to_pylist()
    ['https://push.example/1']
    """
    text = plain(values)
    alone = pc.if_else(pc.match_substring_regex(text, _ALONE), text, pa.scalar(None, pa.string()))
    return cast("pa.StringArray", pc.replace_substring_regex(pc.coalesce(spell(values, country), alone), "#.*$", ""))


# As a device: whoever uses a browser after another is reached there, so that it joins people only weakly.
MATCHER = Matcher(
    "web_push",
    normalize,
    strength=75,
    shared_by_at_most=2,
    at_most_per_profile=50,
    address=spell,
    revision=1,
)
