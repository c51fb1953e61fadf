"""Dates with words in them, as people write them in several languages, turned into English ones."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable

_MONTHS = {
    "Jan": "januar janvier janv janeiro enero ene gennaio gen januari janner jan",
    "Feb": "februar fevrier fevr fev fevereiro febrero febbraio februari febr feb",
    "Mar": "marz maerz mrz mars marco marzo maart mrt mar",
    "Apr": "april avril avr abril abr aprile apr",
    "May": "mai mayo may maio maggio mag mei maj",
    "Jun": "juni juin junho junio giugno giu jun",
    "Jul": "juli juillet juil julho julio luglio lug jul",
    "Aug": "august aout agosto ago augustus augusti aug",
    "Sep": "september septembre septiembre setiembre setembro settembre sept set sep",
    "Oct": "oktober octobre octubre outubro ottobre okt oct out ott",
    "Nov": "november novembre noviembre novembro nov",
    "Dec": "dezember decembre diciembre dezembro dicembre december dez dic dec",
}
_CHINESE = ("一月", "二月", "三月", "四月", "五月", "六月", "七月", "八月", "九月", "十月", "十一月", "十二月")
_WORDS = {word: month for month, words in _MONTHS.items() for word in words.split()}
_WORDS |= dict(zip(_CHINESE, _MONTHS, strict=True))
_WORDS |= {f"{number}月": month for number, month in enumerate(_MONTHS, 1)}

_WEEKDAY_WORDS = (
    "monday tuesday wednesday thursday friday saturday sunday mon tue wed thu fri sat sun "
    "montag dienstag mittwoch donnerstag freitag samstag sonnabend sonntag mo di mi do fr sa so "
    "lundi mardi mercredi jeudi vendredi samedi dimanche lun mer jeu ven sam dim "
    "lunes martes miercoles jueves viernes sabado domingo mie jue vie sab dom "
    "lunedi martedi mercoledi giovedi venerdi segunda-feira terca-feira quarta-feira quinta-feira sexta-feira "
    "maandag dinsdag woensdag donderdag vrijdag zaterdag zondag"
)
_WEEKDAYS = _WEEKDAY_WORDS.split()


def _any(words: list[str]) -> str:
    return "|".join(sorted(words, key=len, reverse=True))


_STEPS = (
    # 2025年三月5日 stays in the order of the language; 5-三月-2025 does not.
    *((rf"年{word}", rf"年{number}月") for number, word in reversed(list(enumerate(_CHINESE, 1)))),
    (r"\s*(?:星期|周|礼拜)[一二三四五六日天]\s*", " "),
    (rf"^(?:{_any(_WEEKDAYS)})[.,]*\s+", ""),
    (r"^mar[.,]?\s+(\d{1,2}\s+[a-z]{3})", r"\1"),
    (r"(\d)(?:er|st|nd|rd|th|º|ª|°)([ .,]|$)", r"\1\2"),
    (r"\s+(?:de|del)\s+", " "),
    (r"\s+of\s+([a-z])", r" \1"),
    (r",?\s+(?:a las|at|um|alle|om|kl|a|à)\s+(\d)", r" \1"),
    (r"\s*uhr\s*$", ""),
    (r"\b(\d{1,2})\s?h\s?(\d{2})\b", r"\1:\2"),
    (r"\b([ap])\.\s?m\b\.?", r"\1m"),
    (r"\s+", " "),
)
"""Pattern → what stands in its place, in the order in which they are applied, in lower case and without accents."""

_MONTH_WORD = rf"(?:^|[^a-z0-9])({_any([each for each in _WORDS if each.isascii()])})(?:[^a-z]|$)"
_MONTH_SIGN = f"({_any([each for each in _WORDS if not each.isascii()])})"
_YEAR_SIGN = "年"


def in_english(text: str) -> str:
    """A date with its month as an English abbreviation, in lower case but for it, without what only adorns it.

    >>> in_english("3. März 2025 um 14:30 Uhr"), in_english("1er févr. 2025"), in_english("5 de marzo de 2025")
    ('3. Mar 2025 14:30', '1 Feb. 2025', '5 Mar 2025')
    >>> in_english("05-3月-25"), in_english("2025年三月5日"), in_english("Wednesday, March 5th, 2025")
    ('05-Mar-25', '2025年3月5日', 'march 5, 2025')
    """
    bare = "".join(
        letter for letter in unicodedata.normalize("NFD", text.lower()) if unicodedata.category(letter) != "Mn"
    )
    for pattern, put in _STEPS:
        bare = re.sub(pattern, put, bare)
    found = re.search(_MONTH_WORD, bare) or (None if _YEAR_SIGN in bare else re.search(_MONTH_SIGN, bare))
    return bare.replace(found[1], _WORDS[found[1]]) if found else bare


def sql_in_english(text: str, bind: Callable[[str | tuple[str, ...]], str]) -> str:
    """SQL for what ``in_english`` makes of ``text``."""
    bare = f"strip_accents(lower({text}))"
    for pattern, put in _STEPS:
        bare = f"regexp_replace({bare}, {bind(pattern)}, {bind(put)}, 'g')"
    sign = f"CASE WHEN contains(t, {bind(_YEAR_SIGN)}) THEN '' ELSE regexp_extract(t, {bind(_MONTH_SIGN)}, 1) END"
    word = f"coalesce(nullif(regexp_extract(t, {bind(_MONTH_WORD)}, 1), ''), {sign})"
    words, months = bind(tuple(_WORDS)), bind(tuple(_WORDS.values()))
    month = f"list_extract({months}, list_position({words}, w)::BIGINT)"
    put = f"list_transform([{word}], lambda w: CASE WHEN w = '' THEN t ELSE replace(t, w, {month}) END)[1]"
    return f"list_transform([{bare}], lambda t: {put})[1]"
