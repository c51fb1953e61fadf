"""How well the name of a column fits a field."""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from difflib import get_close_matches
from functools import cache, lru_cache

from coterie.collect.hints.languages import in_languages
from coterie.collect.hints.names import ORDERS, ColumnNames
from coterie.collect.hints.names_of_events import EVENTS
from coterie.collect.hints.names_of_people import PEOPLE
from coterie.collect.kinds import OUTSIDE
from coterie.domain.consenting import asks_for_refusal

NAMES = ORDERS | PEOPLE | EVENTS
_CAMEL = re.compile(r"(?<=[a-z0-9])(?=[A-Z])|(?<=[A-Z])(?=[A-Z][a-z])")
_UNIT = re.compile(r"\(\s*[^()]{1,12}\s*\)\s*$")
_NUMBER_SIGN = re.compile(r"\b[Nn]°")
_CHINESE = re.compile(r"[\u4e00-\u9fff]")
_ENDS, _INSIDE, _LOOSE, _GLUED = 0.84, 0.7, 0.62, 0.55
_EXTRA_WORD, _UNLIKE, _ALIKE = 0.05, 0.35, 0.87
_CURRENCIES = frozenset({"usd", "eur", "gbp", "cny", "rmb", "inr", "jpy", "aud", "cad", "dollars", "euro", "euros"})
_WORTHLESS_INSIDE = frozenset({"id", "code", "no", "number", "编号", "user", "event", "order", "name", "名称"})
"""Names that say something only when they stand alone."""

_DAYS = frozenset({"occurred_at", "joined_at", "updated_at", "birth_date", "cancelled_at", "refunded_at", "starts_on", "ends_on", "occurred_on"})  # fmt: skip


_SHORT_FOR = {
    **dict.fromkeys(("no", "nr", "nbr", "num", "numero", "nummer"), "number"),
    **dict.fromkeys(("txn", "trx", "tran", "trans", "trxn", "tx"), "transaction"),
    **dict.fromkeys(("dt", "dte", "dat"), "date"),
    **dict.fromkeys(("amt", "amnt"), "amount"),
    **dict.fromkeys(("qty", "qnty", "quant"), "quantity"),
    **dict.fromkeys(("cust", "cstmr", "customers"), "customer"),
    "ord": "order", "prod": "product", "cd": "code", "prc": "price", "acct": "account", "inv": "invoice", "usr": "user",
    "mbr": "member", "tot": "total", "disc": "discount", "purch": "purchase", "nm": "name", "addr": "address", "tel": "phone",
    "desc": "description", "cat": "category", "ts": "timestamp", "tm": "time", "crncy": "currency", "curr": "currency",
}  # fmt: skip
"""Words that are shortened in names of columns, with what they stand for."""


@lru_cache(maxsize=20_000)
def _full_words(name: str) -> tuple[str, ...]:
    """The words of a name without accents, shortened ones in full and words written together apart."""
    plain = unicodedata.normalize(
        "NFC", "".join(c for c in unicodedata.normalize("NFD", name) if not "\u0300" <= c <= "\u036f")
    )
    return tuple(_SHORT_FOR.get(part, part) for word in words_of(plain) for part in _parts(word))


def _parts(word: str) -> tuple[str, ...]:
    known = _vocabulary()
    if word in known or len(word) < 6 or not word.isascii():
        return (word,)
    for end in range(len(word) - 2, 1, -1):
        head, tail = word[:end], word[end:]
        if head in known and tail in known:
            return (head, tail)
    return (word,)


@cache
def _vocabulary() -> frozenset[str]:
    tiers = (
        tier for key, names in NAMES.items() for tier in (names.first, names.usual, names.loose, in_languages(key))
    )
    words = {word for tier in tiers for alias in tier.split(",") for word in words_of(alias)}
    return frozenset(word for word in words if word.isascii()) | frozenset(_SHORT_FOR) | frozenset(_SHORT_FOR.values())


@lru_cache(maxsize=20_000)
def words_of(name: str) -> tuple[str, ...]:
    """The words of a column's name, lower case, whatever joins them; a unit in brackets is left out.

    >>> words_of("CustomerID"), words_of("order_purchase-timestamp"), words_of("Annual Income (k$)")
    (('customer', 'id'), ('order', 'purchase', 'timestamp'), ('annual', 'income'))
    """
    plain = unicodedata.normalize("NFKC", name).strip()
    plain = _UNIT.sub("", plain) or plain
    plain = plain.replace("#", " no ") if plain.endswith("#") else plain
    plain = _NUMBER_SIGN.sub(" no ", plain)
    return tuple(re.sub(r"[\W_]+", " ", _CAMEL.sub(" ", plain)).lower().split())


@lru_cache(maxsize=20_000)
def name_fit(kind: str, field: str, column: str) -> float:
    """How well ``column`` names ``field`` of ``kind``, 0 to 1; 1 is a usual name, word for word.

    >>> name_fit("orders", "order_id", "Order No.") == name_fit("orders", "order_id", "订单编号") == 1
    True
    >>> name_fit("orders", "occurred_at", "ship_date") < 0.5 < name_fit("orders", "occurred_at", "order_date")
    True
    """
    hints = _hints(f"{kind}.{field}" if f"{kind}.{field}" in NAMES else field)
    return _fit(hints, _full_words(column)) if hints and not _is_of_leaving(kind, field, column) else 0.0


@lru_cache(maxsize=20_000)
def misspelt_fit(kind: str, field: str, column: str) -> float:
    """How well ``column`` fits when one letter or two are wrong; for columns that fit nothing else.

    >>> misspelt_fit("orders", "quantity", "Quantitiy") > 0 == misspelt_fit("orders", "quantity", "Colour")
    True
    """
    hints = _hints(f"{kind}.{field}" if f"{kind}.{field}" in NAMES else field)
    words = _full_words(column)
    compact = "".join(words)
    if not hints or len(compact) < 6 or _CHINESE.search(compact) or hints.unlike & set(words):
        return 0.0
    if _is_of_leaving(kind, field, column):
        return 0.0
    return 0.6 if _is_misspelt(hints, compact) else 0.0


@lru_cache(maxsize=50_000)
def _is_misspelt(hints: _Hints, compact: str) -> bool:
    letters = frozenset(compact)
    near = []
    for alias, others in hints.letters:
        odd = (1 - _ALIKE) * (len(alias) + len(compact)) + 1e-9  # so many letters may stand in one of the two alone
        if abs(len(alias) - len(compact)) <= odd and len(letters ^ others) <= odd:
            near.append(alias)
    return bool(get_close_matches(compact, near, n=1, cutoff=_ALIKE))


def _is_of_leaving(kind: str, field: str, column: str) -> bool:
    """Whether a column that might be a day of a person's or of a fact is the day of saying no, which only consents tell."""
    return kind != "consents" and field in _DAYS and asks_for_refusal(column)


@dataclass(frozen=True, eq=False)
class _Hints:
    first: frozenset[str]
    usual: frozenset[str]
    letters: tuple[tuple[str, frozenset[str]], ...]
    loose: frozenset[str]
    phrases: tuple[tuple[tuple[str, ...], bool], ...]
    words: frozenset[str]
    unlike: frozenset[str]


@cache
def _hints(key: str) -> _Hints | None:
    names = NAMES.get(key) or (ColumnNames("") if key in OUTSIDE else None)
    if names is None:
        return None
    first, usual, loose = (
        [_full_words(alias) for alias in tier.split(",") if alias.strip()]
        for tier in (names.first, f"{names.usual}, {in_languages(key)}", names.loose)
    )
    own = _full_words(key.rpartition(".")[2])
    if own not in loose:
        # A column named as the field is documented is that field.
        usual.append(own)
    in_use = frozenset("".join(alias) for alias in usual)
    return _Hints(
        frozenset("".join(alias) for alias in first),
        in_use,
        tuple((alias, frozenset(alias)) for alias in in_use),
        frozenset("".join(alias) for alias in loose),
        tuple([(alias, True) for alias in (*first, *usual)] + [(alias, False) for alias in loose]),
        frozenset(word for alias in (*first, *usual, *loose) for word in alias),
        frozenset(_SHORT_FOR.get(word, word) for word in names.unlike.split()),
    )


@lru_cache(maxsize=50_000)
def _fit(hints: _Hints, words: tuple[str, ...]) -> float:
    if len(words) > 1 and words[-1] in _CURRENCIES:
        return 0.97 * _fit(hints, words[:-1])
    compact = "".join(words)
    if compact in hints.first:
        return 1.0
    if compact in hints.usual:
        return 0.98 if hints.first else 1.0
    best = _LOOSE if compact in hints.loose else 0.0
    is_one_word = len(words) == 1 and len(compact) >= 6
    if not is_one_word and hints.words.isdisjoint(words) and not _CHINESE.search(compact):
        return best
    for alias, is_usual in hints.phrases:
        score = _phrase_fit(alias, words, compact, hints.unlike)
        best = max(best, score if is_usual else 0.5 * score)
    return best


def _phrase_fit(alias: tuple[str, ...], words: tuple[str, ...], compact: str, unlike: frozenset[str]) -> float:
    joined = "".join(alias)
    if joined in _WORTHLESS_INSIDE:
        return 0.0
    if _CHINESE.search(joined):
        if len(joined) < 2 or joined not in compact:
            return 0.0
        around = compact.replace(joined, "", 1)
        score = _ENDS if compact.endswith(joined) else _INSIDE
        score -= 0.015 * len(around)
        return score * (_UNLIKE if any(word in around for word in unlike) else 1.0)
    place = _place(alias, words)
    if place is None:
        is_glued = len(joined) >= 6 and joined in compact and len(words) == 1
        return _GLUED * len(joined) / len(compact) if is_glued else 0.0
    rest = words[:place] + words[place + len(alias) :]
    score = _ENDS if place + len(alias) == len(words) else _INSIDE
    score -= _EXTRA_WORD * max(len(rest) - 1, 0)
    if len(alias) == 1:
        # The last word of an English name says what it is: "total" rules "order total", not "total requests".
        score -= 0.1 if place + 1 == len(words) else 0.25
    return max(score, 0.2) * (_UNLIKE if any(word in unlike for word in rest) else 1.0)


def _place(alias: tuple[str, ...], words: tuple[str, ...]) -> int | None:
    size = len(alias)
    places = [start for start in range(len(words) - size + 1) if words[start : start + size] == alias]
    return places[-1] if places else None
