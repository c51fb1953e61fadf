"""Requests that leave for an address that somebody wrote down: looked at when they connect, never led elsewhere."""

from __future__ import annotations

import http.client
import ipaddress
import socket
import ssl
from collections.abc import Mapping
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from typing import NamedTuple
from urllib.parse import SplitResult, urlsplit

from coterie.errors import NotPermitted, ProviderUnavailable, Refused
from coterie.words import sentence, system_says

_MOST_ANSWERED, _MOST_DIGITS = 64 << 10, 9


def check_url(url: str, *, is_private: bool) -> SplitResult:
    """The parts of an address that requests may go to: https, or http where it is private by the owner's word.

    >>> check_url("https://shop.example/hook", is_private=False).hostname
    'shop.example'

    Raises ``Refused`` for any other.
    """
    parts = urlsplit(url)
    schemes = ("https", "http") if is_private else ("https",)
    if parts.scheme not in schemes or not parts.hostname or parts.username is not None or parts.fragment:
        raise Refused(
            sentence("requests go to an https:// address without a name or password in it, not to {url!r}", url=url)
        )
    return parts


class Answered(NamedTuple):
    """The status of an answer, and after how many seconds it wants to be asked again; None where it does not say."""

    status: int
    retry_after: float | None = None


def post(url: str, body: bytes, headers: Mapping[str, str], *, is_private: bool, seconds: float = 10) -> Answered:
    """What a POST is answered with; redirects are not followed.

    The name is resolved here, and the connection made to what was found: unless ``is_private``, an address that is not
    public is refused (``NotPermitted``). Raises ``ProviderUnavailable`` where nobody answers in time.
    """
    parts = check_url(url, is_private=is_private)
    host, port = str(parts.hostname), parts.port or (443 if parts.scheme == "https" else 80)
    try:
        address = _address(host, port, is_private=is_private)
        connection = http.client.HTTPConnection(host, port, timeout=seconds)
        connection.sock = socket.create_connection((address, port), timeout=seconds)
        if parts.scheme == "https":
            connection.sock = ssl.create_default_context().wrap_socket(connection.sock, server_hostname=host)
        try:
            path = f"{parts.path or '/'}{'?' + parts.query if parts.query else ''}"
            connection.request("POST", path, body, dict(headers))
            answer = connection.getresponse()
            answer.read(_MOST_ANSWERED)
            return Answered(answer.status, retry_after(answer.getheader("Retry-After"), datetime.now(UTC)))
        finally:
            connection.close()
    except (OSError, http.client.HTTPException) as fault:
        why = system_says(fault) if isinstance(fault, OSError) else type(fault).__name__
        raise ProviderUnavailable(sentence("{host} did not answer ({why})", host=host, why=why)) from fault


def retry_after(text: str | None, now: datetime) -> float | None:
    """Seconds that a ``Retry-After`` means, given as such or as a date (RFC 9110); None for what is neither.

    >>> retry_after("120", datetime(2026, 3, 1, tzinfo=UTC)), retry_after("soon", datetime(2026, 3, 1, tzinfo=UTC))
    (120.0, None)
    >>> retry_after("Sun, 01 Mar 2026 00:01:00 GMT", datetime(2026, 3, 1, tzinfo=UTC))
    60.0
    """
    if text is None:
        return None
    if text.strip().isdecimal() and len(text) < _MOST_DIGITS:
        return float(text)
    try:
        return max(0.0, (parsedate_to_datetime(text) - now).total_seconds())
    except (ValueError, TypeError):
        return None


def _address(host: str, port: int, *, is_private: bool) -> str:
    found = [str(each[4][0]) for each in socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)]
    hidden = [each for each in found if not ipaddress.ip_address(each.partition("%")[0]).is_global]
    if hidden and not is_private:
        raise NotPermitted(
            sentence(
                "{host} leads to {address}, which is no public address; say `private: true` where that is meant",
                host=host,
                address=hidden[0],
            )
        )
    return found[0]
