"""The words by which people end text messages: those of carriers and regulators, whole or in front of others."""

from __future__ import annotations

import re
import unicodedata

WHOLE = frozenset(
    (
        *("stop", "stopall", "quit", "end", "revoke", "optout", "cancel", "unsubscribe", "unsub", "remove"),  # 47 CFR 64.1200(a)(10)
        *("退订", "退", "拒收", "取消", "取消订阅", "停止", "不再接收", "t", "td", "r", "qx", "0000"),
        *("abmelden", "arret", "desabonner", "baja", "alto", "parar", "sair", "cancelar", "afmelden"),
    )
)  # fmt: skip
"""What says no when it is all that somebody answers."""

FIRST = frozenset(("stop", "stopall", "unsubscribe", "revoke", "optout"))
"""What says no whatever comes behind it: `STOP sending me this`."""

FIRST_SIGNS = ("退订", "拒收", "取消订阅", "不要再发", "别再发")
_POLITE = re.compile(r"^(?:please|pls|plz|请|回复?)\s*")
_LONG_STOP = re.compile(r"\bstop+\b")
_BETWEEN = re.compile(r"[^\w]+")


def is_stop(text: str) -> bool:
    """Whether an answer ends such messages. What is unclear, such as *cancel my order*, does not: it is for people to read.

    >>> [is_stop(each) for each in ("Stop.", " opt-out ", "STOP sending me these", "回T", "ＴＤ", "请退订", "Arrêt")]
    [True, True, True, True, True, True, True]
    >>> [is_stop(each) for each in ("", "cancel my order", "Don't stop!", "yes", "What time do you end?", "续订")]
    [False, False, False, False, False, False]
    """
    plain = unicodedata.normalize("NFKD", unicodedata.normalize("NFKC", text)).casefold()
    plain = "".join(sign for sign in plain if not unicodedata.combining(sign)).strip()
    plain = _LONG_STOP.sub("stop", plain)
    plain = _BETWEEN.sub(" ", _POLITE.sub("", _BETWEEN.sub(" ", plain).strip())).strip()
    if plain.replace(" ", "") in WHOLE:
        return True
    first, *rest = plain.split() or [""]
    return first in FIRST or (first == "opt" and rest[:1] == ["out"]) or plain.startswith(FIRST_SIGNS)
