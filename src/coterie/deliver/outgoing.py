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
from coterie.words import Sentence, sentence, system_says

_MOST_ANSWERED, _MOST_DIGITS = 64 << 10, 9
_CARRIES_V4 = ipaddress.ip_network("64:ff9b::/96")
"""Addresses that a translator turns into those of IPv4 (RFC 6052), such as 127.0.0.1."""


class Unanswered(ProviderUnavailable):
    """The request left whole, and nobody said what became of it."""


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
    """The status of an answer, after how many seconds it wants to be asked again (None where it does not say), and what it says."""

    status: int
    retry_after: float | None = None
    body: bytes = b""


def post(
    url: str, body: bytes, headers: Mapping[str, str], *, is_private: bool, seconds: float = 10, method: str = "POST"
) -> Answered:
    """What a request is answered with; redirects are not followed.

    The name is resolved here, and the connection made to what was found: unless ``is_private``, an address that is not
    public is refused (``NotPermitted``). Raises ``Unanswered`` where the whole request left and no answer came in time,
    ``ProviderUnavailable`` where it did not leave whole, so that nobody can have acted on it.
    """
    parts = check_url(url, is_private=is_private)
    host = str(parts.hostname)
    path = f"{parts.path or '/'}{'?' + parts.query if parts.query else ''}"
    try:
        connection = _connected(parts, is_private=is_private, seconds=seconds)
        try:
            connection.request(method, path, body, dict(headers))
        except BaseException:
            connection.close()
            raise
    except (OSError, http.client.HTTPException) as fault:
        raise ProviderUnavailable(sentence("{host} did not answer ({why})", host=host, why=_why(fault))) from fault
    try:
        return _read(connection.getresponse())
    except (OSError, http.client.HTTPException) as fault:
        raise Unanswered(sentence("{host} did not answer ({why})", host=host, why=_why(fault))) from fault
    finally:
        connection.close()


def reach(url: str, *, is_private: bool, seconds: float = 10) -> None:
    """Connect to where ``url`` leads, and part; raises as ``post`` does where that cannot be."""
    parts = check_url(url, is_private=is_private)
    try:
        _connected(parts, is_private=is_private, seconds=seconds).close()
    except OSError as fault:
        raise ProviderUnavailable(
            sentence("{host} did not answer ({why})", host=str(parts.hostname), why=_why(fault))
        ) from fault


def _connected(parts: SplitResult, *, is_private: bool, seconds: float) -> http.client.HTTPConnection:
    host, port = str(parts.hostname), parts.port or (443 if parts.scheme == "https" else 80)
    address = _address(host, port, is_private=is_private)
    connection = http.client.HTTPConnection(host, port, timeout=seconds)
    connection.sock = socket.create_connection((address, port), timeout=seconds)
    if parts.scheme == "https":
        connection.sock = ssl.create_default_context().wrap_socket(connection.sock, server_hostname=host)
    return connection


def _read(answer: http.client.HTTPResponse) -> Answered:
    try:
        body = answer.read(_MOST_ANSWERED)
    except (OSError, http.client.HTTPException):
        body = b""  # the status stands, whatever it was to say besides
    return Answered(answer.status, retry_after(answer.getheader("Retry-After"), datetime.now(UTC)), body)


def _why(fault: Exception) -> Sentence | str:
    return system_says(fault) if isinstance(fault, OSError) else type(fault).__name__


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
    hidden = [each for each in found if not is_public(each)]
    if hidden and not is_private:
        raise NotPermitted(
            sentence(
                "{host} leads to {address}, which is no public address; say `private: true` where that is meant",
                host=host,
                address=hidden[0],
            )
        )
    return found[0]


def is_public(address: str) -> bool:
    """Whether an address (IPv4 or IPv6) is one of the public network, also behind the ways in which IPv6 wraps IPv4.

    >>> [is_public(each) for each in ("93.184.216.34", "100.64.0.1", "64:ff9b::7f00:1", "2002:7f00:1::", "::1")]
    [True, False, False, False, False]
    """
    found = ipaddress.ip_address(address.partition("%")[0])
    if isinstance(found, ipaddress.IPv6Address):
        inside = found.ipv4_mapped or found.sixtofour
        if found in _CARRIES_V4:
            inside = ipaddress.IPv4Address(int(found) & 0xFFFFFFFF)
        if inside is not None and not inside.is_global:
            return False
    return found.is_global
