"""Telephone numbers, in E.164."""

from __future__ import annotations

from typing import TYPE_CHECKING, cast

import pyarrow as pa
import pyarrow.compute as pc

from coterie.identifiers.matching import Matcher
from coterie.identifiers.text import each, plain

if TYPE_CHECKING:
    from phonenumbers import PhoneNumber

# The whole number behind its country code; many a real one ends in six eights.
_REPEATED = "|".join(f"{digit}{{6,}}" for digit in range(10))
_NONSENSE = rf"^\+\d{{1,3}}({_REPEATED}|0?123456789\d{{0,2}}|9876543210?)$|0{{7,}}$"

_LABEL = r"^(\pL[\pL ]*:|电话|手机号?码?)\s*"
_EXTENSION = r"转|分机|durchwahl|dw|nebenstelle|apparat|poste|interne?|anexo|extensi[oó]n|ext|x|#"
_NOTE = rf"\([^0-9()]*\)|(?i)[\s,;.\-]*({_EXTENSION})[\s.:]*[0-9]{{1,6}}\s*$"
_MASKED = r"(?i)^[^\pL]*x{2}[^\pL]*([x][^\pL]*)*$"
"""Digits hidden behind x; one x alone begins an extension."""
_TRUNK, _OPEN = r"^((?:\+|00)[0-9]{1,3}[\s.\-]*)\(0\)", "~"
"""The zero that people write in brackets behind a country code, for callers at home; and what marks its place."""
_KEEPS_ZERO = "39"
_FEWEST_DIGITS = 9
"""A shorter number dialled without a prefix may lack its area code."""


# Digits that the library reads as they stand, found a hundred times faster; tests compare the two.
_SHORTCUTS = {
    "US": ("+1", "[2-9][0-9]{9}"),
    "CA": ("+1", "[2-9][0-9]{9}"),
    "CN": ("+86", "1([3-689][0-9]|7[0-8])[0-9]{8}"),
}


def normalize(values: pa.StringArray, country: str) -> pa.StringArray:
    """Numbers as ``+`` country code and number; a number without its country is read as dialled in ``country``.

    Extensions, labels and notes in brackets are dropped. Null where the length fits no line and no mobile of
    the country, for numbers without their area code (people of two cities may share them), and for
    numbers people type to be left alone (one digit repeated, 1234567890). Only the length
    is asked, not whether the range is in use: new ranges open faster than tables.
    """
    text = pc.replace_substring_regex(plain(values), _LABEL, "")
    text = pc.if_else(pc.match_substring_regex(text, _MASKED), None, text)
    text = pc.replace_substring_regex(text, _NOTE, "")
    text = pc.replace_substring_regex(text, _TRUNK, rf"\1{_OPEN}")
    # Distinct digits are read once, however they were spaced.
    text = pc.replace_substring_regex(text, r"[\s()./\-‐-―]", "")
    if country in _SHORTCUTS:
        code, shape = _SHORTCUTS[country]
        text = pc.replace_substring_regex(text, f"^({shape})$", rf"{code}\1")
        is_read = pc.match_substring_regex(text, rf"^\{code}{shape}$")
        keys = each(text, pc.invert(is_read), lambda number: read_number(number, country))
    else:
        keys = each(text, pc.is_valid(text), lambda number: read_number(number, country))
    return cast("pa.StringArray", pc.if_else(pc.match_substring_regex(keys, _NONSENSE), None, keys))


def read_number(text: str, country: str) -> str | None:
    """One number in E.164, or None where it is not possible."""
    import phonenumbers  # a large import, needed only where there are numbers

    text = text.replace(_OPEN, "0" if text.lstrip("+0").startswith(_KEEPS_ZERO) else "")
    number = _own_code_alone(text, country) or _parsed(text, country)
    if number is None and text.startswith("00"):
        number = _parsed(f"+{text[2:]}", country)  # dialled as most of the world dials abroad
    if number is None:
        return None
    national = phonenumbers.national_significant_number(number)
    may_lack_area = len(national) < _FEWEST_DIGITS and not text.startswith(("+", "0"))
    is_cut = not text.startswith("0") and not _has_whole_length(number)
    if (may_lack_area or is_cut) and not phonenumbers.is_valid_number(number):
        return None
    return f"+{number.country_code}{national}"


def _own_code_alone(text: str, country: str) -> PhoneNumber | None:
    """The number where ``text`` begins with the code of ``country`` without a sign, as programs write it.

    Where lengths differ much, as in Germany, 491711234567 could be dialled at home too; but not without the zero before it.
    """
    import phonenumbers

    code = phonenumbers.country_code_for_region(country) if country else 0
    if not code or not text.startswith(str(code)) or phonenumbers.ndd_prefix_for_region(country, True) != "0":
        return None
    number = _parsed(f"+{text}", country)
    return number if number is not None and phonenumbers.is_valid_number(number) else None


def _parsed(text: str, country: str) -> PhoneNumber | None:
    import phonenumbers

    try:
        number = phonenumbers.parse(text, country or None)
    except phonenumbers.NumberParseException:
        return None
    is_possible = phonenumbers.is_possible_number_with_reason(number) == phonenumbers.ValidationResult.IS_POSSIBLE
    return number if is_possible else None


def _has_whole_length(number: PhoneNumber) -> bool:
    """Whether lines or mobiles of its country have so many digits with their area.

    Nine are whole for some short services of Brazil, and are a mobile without its area there, of which each area may have one.
    """
    import phonenumbers

    kinds = (phonenumbers.PhoneNumberType.FIXED_LINE, phonenumbers.PhoneNumberType.MOBILE)
    whole = phonenumbers.ValidationResult.IS_POSSIBLE
    return any(phonenumbers.is_possible_number_for_type_with_reason(number, kind) == whole for kind in kinds)


MATCHER = Matcher("phone", normalize, strength=50, revision=7)
