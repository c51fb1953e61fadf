"""How the dates of a column are written, decided from all of its values, never row by row."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Mapping as Named
from dataclasses import dataclass, field, replace

from coterie.collect.values.instants import EPOCHS, EXCEL, in_english

DAY_FIRST, MONTH_FIRST, YEAR_FIRST = "day", "month", "year"
_MONTH_FIRST_COUNTRIES = frozenset({"US", "PH", "PR", "GU", "VI", "AS", "MP", "FM", "MH", "PW"})

_MONTH = (
    "(?:Jan(?:uary)?|Feb(?:ruary)?|Mar(?:ch)?|Apr(?:il)?|May|June?|July?|Aug(?:ust)?|Sep(?:tember)?|Oct(?:ober)?|Nov(?:ember)?|"
    "Dec(?:ember)?)(?![a-z])"
)
_DATE = (
    (r"(?P<y>\d{4})(?P<s>[-/.])\d{1,2}(?P=s)\d{1,2}", "%Y{s}%m{s}%d"),
    (r"\d{4}年\d{1,2}月\d{1,2}日", "%Y年%m月%d日"),
    (r"\d{4}年\d{1,2}月\d{1,2}号", "%Y年%m月%d号"),
    (r"\d{4}年\d{1,2}月", "%Y年%m月"),
    (r"(?:19|20)\d{2}(?:0[1-9]|1[0-2])(?:0[1-9]|[12]\d|3[01])", "%Y%m%d"),
    (r"\d{1,2}(?P<s>[-/.])\d{1,2}(?P=s)\d{4}", "{1}{s}{2}{s}%Y"),
    (r"\d{1,2}(?P<s>[-/.])\d{1,2}(?P=s)\d{2}", "{1}{s}{2}{s}{3}"),
    (rf"\d{{1,2}}(?P<s>\. |[-/ .]?)(?P<b>{_MONTH})(?P<t>[-/ .,]{{0,2}})\d{{4}}", "%d{s}{b}{t}%Y"),
    (rf"\d{{1,2}}(?P<s>\. |[-/ .]?)(?P<b>{_MONTH})(?P<t>[-/ .]{{0,2}})\d{{2}}", "%d{s}{b}{t}%y"),
    (rf"(?P<b>{_MONTH})(?P<s>[-/ .]{{1,2}})\d{{1,2}}(?P<t>[-/ .,]{{1,2}})\d{{4}}", "{b}{s}%d{t}%Y"),
    (rf"(?P<b>{_MONTH})(?P<s>[-/ .]{{1,2}})\d{{1,2}}(?P<t>[-/ .,]{{1,2}})\d{{2}}", "{b}{s}%d{t}%y"),
    (rf"\d{{4}}(?P<s>[-/ .])(?P<b>{_MONTH})(?P<t>[-/ .])\d{{1,2}}", "%Y{s}{b}{t}%d"),
    (r"\d{4}(?P<s>[-/])\d{1,2}", "%Y{s}%m"),
    (rf"(?P<b>{_MONTH})(?P<s>[-/ .,]{{1,2}})\d{{4}}", "{b}{s}%Y"),
)
_TIME = (
    (r"\d{1,2}:\d{2}:\d{2}[.]\d{1,9}", "%H:%M:%S.%f"),
    (r"\d{1,2}:\d{2}:\d{2}", "%H:%M:%S"),
    (r"\d{1,2}:\d{2}", "%H:%M"),
    (r"\d{1,2}:\d{2}:\d{2}(?P<g> ?)[AaPp][Mm]", "%I:%M:%S{g}%p"),
    (r"\d{1,2}:\d{2}(?P<g> ?)[AaPp][Mm]", "%I:%M{g}%p"),
    (r"(?:上午|下午)(?P<g> ?)\d{1,2}:\d{2}:\d{2}", "%p{g}%I:%M:%S"),
    (r"(?:上午|下午)(?P<g> ?)\d{1,2}:\d{2}", "%p{g}%I:%M"),
    (r"\d{1,2}时\d{1,2}分\d{1,2}秒", "%H时%M分%S秒"),
    (r"\d{1,2}时\d{1,2}分", "%H时%M分"),
    (r"\d{2}[0-5]\d[0-5]\d", "%H%M%S"),
    (r"[0-2]\d", "%H"),
)
_ZONE = (
    (r"", ""),
    (r"Z", "Z"),
    (r"(?P<z> ?)[+-]\d{2}:?\d{2}", "{z}%z"),
    (r"(?P<z> ?)[+-]\d{2}", "{z}%z"),
    (r" (?:UTC|GMT|[PMCE][SD]T)", " %Z"),
)
_WEEKDAY = re.compile(r"(?P<day>(?:Mon|Tue|Wed|Thu|Fri|Sat|Sun)[a-z]*)(?P<after>,? )")
_DATES = tuple((re.compile(pattern, re.IGNORECASE), template) for pattern, template in _DATE)
_TIMES = tuple((re.compile(time + zone), clock + offset) for time, clock in _TIME for zone, offset in _ZONE)
_BETWEEN = re.compile(r", |T| {1,3}|")
_MONTH_STEM = re.compile(
    r"(?=.*\d).{0,30}(?:j[aä]n|f[eé][bv]|m[aä]e?r|mrz|mrt|maa|a[pv]r|abr|ma[ijgy]|mei|ju[nil]|giu|lug|ao[uû]|ago|aug|sep|set|o[ckt]t|out"
    r"|nov|d[eéi][cz]|ene|gen|[一二三四五六七八九十\d]月)",
    re.IGNORECASE,
)
"""What a date with a month in words has, and few other texts."""

_DIGITS = str.maketrans("123456789", "000000000")
_FULL_MONTH = {"january", "february", "march", "april", "june", "july", "august", "september", "october", "november", "december"}  # fmt: skip


@dataclass(frozen=True)
class DateReading:
    """How a column's dates are read.

    ``format`` is what a mapping says: strptime patterns joined by ``|``, the name of an
    epoch, ``excel``, or None where ISO 8601 or the file's own type needs no word.
    ``share`` of the values can be read so. ``order`` tells which number comes first where
    that had to be decided, ``for_day`` and ``for_month`` how many values speak for each,
    ``proof`` one that does, ``options`` the formats among which a person must choose, the likelier first.
    """

    format: str | None
    share: float
    example: str = ""
    order: str = ""
    for_day: int = 0
    for_month: int = 0
    proof: str = ""
    options: tuple[str, ...] = ()
    is_counted: bool = False
    templates: tuple[str, ...] = field(default=(), repr=False)

    @property
    def is_open(self) -> bool:
        """Whether the column leaves open which number is the day."""
        return bool(self.options)

    @property
    def is_mixed(self) -> bool:
        """Whether some values can only be day first and others only month first."""
        return self.for_day > 0 and self.for_month > 0


def template_of(value: str) -> str | None:
    """The strptime pattern of one date, with ``{1}`` and ``{2}`` where day and month may be exchanged.

    Words of other languages than English are read as theirs. None where it is no date.

    >>> template_of("3. März 2025")
    '%d. %b %Y'
    >>> template_of("2011-03-04T08:26:00Z"), template_of("3/4/2011 8:26 PM"), template_of("12 bags")
    ('%Y-%m-%dT%H:%M:%SZ', '{1}/{2}/%Y %I:%M %p', None)
    """
    template = _template(value)
    return template if template or len(value) > 60 or not _MONTH_STEM.match(value) else _template(in_english(value))


def _template(value: str) -> str | None:
    weekday = _WEEKDAY.match(value)
    before = ""
    if weekday:
        before = ("%a" if len(weekday["day"]) == 3 else "%A") + weekday["after"]
        value = value[weekday.end() :]
    for pattern, template in _DATES:
        found = pattern.match(value)
        if not found:
            continue
        clock = clock_of(value[found.end() :])
        if clock is not None:
            return before + _filled(template, found) + clock
    return None


def _filled(template: str, found: re.Match[str]) -> str:
    parts = found.groupdict()
    month = "%B" if (parts.get("b") or "").lower() in _FULL_MONTH else "%b"
    text = template.replace("{b}", month)
    return text.replace("{s}", parts.get("s") or "").replace("{t}", parts.get("t") or "")


def clock_of(rest: str) -> str | None:
    """The strptime pattern of a time of day and what stands before it; None where it is none.

    >>> clock_of(" 9:17 PM"), clock_of("T08:26:00Z"), clock_of(" later")
    (' %I:%M %p', 'T%H:%M:%SZ', None)
    """
    if not rest:
        return ""
    between = _BETWEEN.match(rest)
    gap = between.group() if between else ""
    for pattern, clock in _TIMES:
        found = pattern.fullmatch(rest[len(gap) :])
        if found:
            parts = found.groupdict()
            return gap + clock.replace("{g}", parts.get("g") or "").replace("{z}", parts.get("z") or "")
    return None


def read_dates(counts: Named[str, int], *, country: str, is_dated_by_name: bool) -> DateReading:
    """How the dates among ``counts`` (value → occurrences) are written.

    Bare numbers are dates only where they fit one of the epochs, ``yyyymmdd`` or Excel's
    serial days, the last where the name of the column speaks of a date. ``country``
    breaks the tie that the values leave, and then ``options`` is not empty.

    >>> read_dates({"3/4/2011": 5, "25/4/2011": 1}, country="US", is_dated_by_name=True).format
    '%d/%m/%Y'
    """
    total = sum(counts.values())
    if not total:
        return DateReading(None, 0.0)
    numbered = _numbered(counts, total, is_dated_by_name=is_dated_by_name)
    if numbered:
        return numbered
    templates = _templates(counts)
    readable = sum(templates.values())
    if not readable:
        return DateReading(None, 0.0)
    common = _worthwhile(templates, readable)
    example = next(value for value in counts if template_of(value) in common)
    share = sum(times for template, times in templates.items() if template in common) / total
    ambiguous = [template for template in common if "{1}" in template]
    if not ambiguous:
        return DateReading(_joined(common), share, example, templates=tuple(common))
    reading = _ordered(counts, common, country)
    return replace(reading, share=share, example=reading.proof or example, templates=tuple(common))


def recount_dates(reading: DateReading, counts: Named[str, int], *, country: str) -> DateReading:
    """``reading`` of a sample settled by the dates of all rows (date without its time → occurrences)."""
    total = sum(counts.values())
    settled = _ordered(counts, list(reading.templates), country)
    dates = {template.partition(" ")[0] for template in reading.templates}
    read = sum(times for template, times in _templates(counts).items() if template in dates)
    return replace(
        settled,
        share=read / max(total, 1),
        example=settled.proof or reading.example,
        is_counted=True,
        templates=reading.templates,
    )


def _numbered(counts: Named[str, int], total: int, *, is_dated_by_name: bool) -> DateReading | None:
    numbers = {value: times for value, times in counts.items() if re.fullmatch(r"\d{4,16}(?:\.\d+)?", value)}
    if sum(numbers.values()) < 0.9 * total:
        return None
    spans = (
        ("%Y%m%d%H%M%S", 19_000_101_000_000, 21_001_231_235_959),
        ("epoch_seconds", 400_000_000, 4_100_000_000),
        ("epoch_milliseconds", 400_000_000_000, 4_100_000_000_000),
        ("epoch_microseconds", 400_000_000_000_000, 4_100_000_000_000_000),
        (EXCEL, 18_000, 62_000),
    )
    ymd = sum(times for value, times in numbers.items() if template_of(value.removesuffix(".0")) == "%Y%m%d")
    first = next(iter(numbers))
    if ymd >= 0.9 * total:
        return DateReading("%Y%m%d", ymd / total, first)
    for name, low, high in spans:
        inside = sum(times for value, times in numbers.items() if low <= float(value) <= high)
        if inside >= 0.9 * total and (is_dated_by_name or name in EPOCHS) and (len(numbers) > 1 or is_dated_by_name):
            if name == "%Y%m%d%H%M%S" and any(len(value) != 14 for value in numbers):
                continue
            return DateReading(name, inside / total, first)
    return None


def _templates(counts: Named[str, int]) -> Counter[str]:
    """Templates with how many values have them; values of one shape are looked at once."""
    shapes: dict[str, str | None] = {}
    found: Counter[str] = Counter()
    for value, times in counts.items():
        shape = value.translate(_DIGITS)
        if shape.isdecimal():
            shape = value
        if shape not in shapes:
            shapes[shape] = template_of(value)
        template = shapes[shape]
        if template is not None:
            found[template] += times
    return found


def _worthwhile(templates: Counter[str], readable: int) -> list[str]:
    """Templates that more than a stray value has, the commonest first; always at least one."""
    ranked = [template for template, _ in templates.most_common(12)]
    return [ranked[0], *(each for each in ranked[1:] if templates[each] >= max(2, 0.0005 * readable) or readable < 50)]


def _joined(templates: list[str]) -> str | None:
    """Patterns as a mapping states them; None for ISO 8601, which the reader knows."""
    iso = re.compile(r"%Y-%m-%d(?:[T ]%H:%M(?::%S(?:\.%f)?)?(?: ?Z|%z)?)?")
    if all(iso.fullmatch(template) for template in templates):
        return None
    return "|".join(templates)


@dataclass
class _Votes:
    day: int = 0
    month: int = 0
    year: int = 0
    day_proof: str = ""
    month_proof: str = ""


def _ordered(counts: Named[str, int], common: list[str], country: str) -> DateReading:
    votes = _Votes()
    third: Counter[int] = Counter()
    first: Counter[int] = Counter()
    is_short = any("{3}" in template for template in common)
    for value, times in counts.items():
        slots = [int(digits) for digits in re.findall(r"\d+", value)[:3]]
        if len(slots) < 3 or slots[0] > 999 or "年" in value:
            continue
        first[slots[0]] += times
        third[slots[2]] += times
        if 12 < slots[0] <= 31:
            votes.day += times
            votes.day_proof = votes.day_proof or value
        if 12 < slots[1] <= 31:
            votes.month += times
            votes.month_proof = votes.month_proof or value
    if is_short and _is_year_first(first, third):
        return DateReading(_joined([_settled(each, YEAR_FIRST) for each in common]), 1.0, order=YEAR_FIRST)
    order = _order_of(votes, country)
    is_decided = bool(votes.day) != bool(votes.month)
    options = () if is_decided else (order, MONTH_FIRST if order == DAY_FIRST else DAY_FIRST)
    return DateReading(
        _joined([_settled(each, order) for each in common]),
        1.0,
        order=order,
        for_day=votes.day,
        for_month=votes.month,
        proof=votes.day_proof if order == DAY_FIRST else votes.month_proof,
        options=tuple(filter(None, (_joined([_settled(each, option) for each in common]) for option in options))),
    )


def _order_of(votes: _Votes, country: str) -> str:
    if votes.day != votes.month:
        return DAY_FIRST if votes.day > votes.month else MONTH_FIRST
    return MONTH_FIRST if country in _MONTH_FIRST_COUNTRIES else DAY_FIRST


def _is_year_first(first: Counter[int], third: Counter[int]) -> bool:
    """Of two-digit years: the place that exceeds 31, or else the one with far fewer different values."""
    if max(third) > 31 or max(first) > 31:
        return max(first) > 31
    return len(third) > 3 * len(first) and len(third) > 12


def _settled(template: str, order: str) -> str:
    """``template`` with day, month and year in their places.

    >>> _settled("{1}/{2}/%Y", "month")
    '%m/%d/%Y'
    """
    places = {DAY_FIRST: ("%d", "%m", "%y"), MONTH_FIRST: ("%m", "%d", "%y"), YEAR_FIRST: ("%y", "%m", "%d")}[order]
    for slot, place in zip(("{1}", "{2}", "{3}"), places, strict=True):
        template = template.replace(slot, place)
    return template
