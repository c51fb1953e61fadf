"""What the words of an order's status come to where a list of them does not say."""

from __future__ import annotations

import re

from coterie.collect.hints.meanings import STATUS_WORDS
from coterie.collect.values.meaning import COMPLETED_WORDS

_STOOD = re.compile(r"\bdeliver|\bshipp(?!ing)|\bcomplete|\bfulfil|\bpaid\b|发货|签收|成功|已付款|已支付")
_DENIED = re.compile(
    r"\b(?:no|not|non|never|un\w*|in\w*complete|awaiting|to be|before|until|fail\w*|undeliver\w*|nicht|kein\w*|pas|sin|refused|validation)\b|"
    r"[未无]退|没有退|未取消|(?:没有|未|无需|尚未|不)(?:申请|发起)?(?:售后|退|取消|发|签|付|支|成)|无售后|失败"
)
_NEVER_UNDONE = re.compile(r"\b(?:no|not|non|never|un\w*)\b|(?:没有|未|无需|无|尚未|不)(?:申请|发起)?(?:售后|退|取消)")
_APART = re.compile(r"\s*[,;/()，；、（）]\s*|\s[-–—|]\s")
_FIRST = ("returned", "partially refunded", "cancelled", "credit note", "unpaid")
"""Which counts of several things that a status says."""
_TAKEN_BACK = re.compile(r"refund|return|chargeback|退款|退货|退貨")
_PARTLY = re.compile(r"\bpart|teilw|parci|部分")
_UNDONE = re.compile(r"cancel|void|declin|reject|fail|expire|关闭|取消|作废|未付款|拒收|關閉")
_NOT_TAKEN_BACK = re.compile(
    r"\b(?:refund|return|charge ?back|dispute|reversal|cancellation|cancel)(?: request)?(?: was| has been)? "
    r"(?:declined|rejected|denied|failed|refused|withdrawn|(?:canceled|cancelled)|reversed|expired|won)\b|"
    r"\b(?:(?:canceled|cancelled)|reversed) (?:reversal|charge ?back|return|refund)\b|"
    r"\b(?:declined|rejected|denied|failed|refused) (?:refund|return|charge ?back|cancellation)\b|"
    r"(?:退款|退货|退貨|取消)(?:申请)?(?:已|被)?(?:失败|拒绝?|撤销|撤回|取消)|(?:拒绝|撤销|撤回)(?:退款|退货|退貨|取消)"
)
"""A taking back that was taken back itself, or never came to be: the order stands."""
_SETTLED = re.compile(r"\bpaid\b|已付款|已支付|bezahlt")
_UNSETTLED = re.compile(
    r"\b(?:not|un|never|be|nicht|before|until)[ -]?(?:yet |fully |been |noch )*(?:paid|bezahlt)\b|\bunbezahlt\b|payment (?:not|in)\w*|incomplete payment|未(?:付款|支付)"
)


def meaning_of(word: str) -> str | None:
    """What a status, in lower case, comes to where the order does not stand whole; None where it stands or nothing is known.

    >>> meaning_of("cancelled by staff"), meaning_of("on backorder (not paid)"), meaning_of("refund declined"), meaning_of("paid")
    ('cancelled', 'unpaid', None, None)
    >>> meaning_of("unshipped, refunded"), meaning_of("未发货，退款成功")
    ('returned', 'returned')
    """
    word = word.strip().removeprefix("wc-")
    if word in STATUS_WORDS or word in COMPLETED_WORDS:
        return STATUS_WORDS.get(word)
    parts = [part for part in _APART.split(word) if part]
    said = {STATUS_WORDS.get(part) if len(parts) > 1 else None for part in parts} - {None, "unpaid"}
    said |= {_part_meaning(part) for part in parts}
    return next((meaning for meaning in _FIRST if meaning in said), None)


def _part_meaning(part: str) -> str | None:
    if _NOT_TAKEN_BACK.search(part):
        return None
    if _UNSETTLED.search(part):
        return "unpaid"
    if _NEVER_UNDONE.search(part):
        return None
    if _TAKEN_BACK.search(part):
        return "partially refunded" if _PARTLY.search(part) else "returned"
    return "cancelled" if _UNDONE.search(part) else None


def stands(word: str) -> bool:
    """Whether an order of this status, in lower case, stands.

    >>> stands("shipped by sea"), stands("not shipped"), stands("chargeback reversed"), stands("paid, not shipped")
    (True, False, True, True)
    """
    word = word.strip().removeprefix("wc-")
    if word in COMPLETED_WORDS or word in STATUS_WORDS:
        return word in COMPLETED_WORDS
    return meaning_of(word) is None and any(map(_part_stands, _APART.split(word)))


def _part_stands(part: str) -> bool:
    if _NOT_TAKEN_BACK.search(part) or _SETTLED.search(part):
        return True
    return _STOOD.search(part) is not None and _DENIED.search(part) is None
