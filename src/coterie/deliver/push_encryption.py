"""What a push message is made of on the wire: words that only the browser reads (RFC 8291), and who sends them (RFC 8292)."""

from __future__ import annotations

import base64
import json
import os
from functools import cache

from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.asymmetric.utils import decode_dss_signature
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

from coterie.errors import BadSetting

RECORD = 4_096
"""Bytes of the one record that every push service takes (RFC 8030, 7.2)."""

MOST_BYTES = RECORD - 86 - 17
"""Bytes of words that fit into it, behind its header and beside its mark and tag."""

_CURVE = ec.SECP256R1()
_BYTES = 32


def unpadded(raw: bytes) -> str:
    """Bytes in base64url without what fills it up.

    >>> unpadded(bytes((255, 254))), [*bytes_of("__4")]
    ('__4', [255, 254])
    """
    return base64.urlsafe_b64encode(raw).decode().rstrip("=")


def bytes_of(text: str) -> bytes:
    """The bytes of base64url, filled up or not; raises ``ValueError``."""
    return base64.urlsafe_b64decode(text.rstrip("=") + "=" * (-len(text.rstrip("=")) % 4))


def point_of(key: ec.EllipticCurvePublicKey) -> bytes:
    """A public key as 65 bytes."""
    return key.public_bytes(Encoding.X962, PublicFormat.UncompressedPoint)


@cache
def private_key(secret: str) -> ec.EllipticCurvePrivateKey:
    """The key of a sender from its 32 bytes in base64url; raises ``BadSetting``, which does not show it."""
    try:
        raw = bytes_of(secret)
        found = ec.derive_private_key(int.from_bytes(raw, "big"), _CURVE) if len(raw) == _BYTES else None
    except ValueError:
        found = None
    if found is None:
        raise BadSetting(
            "the key for push messages is 32 bytes in base64url, as `coterie channels push-key` makes it; this one is not"
        )
    return found


def new_keys() -> tuple[str, str]:
    """A new secret of a sender, and the public key that pages subscribe with.

    >>> secret, public = new_keys()
    >>> unpadded(point_of(private_key(secret).public_key())) == public
    True
    """
    made = ec.generate_private_key(_CURVE)
    secret = made.private_numbers().private_value.to_bytes(_BYTES, "big")
    return unpadded(secret), unpadded(point_of(made.public_key()))


def sealed(
    words: bytes,
    reader: bytes,
    secret: bytes,
    *,
    salt: bytes | None = None,
    own: ec.EllipticCurvePrivateKey | None = None,
) -> bytes:
    """``words`` for the browser with the public key ``reader`` (65 bytes) and ``secret`` (16), as ``aes128gcm`` (RFC 8188, 8291).

    ``salt`` and ``own`` key are new for each message. Raises ``ValueError`` where ``reader`` is no point of the curve.
    """
    salt, own = salt or os.urandom(16), own or ec.generate_private_key(_CURVE)
    theirs = ec.EllipticCurvePublicKey.from_encoded_point(_CURVE, reader)
    mine = point_of(own.public_key())
    shared = _drawn(own.exchange(ec.ECDH(), theirs), secret, b"WebPush: info\0" + reader + mine, 32)
    key = _drawn(shared, salt, b"Content-Encoding: aes128gcm\0", 16)
    nonce = _drawn(shared, salt, b"Content-Encoding: nonce\0", 12)
    head = salt + RECORD.to_bytes(4, "big") + bytes((len(mine),)) + mine
    return head + AESGCM(key).encrypt(nonce, words + b"\2", None)


def _drawn(material: bytes, salt: bytes, purpose: bytes, length: int) -> bytes:
    return HKDF(hashes.SHA256(), length, salt, purpose).derive(material)


def sender_token(key: ec.EllipticCurvePrivateKey, audience: str, contact: str, until: int) -> str:
    """What proves to the push service at ``audience`` who sends, until so many seconds since 1970 (a JWT, ES256)."""
    head = unpadded(json.dumps({"typ": "JWT", "alg": "ES256"}).encode())
    said = unpadded(json.dumps({"aud": audience, "exp": until, "sub": contact}).encode())
    r, s = decode_dss_signature(key.sign(f"{head}.{said}".encode(), ec.ECDSA(hashes.SHA256())))
    return f"{head}.{said}.{unpadded(r.to_bytes(_BYTES, 'big') + s.to_bytes(_BYTES, 'big'))}"
