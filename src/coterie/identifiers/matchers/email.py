"""E-mail addresses."""

from __future__ import annotations

import re
from typing import cast

import pyarrow as pa
import pyarrow.compute as pc

from coterie.identifiers.domains import SPELT_DOMAIN
from coterie.identifiers.matching import Matcher
from coterie.identifiers.text import addresses_in, each, plain

_SHAPE = (
    r"""^[^@\s"(),:;<>\[\]\\\x00-\x1f\x7f]{1,64}@[a-z0-9]([a-z0-9-]*[a-z0-9])?(\.[a-z0-9]([a-z0-9-]*[a-z0-9])?)*$"""
)
_ROBOT = r"^(no-?_?\.?reply|do-?_?\.?not-?_?\.?reply|mailer-daemon|postmaster|abuse|nobody|noemail|no-?email|none)@"
_WITHOUT = (
    r"^(no-?_?\.?e?-?_?mails?|(kein|keine)(-?_?\.?e?-?_?mail(-?ad{1,2}res{1,2}e)?)?|ohne-?_?\.?e?-?_?mail(ad{1,2}res{1,2}e)?|unbekannt|nicht-?_?\.?(vorhanden|angegeben|bekannt)"
    r"|(sans|pas-?_?\.?d[e']?)-?_?\.?(e?-?_?mail|ad{1,2}res{1,2}e|courriel)|aucune?|inconnue?|non-?_?\.?(renseign[eé]e?|communiqu[eé]e?|fournie?)"
    r"|sin-?_?\.?(e?-?_?mail|correo)|no-?_?\.?(tiene|dispone|consta|aplica)|ningun[oa]?|desconocid[oa]"
    r"|null|undefined|not-?_?\.?(available|provided|applicable)|无|無|没有|沒有|未填写?|未填寫|未提供|暂无|暫無|无邮箱|無郵箱|没有邮箱)@"
)
"""What people write before the sign where they have no address, or say none."""
_TRIED = "test testing tester none no na nil null fake dummy email guest unknown asd asdf qwe qwerty abc xx xxx aaa kein keine sin aucun ninguno 无 没有"
_TWICE = rf"^({'|'.join(f'{word}@{word}' for word in _TRIED.split())})\.[a-z.]+$"
"""``test@test.de``: what is typed to be let through, before the sign and behind it."""
_NOWHERE = r"@([^.]+|(.+\.)?(invalid|test|localhost|localdomain))$"  # RFC 2606; example.com is left, demos use it

_FIRST_OF_SEVERAL = r"^([^@]*@[^@\s,;|/<>]+>?)\s*[\s,;|/]\s*[^@]*@.*$"


def _ascii_domain(address: str) -> str | None:
    import idna  # comes with email-validator

    local, _, domain = address.rpartition("@")
    try:
        return f"{local}@{idna.encode(domain, uts46=True).decode('ascii')}"
    except idna.IDNAError:
        return None


_ONE = r"""^[^@\s"(),:;<>\[\]\\]+@[^@\s"(),:;<>\[\]\\/|]+$"""


def _only_address(text: str) -> str | None:
    """The address that stands in ``text`` where it is the only one; a comma typed for a dot makes it another's."""
    found = addresses_in(text)
    return (
        found[0]
        if len(found) == 1 and not re.search(rf"[^\s,;][,;]{re.escape(found[0])}", text, re.IGNORECASE)
        else None
    )


def written(values: pa.StringArray, _country: str = "") -> pa.StringArray:
    """Addresses out of what surrounds them (``Ann <ann@x>``, ``mailto:``, notes), their domains ASCII and lower case.

    Of several in one cell it is the first.
    """
    whole = pc.replace_substring_regex(plain(values), _FIRST_OF_SEVERAL, r"\1")
    text = pc.replace_substring_regex(whole, r"^[^<>]*<([^<>]+)>[\s,;.]*$", r"\1")
    text = pc.replace_substring_regex(text, r"(?i)^\s*(mailto|e-?mail|邮箱)\s*[::]\s*([^?\s]*)(\?.*)?$", r"\2")
    text = pc.replace_substring_regex(text, r"\s*\([^()]*\)$|[\s,;.]+$", "")
    text = plain(text)
    is_odd = pc.and_(pc.match_substring_regex(whole, "@|%40"), pc.invert(pc.match_substring_regex(text, _ONE)))
    text = pc.coalesce(each(pc.if_else(is_odd, whole, text), is_odd, _only_address), text)
    is_ascii = pc.match_substring_regex(text, r"^[\x00-\x7f]*$")
    text = each(text, pc.invert(is_ascii), _ascii_domain)
    domain = pc.utf8_lower(pc.replace_substring_regex(text, r"^.*@", "@"))
    return cast("pa.StringArray", pc.binary_join_element_wise(_local(text), domain, ""))


def _local(addresses: pa.StringArray) -> pa.StringArray:
    return cast("pa.StringArray", pc.replace_substring_regex(addresses, r"@[^@]*$", ""))


def normalize(values: pa.StringArray, _country: str) -> pa.StringArray:
    """Addresses in lower case, international domains in their ASCII form; what is no address is null.

    Dots and what follows a plus are dropped for Gmail alone, whose own rules say they do
    not matter; elsewhere they may belong to two people. Addresses of robots (noreply@,
    postmaster@) and of hosts that no mail from outside reaches name nobody. What stands for a whole domain (``*@x.example``) is no address.
    """
    text = pc.utf8_lower(written(values))
    is_gmail = pc.match_substring_regex(text, r"@(gmail|googlemail)\.com$")
    local = pc.replace_substring(pc.replace_substring_regex(text, r"(\+.*)?@.*$", ""), ".", "")
    text = pc.if_else(is_gmail, pc.binary_join_element_wise(local, "gmail.com", "@"), text)
    is_one = pc.and_not(pc.match_substring_regex(text, _SHAPE), pc.match_substring_regex(text, SPELT_DOMAIN))
    return cast("pa.StringArray", pc.if_else(is_one, text, None))


_MADE_UP = """
test@test.com test@example.com a@a.com a@b.com aa@aa.com abc@abc.com asdf@asdf.com x@x.com none@none.com
na@na.com email@email.com user@example.com info@example.com unknown@unknown.com guest@guest.com
"""

MATCHER = Matcher(
    "email",
    normalize,
    strength=40,
    blocked=frozenset(_MADE_UP.split()),
    revision=6,
    address=written,
    nobody=f"{SPELT_DOMAIN}|{_ROBOT}|{_WITHOUT}|{_TWICE}|{_NOWHERE}",
)
