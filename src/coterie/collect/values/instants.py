"""Dates and instants as people write them, in SQL."""

from __future__ import annotations

from collections.abc import Callable

from coterie.collect.values.months import sql_in_english
from coterie.domain.loading import Mapping
from coterie.engines import Engine
from coterie.errors import BadDefinition, StatementFailed
from coterie.words import sentence

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
