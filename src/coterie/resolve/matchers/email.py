"""E-mail addresses."""

from __future__ import annotations

from typing import cast

import pyarrow as pa
import pyarrow.compute as pc

from coterie.resolve.matching import Matcher
from coterie.resolve.text import each, plain

_SHAPE = r"""^[^@\s"(),:;<>\[\]\\]+@[a-z0-9]([a-z0-9-]*[a-z0-9])?(\.[a-z0-9]([a-z0-9-]*[a-z0-9])?)+$"""
_ROBOT = r"^(no-?_?\.?reply|do-?_?\.?not-?_?\.?reply|mailer-daemon|postmaster|abuse|nobody|noemail|no-?email|none)@"
_INVALID_DOMAIN = r"@(.+\.)?(invalid|test|localhost|localdomain)$"  # RFC 2606; example.com is left, demos use it


def _ascii_domain(address: str) -> str | None:
    import idna  # comes with email-validator

    local, _, domain = address.rpartition("@")
    try:
        return f"{local}@{idna.encode(domain, uts46=True).decode('ascii')}"
    except idna.IDNAError:
        return None


def normalize(values: pa.StringArray, _country: str) -> pa.StringArray:
    """Addresses in lower case, international domains in their ASCII form; what is no address is null.

    Dots and what follows a plus are dropped for Gmail alone, whose own rules say they do
    not matter; elsewhere they may belong to two people. Addresses of robots
    (noreply@, postmaster@) are null.
    """
    text = pc.utf8_lower(plain(values))
    text = pc.replace_substring_regex(text, r"^(mailto:)?.*<([^<>]+)>$", r"\2")
    text = pc.replace_substring_regex(text, r"^mailto:", "")
    text = each(text, pc.invert(pc.match_substring_regex(text, r"^[\x00-\x7f]*$")), _ascii_domain)
    is_gmail = pc.match_substring_regex(text, r"@(gmail|googlemail)\.com$")
    local = pc.replace_substring(pc.replace_substring_regex(text, r"(\+.*)?@.*$", ""), ".", "")
    text = pc.if_else(is_gmail, pc.binary_join_element_wise(local, "gmail.com", "@"), text)
    is_usable = pc.and_(
        pc.match_substring_regex(text, _SHAPE),
        pc.invert(pc.or_(pc.match_substring_regex(text, _ROBOT), pc.match_substring_regex(text, _INVALID_DOMAIN))),
    )
    return cast("pa.StringArray", pc.if_else(is_usable, text, None))


_MADE_UP = """
test@test.com test@example.com a@a.com a@b.com aa@aa.com abc@abc.com asdf@asdf.com x@x.com none@none.com
na@na.com email@email.com user@example.com info@example.com unknown@unknown.com guest@guest.com
"""

MATCHER = Matcher("email", normalize, strength=40, blocked=frozenset(_MADE_UP.split()))
