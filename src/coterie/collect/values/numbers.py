"""Numbers as people write them, in SQL: separators, currency signs, (negative), 12-, 5 %, 1.2万, 3k."""

from __future__ import annotations

from collections.abc import Callable

_WIDE = "０１２３４５６７８９．，－−（）％＋"
_NARROW = "0123456789.,--()%+"
CURRENCIES = (
    "US\\$|HK\\$|NT\\$|A\\$|C\\$|R\\$|[$£€¥￥₩₹₽₺₫฿元圆圓円]|(?:USD|EUR|GBP|CNY|RMB|JPY|AUD|CAD|CHF|SEK|NOK|DKK|PLN|CZK|"
    "HUF|INR|KRW|HKD|TWD|SGD|BRL|MXN|ZAR|RUB|TRY|NZD|THB|VND|Rs|Fr|kr|zł|Kč|Ft)\\.?"
)
_SPACES = "[\\s\u00a0\u202f\u2009\u3000]"
_TARGETS = {"number": "DOUBLE", "integer": "BIGINT", "money": "DECIMAL(18,4)"}
_SCALES = {
    **dict.fromkeys("kK千仟", 1_000),
    **dict.fromkeys("万萬", 10_000),
    **dict.fromkeys("亿億", 100_000_000),
}
_PLAIN = r"[-+]?(\d+(\.\d*)?|\.\d+)([eE][-+]?\d+)?"


def read_number(text: str, wanted: str, decimal: str, thousands: str, bind: Callable[[str], str]) -> str:
    """SQL for the number in the column ``text``, NULL where there is none.

    Plain numbers take the engine's own cast; only what is not plain is cleaned by
    pattern. A comma is never guessed to be one thing or the other: ``1,234`` with no
    thousands separator stated is no number. Where thousands are separated, the groups
    must be groups (``1,23`` is refused).
    """
    target = _TARGETS[wanted]
    return f"coalesce({read_plain_number(text, wanted, decimal, bind)}, {_cleaned(text, target, decimal, thousands, bind)})"


def read_plain_number(text: str, wanted: str, decimal: str, bind: Callable[[str], str]) -> str:
    """SQL for a number without any adornment, at the engine's speed; NULL for the rest."""
    target = _TARGETS[wanted]
    cast = f"TRY_CAST({text} AS {target})"
    if target == "BIGINT":
        # The engine would round 3.7 to 4 without a word.
        return f"CASE WHEN NOT contains({text}, '.') THEN {cast} END"
    if decimal != ".":
        cast = f"TRY_CAST(replace({text}, {bind(decimal)}, '.') AS {target})"
        return f"CASE WHEN NOT contains({text}, '.') THEN {cast} END"
    return cast


def _cleaned(text: str, target: str, decimal: str, thousands: str, bind: Callable[[str], str]) -> str:
    narrow = f"translate({text}, {bind(_WIDE)}, {bind(_NARROW)})"
    signed = f"regexp_replace({narrow}, {bind(f'{CURRENCIES}|{_SPACES}')}, '', 'g')"
    told = f"regexp_replace({signed}, '[()%]|-$', '', 'g')"
    # What stands behind a number scales it once: 1万5千 is no number here.
    bare = f"regexp_replace({told}, '[{''.join(_SCALES)}]$', '')"
    if thousands and not thousands.isspace():
        group = bind(f"[{thousands}’]" if thousands == "'" else f"[{thousands}]")
        point = "[.]" if decimal == "." else f"[{decimal}]"
        shape = bind(f"[-+]?(\\d+|\\d{{1,3}}([{thousands}’]\\d{{2,4}})*[{thousands}’]\\d{{3,4}})?({point}\\d*)?")
        bare = f"CASE WHEN regexp_full_match({bare}, {shape}) THEN regexp_replace({bare}, {group}, '', 'g') END"
    if decimal != ".":
        bare = f"CASE WHEN NOT contains({bare}, '.') THEN replace({bare}, {bind(decimal)}, '.') END"
    number = f"CASE WHEN regexp_full_match({bare}, {bind(_PLAIN)}) THEN TRY_CAST({bare} AS DOUBLE) END"
    sign = f"CASE WHEN regexp_matches({signed}, '^-?\\(.*\\)%?$|-$') THEN -1 ELSE 1 END"
    scales = " ".join(f"WHEN ends_with({told}, '{sign}') THEN {times}" for sign, times in _SCALES.items())
    scale = f"CASE WHEN contains({signed}, '%') THEN 0.01 {scales} ELSE 1 END"
    value = f"(({number}) * ({sign}) * ({scale}))"
    if target == "BIGINT":
        return f"CASE WHEN {value} = floor({value}) THEN TRY_CAST({value} AS BIGINT) END"
    return f"TRY_CAST({value} AS {target})"
