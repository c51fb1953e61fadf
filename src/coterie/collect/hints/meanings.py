"""What values look like: the shapes and words that tell an address from an amount."""

from __future__ import annotations

import re

from coterie.collect.values.meaning import (
    CANCELLED_WORDS,
    CREDITED_WORDS,
    PARTLY_RETURNED_WORDS,
    RETURNED_WORDS,
    UNPAID_WORDS,
)

EMPTY_WORDS = frozenset(
    {"", "null", "na", "n/a", "nan", "none", "nil", "\\n", "-", "--", "#n/a", "nat", "(null)", "无", "空", "不详"}
)
"""What stands for nothing, in lower case and trimmed."""

EMAIL = re.compile(r"[^@\s,;]+@[^@\s,;]+\.[A-Za-z\u4e00-\u9fff]{2,}")
_DRESSED = rf"(?:mailto:\s*)?{EMAIL.pattern}|[^@<>\n]{{0,60}}<(?:mailto:)?{EMAIL.pattern}>"
EMAILS = re.compile(rf"(?:{_DRESSED})(?:[\s,;|/]+(?:{_DRESSED}))*", re.IGNORECASE)
"""One address, or several in one cell."""
PHONE = re.compile(r"(?:\+|00)?\(?\d[\d\s().\-/*]{5,18}\d(?:\s?(?:x|ext\.?)\s?\d{1,6})?")
CHINESE_MOBILE = re.compile(r"(?:\+?86[- ]?)?1[3-9]\d[\d*]{4}\d{4}")
URL = re.compile(r"https?://\S+|www\.\S+")
INTEGER = re.compile(r"[-+]?\d+")
DECIMAL = re.compile(r"[-+]?\d+\.\d+")
CARD_NUMBER = re.compile(r"(?:\d{4}[ -]?){3}\d{4}")

CURRENCY_CODES = (
    "USD|EUR|GBP|CNY|RMB|JPY|AUD|CAD|CHF|SEK|NOK|DKK|PLN|CZK|HUF|INR|KRW|HKD|TWD|SGD|BRL|MXN|ZAR|RUB|TRY|NZD|THB|VND"
)
NUMBER = re.compile(
    rf"\(?\s*[-+−]?\s*(?:[$£€¥￥₹₩₽₺₫฿]|US\$|HK\$|NT\$|A\$|C\$|R\$|{CURRENCY_CODES}|Rs\.?|Fr\.?|kr\.?|zł)?\s*[-+−]?\d[\d.,'’ \u00a0\u202f]*"
    rf"(?:[eE][-+]?\d+)?\s*(?:[$£€¥￥₹₩₽₺₫฿%元圆圓円]|[kK千仟万萬亿億]元?|(?:kr|zł|Kč|Ft|Fr)\.?|{CURRENCY_CODES})?\s*\)?-?"
)

BOOLEANS: dict[str, bool] = {
    **dict.fromkeys(
        (
            "true",
            "t",
            "yes",
            "y",
            "1",
            "1.0",
            "on",
            "opted in",
            "opt-in",
            "subscribed",
            "granted",
            "是",
            "有",
            "同意",
            "已订阅",
            "已同意",
            "√",
        ),
        True,
    ),
    **dict.fromkeys(
        (
            "false",
            "f",
            "no",
            "n",
            "0",
            "0.0",
            "off",
            "opted out",
            "opt-out",
            "unsubscribed",
            "denied",
            "withdrawn",
            "revoked",
            "否",
            "无",
            "不同意",
            "未订阅",
            "未同意",
            "拒绝",
            "×",
        ),
        False,
    ),
}
"""Words for yes and no, in lower case."""

GENDERS: dict[str, str] = {
    **dict.fromkeys(
        ("f", "female", "woman", "w", "女", "女性", "女士", "weiblich", "femme", "mujer", "ms", "mrs"), "female"
    ),
    **dict.fromkeys(("m", "male", "man", "男", "男性", "先生", "männlich", "homme", "hombre", "mr"), "male"),
}

_NOTHING_CAME_OF_IT = (
    *("unavailable", "closed lost", "closedlost", "lost", "prospecting", "qualification", "qualified to buy"),
    *("needs analysis", "value proposition", "proposal", "proposal/price quote", "negotiation", "negotiation/review"),
    *("perception analysis", "id. decision makers", "appointment scheduled", "presentation scheduled"),
    *("decision maker bought-in", "contract sent", "退款中"),
)

STATUS_WORDS: dict[str, str] = {
    **dict.fromkeys(_NOTHING_CAME_OF_IT, "cancelled"),
    **dict.fromkeys(UNPAID_WORDS, "unpaid"),
    **dict.fromkeys(CANCELLED_WORDS, "cancelled"),
    **dict.fromkeys(RETURNED_WORDS, "returned"),
    **dict.fromkeys(CREDITED_WORDS, "credit note"),
    **dict.fromkeys(PARTLY_RETURNED_WORDS, "partially refunded"),
}
"""Statuses of an order that did not stand whole, in lower case, with what they come to."""

SECRETS = re.compile(
    r"password|passwd|pwd|cvv|cvc|credit ?card|card ?number|cardnumber|iban|ssn|social security|passport|secret|密码|身份证|护照|银行卡|信用卡号"
)
"""Names of columns that Coterie leaves out unless told otherwise: nobody markets by them."""


CONTACT_CHANNEL = re.compile(
    r"mail|sms|text|phone|call|push|post|letter|whatsapp|wechat|messenger|viber|line|短信|邮|电话|微信|推送|信件|郵|電話"
)
"""A way by which somebody may be written to or called."""

QUESTION = re.compile(
    r"\?\s*$|\?\s*\(|^(?:how|what|why|which|would|please|do you|did you|are you|on a scale)\b|^q\d+\b|？|多大程度|多大可能|是否|请问|"
    r"^(?:wie|was|warum|welche[rs]?|würden|haben sie|sind sie|comment|pourquoi|quel(?:le)?s?|recommanderiez|avez-vous|cómo|qué|por qué|recomendaría)\b|"
    r"weiterempfehl",
    re.IGNORECASE,
)
"""A column's name that is a question put to somebody."""

SCALE_QUESTION = re.compile(
    r"how likely|recommend|satisf|rate |rating|scale|how (?:easy|happy|good)|推荐|满意|评分|打分|empfehl|zufrieden|bewert|recommand|recomend",
    re.IGNORECASE,
)
"""A question that is answered by a number."""


def is_empty(value: str | None) -> bool:
    """Whether a value stands for nothing.

    >>> [is_empty(value) for value in (None, "  ", " NULL", "N/A", "0")]
    [True, True, True, True, False]
    """
    return value is None or value.strip().lower() in EMPTY_WORDS


def is_number(value: str) -> bool:
    """Whether a text is a number as people write them: signs, separators, currencies, brackets.

    >>> [is_number(value) for value in ("-1,234.50", "(12)", "€ 3,5", "12元", "USD 9", "12 bags", "1e3")]
    [True, True, True, True, True, False, True]
    """
    return NUMBER.fullmatch(value.strip()) is not None
