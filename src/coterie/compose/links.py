"""Links for recipients, to unsubscribe and to choose, that only we can make and nobody else can read."""

from __future__ import annotations

import hmac
import json
from base64 import urlsafe_b64decode, urlsafe_b64encode
from collections.abc import Sequence
from dataclasses import astuple, dataclass
from functools import lru_cache
from hashlib import sha256

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESSIV

from coterie.errors import BadSetting, NotPermitted
from coterie.words import sentence

UNSUBSCRIBE_PATH = "/unsubscribe/"
"""What stands between a workspace's public address and the token."""

PREFERENCES_PATH = "/preferences/"
"""As ``UNSUBSCRIBE_PATH``, of the page on which people choose; the token is the same."""


@dataclass(frozen=True, slots=True)
class UnsubscribeClaim:
    """Whose link it is, of which message: all that a link says. ``language`` is that in which the message was written."""

    message_id: str
    profile_id: int
    campaign: str
    channel: str = "email"
    purpose: str = "marketing"
    language: str = ""


def sign_unsubscribe(claim: UnsubscribeClaim, key: bytes) -> str:
    """``claim`` as a token for a link: encrypted and authenticated (AES-SIV, RFC 5297), the same every time.

    It holds no address, and without ``key`` shows nothing at all. It does not expire: a
    refusal must work as long as the e-mail exists.

    >>> token = sign_unsubscribe(UnsubscribeClaim("m1", 7, "spring"), b"k" * 32)
    >>> read_unsubscribe(token, [b"k" * 32]).profile_id
    7
    """
    return make_token(json.dumps(astuple(claim), separators=(",", ":"), ensure_ascii=False), key)


def read_unsubscribe(token: str, keys: Sequence[bytes]) -> UnsubscribeClaim:
    """What a token claims; ``NotPermitted`` when none of ``keys`` made it, or one character differs."""
    for key in keys:
        said = read_token(token, key)
        if said is not None:
            return UnsubscribeClaim(*json.loads(said))
    raise NotPermitted("this unsubscribe link was not made here; use the link from the message as it is")


def make_token(said: str, key: bytes) -> str:
    """``said`` as a token that only who has ``key`` can make or read, the same every time."""
    return urlsafe_b64encode(_cipher(key).encrypt(said.encode(), None)).rstrip(b"=").decode()


def read_token(token: str, key: bytes) -> str | None:
    """What a token says; None for one that was not made with ``key``, or in which one character differs.

    >>> read_token(make_token("m1", b"k" * 32), b"k" * 32), read_token("m1", b"k" * 32)
    ('m1', None)
    """
    try:
        raw = urlsafe_b64decode(token.encode("ascii") + b"=" * (-len(token) % 4))
        # One spelling per token: the decoder ignores strangers and idle last bits.
        if not raw or urlsafe_b64encode(raw).rstrip(b"=").decode() != token:
            return None
        return _cipher(key).decrypt(raw, None).decode()
    except (ValueError, InvalidTag):
        return None


def unsubscribe_url(public_url: str, token: str) -> str:
    """The address of the unsubscribe page.

    >>> unsubscribe_url("https://shop.example/", "abc")
    'https://shop.example/unsubscribe/abc'
    """
    return f"{public_url.rstrip('/')}{UNSUBSCRIBE_PATH}{token}"


def preferences_url(public_url: str, token: str) -> str:
    """The address of the page on which whoever got a message chooses what they get.

    >>> preferences_url("https://shop.example/", "abc")
    'https://shop.example/preferences/abc'
    """
    return f"{public_url.rstrip('/')}{PREFERENCES_PATH}{token}"


def token_in(link: str) -> str:
    """The token of a link that is given as a whole or as its last part.

    >>> token_in("https://shop.example/unsubscribe/abc?lang=zh"), token_in(" abc ")
    ('abc', 'abc')
    """
    return link.strip().partition("?")[0].rpartition("/")[2]


@lru_cache(maxsize=8)
def _cipher(key: bytes) -> AESSIV:
    if len(key) < 16:
        raise BadSetting(sentence("the workspace key has {n} {n|byte|bytes}; 16 or more are needed", n=len(key)))
    derived = hmac.new(key, b"coterie unsubscribe 1", sha256).digest() + hmac.new(key, b"mac", sha256).digest()
    return AESSIV(derived)
