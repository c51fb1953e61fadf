"""An e-mail as bytes: seven-bit, CRLF, short lines, every header one value.

The standard library's writer decodes encoded words inside values, which lets a value add
headers; this one never reads what it writes.
"""

from __future__ import annotations

import re
from base64 import b64encode, encodebytes
from binascii import b2a_qp
from collections.abc import Iterable
from hashlib import sha256

from coterie.errors import Damaged
from coterie.words import sentence

LONGEST_LINE = 998
_FOLD_AT = 76
_FORBIDDEN = re.compile(r"[\x00-\x08\x0a-\x1f\x7f]")
_HEADER_NAME = re.compile(r"[A-Za-z][A-Za-z0-9-]*")


def header(name: str, value: str) -> bytes:
    r"""One header, folded; text beyond ASCII as encoded words (RFC 2047).

    A value with a control character raises ``Damaged``: it should have been stopped before.

    >>> header("Subject", "Crème brûlée")
    b'Subject: =?utf-8?b?Q3LDqG1lIGJyw7tsw6ll?=\r\n'
    """
    if _FORBIDDEN.search(value) or not _HEADER_NAME.fullmatch(name):
        raise Damaged(sentence("header {name!r} holds a control character: {value!r}", name=name, value=value[:80]))
    if value.isascii() and "=?" not in value:
        return _fold(f"{name}: {value}").encode("ascii")
    return f"{name}: {_encoded_words(value)}\r\n".encode("ascii")


def mailbox_header(name: str, display: str, address: str) -> bytes:
    r"""A header that names one mailbox.

    >>> mailbox_header("From", "Tea & Co", "news@shop.example")
    b'From: "Tea & Co" <news@shop.example>\r\n'
    """
    if not display:
        return header(name, address)
    if display.isascii() and "=?" not in display:
        quoted = display.replace("\\", "\\\\").replace('"', '\\"')
        return header(name, f'"{quoted}" <{address}>')
    if _FORBIDDEN.search(display + address):
        raise Damaged(sentence("header {name!r} holds a control character: {value!r}", name=name, value=display[:80]))
    return f"{name}: {_encoded_words(display)} <{address}>\r\n".encode("ascii")


def _fold(line: str) -> str:
    lines, rest = [], line
    while len(rest) > _FOLD_AT:
        at = rest.rfind(" ", 1, _FOLD_AT)
        if at <= 0 or not rest[:at].strip() or rest[:at].endswith(":"):
            at = rest.find(" ", _FOLD_AT)
        if at <= 0:
            break
        lines.append(rest[:at])
        rest = rest[at:]
    return "\r\n".join([*lines, rest]) + "\r\n"


def _encoded_words(value: str) -> str:
    words, word = [], b""
    for letter in value:
        octets = letter.encode("utf-8", "replace")
        if len(word) + len(octets) > 45:  # 45 octets are 60 letters of base64: 75 with the frame
            words.append(word)
            word = b""
        word += octets
    return "\r\n ".join(f"=?utf-8?b?{b64encode(word).decode()}?=" for word in [*words, word])


def part(kind: str, text: str) -> bytes:
    """A body part of ``text``: quoted-printable when mostly ASCII, otherwise base64."""
    octets = text.replace("\r\n", "\n").replace("\r", "\n").replace("\n", "\r\n").encode("utf-8", "replace")
    if len(octets) < len(text) * 1.2:
        coding, body = b"quoted-printable", b2a_qp(octets, istext=True)
        body = body.replace(b"\r\n", b"\n").replace(b"\n", b"\r\n")
    else:
        coding, body = b"base64", encodebytes(octets).replace(b"\n", b"\r\n")
    return b"".join((
        b"Content-Type: text/", kind.encode("ascii"), b"; charset=utf-8\r\nContent-Transfer-Encoding: ", coding,
        b"\r\n\r\n", body, b"" if body.endswith(b"\r\n") else b"\r\n",
    ))  # fmt: skip


def write_email(
    sender: tuple[str, str], headers: Iterable[tuple[str, str]], *, text: str, html: str, seed: str
) -> bytes:
    """The whole e-mail: text, and HTML beside it when there is any.

    ``sender`` is a name and an address; ``seed`` names the boundary.
    """
    head = mailbox_header("From", *sender) + b"".join(header(name, value) for name, value in headers)
    head += b"MIME-Version: 1.0\r\n"
    if not html:
        return head + part("plain", text)
    # "=_" cannot occur in quoted-printable or base64, so no body can imitate the boundary.
    boundary = f"=_{sha256(seed.encode()).hexdigest()[:32]}".encode()
    return b"".join((
        head, b'Content-Type: multipart/alternative; boundary="', boundary, b'"\r\n\r\n',
        b"--", boundary, b"\r\n", part("plain", text), b"--", boundary, b"\r\n", part("html", html),
        b"--", boundary, b"--\r\n",
    ))  # fmt: skip


_ONCE = ("from", "to", "subject", "date", "message-id", "mime-version")


def lint(content: bytes) -> list[str]:
    """What is wrong with an e-mail's bytes, as sentences; none when it may leave.

    Checks RFC 5322's line lengths and line ends, that each of From, To, Subject, Date,
    Message-ID and MIME-Version stands exactly once, that all is seven-bit, that a text part
    is there, and that one-click unsubscribing has both its headers.
    """
    faults = []
    head, gap, body = content.partition(b"\r\n\r\n")
    if max(map(len, content.split(b"\r\n"))) > LONGEST_LINE:
        faults.append(f"a line is longer than {LONGEST_LINE} octets")
    unbroken = content.replace(b"\r\n", b" ")
    if b"\r" in unbroken or b"\n" in unbroken or b"\0" in unbroken:
        faults.append("a line holds a bare CR, LF or NUL")
    if not content.isascii():
        faults.append("there are octets beyond ASCII")
    if not gap or not body.strip():
        faults.append("there is no body")
    names = [line.partition(b":")[0].lower().decode("ascii", "replace") for line in _unfolded(head)]
    faults += [f"{name} stands {names.count(name)} times" for name in _ONCE if names.count(name) != 1]
    faults += [f"{name} is not a header that belongs here" for name in ("bcc", "cc") if name in names]
    if ("list-unsubscribe" in names) != ("list-unsubscribe-post" in names):
        faults.append("List-Unsubscribe and List-Unsubscribe-Post belong together (RFC 8058)")
    if b"Content-Type: text/plain;" not in content:
        faults.append("there is no text part")
    return faults


def _unfolded(head: bytes) -> list[bytes]:
    return [line for line in head.split(b"\r\n") if line[:1] not in {b" ", b"\t"}]
