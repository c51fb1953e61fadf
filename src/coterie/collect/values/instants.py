"""Dates and instants as people write them, in SQL, also with words of several languages in them."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable

from coterie.domain.loading import Mapping
from coterie.engines import Engine
from coterie.errors import BadDefinition, StatementFailed
from coterie.words import sentence

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


EPOCHS = {"epoch_seconds": 1_000_000, "epoch_milliseconds": 1_000, "epoch_microseconds": 1}
"""Formats for instants counted from 1970-01-01 UTC, with the microseconds of one count."""

EXCEL = "excel"
"""The format for Excel's serial days, counted from 1899-12-30."""

EARLIEST, LATEST = "1850-01-01", "2200-01-01"
"""What lies outside is a slip of the keyboard, such as the year 0211, and refused."""

_NAIVE = r"\d{1,4}[-/]\d{1,2}[-/]\d{1,2}([T ]+\d{1,2}:\d{2}(:\d{2}([.,]\d+)?)?)?"
_UNAMBIGUOUS = (
    "%Y%m%d",
    "%Y%m%d%H%M%S",
    "%Y%m%d %H:%M:%S",
    "%Y年%m月%d日",
    "%Y年%m月%d日 %H:%M",
    "%Y年%m月%d日 %H:%M:%S",
    "%Y年%m月%d日 %H时%M分%S秒",
    "%Y年%m月%d日 %H时%M分",
    "%Y.%m.%d",
    "%Y.%m.%d %H:%M",
    "%Y.%m.%d %H:%M:%S",
    "%d %b %Y",
    "%d %B %Y",
    "%d-%b-%Y",
    "%b %d, %Y",
    "%B %d, %Y",
    "%b %d %Y",
    "%d %b %Y %H:%M:%S",
    "%d %b %Y %H:%M",
    "%d-%b-%Y %H:%M:%S",
    "%d-%b-%Y %H:%M",
)


def read_instant(text: str, wanted: str, zone: str, bind: Callable[..., str], *, formats: str) -> str:
    """SQL for the instant (naive, UTC) or day that ``text`` holds, NULL where there is none.

    A day is the one that is written, in every zone; of a true instant it is the day of its ``zone``.

    ``formats`` are strptime patterns separated by ``|``, or one of ``epoch_seconds``,
    ``epoch_milliseconds``, ``epoch_microseconds`` and ``excel``; ``""`` reads ISO 8601
    and forms that can mean one thing only. ``zone`` is the IANA zone of what carries no
    offset of its own.
    """
    if formats in EPOCHS:
        counted = f"make_timestamp(TRY_CAST(TRY_CAST({text} AS DOUBLE) * {EPOCHS[formats]} AS BIGINT))"
        return counted if wanted == "instant" else clock_in_zone(counted, zone, bind)
    if formats == EXCEL:
        return in_zone(
            f"TIMESTAMP '1899-12-30' + to_microseconds(round(TRY_CAST({text} AS DOUBLE) * 86400)::BIGINT * 1000000)",
            zone if wanted == "instant" else "UTC",
            bind,
        )
    if formats:
        return _by_patterns(text, wanted, formats, zone, bind)
    return _by_iso(text, zone, bind, wanted)


def read_plain_instant(text: str, wanted: str, zone: str, bind: Callable[..., str], formats: str) -> str:
    """SQL for the commonest instants only, and fast; NULL for the rest."""
    if formats in EPOCHS or formats == EXCEL:
        return "NULL::TIMESTAMP"
    if formats:
        return _by_patterns(text, wanted, formats, zone, bind)
    naive = in_zone(f"TRY_CAST({text} AS TIMESTAMP)", zone if wanted == "instant" else "UTC", bind)
    return f"CASE WHEN {text} LIKE '____-__-_____:__:__' OR {text} LIKE '____-__-__' THEN {naive} END"


def _by_iso(text: str, zone: str, bind: Callable[..., str], wanted: str) -> str:
    plain = f"coalesce(TRY_CAST({text} AS TIMESTAMP), {_strptime(text, bind(_UNAMBIGUOUS))})"
    if wanted == "date":
        return plain
    naive = in_zone(plain, zone, bind)
    # A cast to TIMESTAMP drops what follows the time of day without a word: an offset, a zone, even PM.
    forms = in_zone(_strptime(text, bind(_UNAMBIGUOUS)), zone, bind)
    zoned = f"CASE WHEN {text} BETWEEN '0' AND ':' THEN TRY_CAST({text} AS TIMESTAMPTZ)::TIMESTAMP END"
    return f"CASE WHEN regexp_full_match({text}, {bind(_NAIVE)}) THEN {naive} ELSE coalesce({forms}, {zoned}) END"


def _by_patterns(text: str, wanted: str, formats: str, zone: str, bind: Callable[..., str]) -> str:
    patterns = tuple(each.strip() for each in formats.split("|"))
    if any("%p" in each for each in patterns):
        text = f"replace(replace({text}, '上午', 'AM'), '下午', 'PM')"
    zoned = tuple(each for each in patterns if "%z" in each or "%Z" in each)
    utc = tuple(each for each in patterns if each.endswith("Z") and each not in zoned)
    naive = tuple(each for each in patterns if each not in zoned and each not in utc)
    ways = [_strptime(text, bind(naive))] if naive else []
    if any("%b" in each.lower() or "年" in each for each in naive):
        # Months in other languages; evaluated where the plain way fails.
        ways.append(f"list_transform([{text}], lambda x: {_strptime(sql_in_english('x', bind), bind(naive))})[1]")
    true = [_strptime(text, bind(utc))] if utc else []
    true += [f"({_strptime(text, bind(zoned))})::TIMESTAMP"] if zoned else []
    if wanted == "instant":
        ways = [in_zone(each, zone, bind) for each in ways] + true
    else:
        ways += [clock_in_zone(each, zone, bind) for each in true]
    return f"coalesce({', '.join(ways)})" if len(ways) > 1 else ways[0]


def _strptime(text: str, patterns: str) -> str:
    # DuckDB finds these words in any pattern, and gives 1900-01-01 for them.
    words = " AND ".join(f"lower({text}) <> '{word}'" for word in ("infinity", "-infinity", "epoch"))
    return f"CASE WHEN {words} THEN try_strptime({text}, {patterns}) END"


def in_zone(value: str, zone: str, bind: Callable[..., str]) -> str:
    """SQL for the UTC instant of ``value``, a local time in ``zone``; an hour that comes twice means the first."""
    if zone == "UTC":
        return value
    at, shown = f"timezone('UTC', timezone({bind(zone)}, {{}}))", f"timezone({bind(zone)}, timezone('UTC', {{}}))"
    # The engine takes the later of two. Clocks are put back at night, by an hour or (Lord Howe) half of one.
    later = at.format("t")
    earlier = " ".join(
        f"WHEN {shown.format(f'{later} - INTERVAL {minutes} MINUTE')} = t THEN {later} - INTERVAL {minutes} MINUTE"
        for minutes in (60, 30)
    )
    careful = f"list_transform([{value}], lambda t: CASE {earlier} ELSE {later} END)[1]"
    return f"CASE WHEN hour({value}) BETWEEN 4 AND 22 THEN {at.format(value)} ELSE {careful} END"


def clock_in_zone(value: str, zone: str, bind: Callable[..., str]) -> str:
    """SQL for what the clock in ``zone`` shows at ``value``, an instant in UTC."""
    return value if zone == "UTC" else f"timezone({bind(zone)}, timezone('UTC', {value}))"


def within_reach(value: str, wanted: str) -> str:
    """SQL for ``value`` as the wanted type, or NULL where no business's date can be."""
    target = "DATE" if wanted == "date" else "TIMESTAMP"
    kept = f"CASE WHEN {value} BETWEEN TIMESTAMP '{EARLIEST}' AND TIMESTAMP '{LATEST}' THEN {value} END"
    return f"({kept})::{target}"


def check_formats(engine: Engine, mapping: Mapping, timezone: str) -> None:
    """Raise ``BadDefinition`` for a date format or a zone in ``mapping`` that the engine does not know."""
    zones = {timezone: "the workspace"} | {m.timezone: name for name, m in mapping.fields.items() if m.timezone}
    for zone, name in zones.items():
        try:
            engine.query("SELECT timezone($zone, TIMESTAMP '2000-01-01')", {"zone": zone})
        except StatementFailed as fault:
            raise BadDefinition(
                sentence(
                    "{name} has the time zone {zone!r}, which is unknown; write one such as Europe/Berlin or "
                    "Asia/Shanghai",
                    name=name,
                    zone=zone,
                ),
                where=sentence("mapping of {source}", source=mapping.source),
            ) from fault
    for name, mapped in mapping.fields.items():
        formats = mapped.date_format or ""
        if not formats or formats == EXCEL or formats in EPOCHS:
            continue
        try:
            engine.query(
                "SELECT try_strptime('', $formats)", {"formats": [each.strip() for each in formats.split("|")]}
            )
        except StatementFailed as fault:
            raise BadDefinition(
                sentence(
                    "{name} has the date format {format!r}, which is no strptime pattern; write for example "
                    "%d/%m/%Y %H:%M, several joined by |",
                    name=name,
                    format=formats,
                ),
                where=sentence("mapping of {source}", source=mapping.source),
            ) from fault
