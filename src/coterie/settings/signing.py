"""Whether a message would say truly who writes, from where, and where to unsubscribe."""

from __future__ import annotations

import ipaddress
import re
from collections.abc import Iterator
from email.utils import parseaddr
from urllib.parse import urlsplit

_OURS = ("example.com", "example.org", "example.net")
"""Domains that nobody can hold (RFC 2606): those of a new workspace and of examples."""

_NOWHERE = ("localhost", "localdomain", "invalid", "local")
_LEAST_LETTERS = {True: 4, False: 8}
"""Letters of the shortest postal address, written in Chinese characters or not."""


def unsigned(sender: str, postal_address: str, public_url: str) -> Iterator[str]:
    """The names of those settings that are untouched or cannot be true.

    >>> list(unsigned("Shop <news@shop.example>", "1 Market Street, Springfield", "https://shop.example"))
    []
    >>> list(unsigned("Shop <news@example.com>", "your address", "https://localhost:8000"))
    ['sender', 'postal_address', 'public_url']
    """
    local, _, domain = parseaddr(sender)[1].rpartition("@")
    if not (local and _is_public(domain)):
        yield "sender"
    if not _is_postal(postal_address):
        yield "postal_address"
    if not leads_somewhere(public_url):
        yield "public_url"


def _is_public(host: str) -> bool:
    host = host.lower().rstrip(".")
    labels = host.split(".")
    if len(labels) < 2 or not all(labels) or re.search(r"[^\w.-]", host):
        return False
    return labels[-1] not in _NOWHERE and not any(host == ours or host.endswith(f".{ours}") for ours in _OURS)


def _is_postal(text: str) -> bool:
    letters = [letter for letter in text if letter.isalnum()]
    is_chinese = any("\u3040" <= letter <= "\ud7a3" for letter in letters)
    if len(letters) < _LEAST_LETTERS[is_chinese] or re.search(r"\b(to-?do|tbd|tba|x{3,}|lorem|your)\b", text.lower()):
        return False
    return is_chinese or len(text.split()) > 1


def leads_somewhere(url: str) -> bool:
    """Whether an address of the web can be anybody's page: no example, no place of this machine or its own network alone.

    >>> leads_somewhere("https://shop.example/spring"), leads_somewhere("https://example.com")
    (True, False)
    """
    try:
        parts = urlsplit(url)
        host = parts.hostname or ""
    except ValueError:
        return False
    if parts.scheme not in ("http", "https"):
        return False
    try:
        return ipaddress.ip_address(host).is_global
    except ValueError:
        return _is_public(host)
