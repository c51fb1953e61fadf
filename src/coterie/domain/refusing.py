"""Names of columns and files that ask who said no, in the languages of the product."""

from __future__ import annotations

import re
from functools import lru_cache
from itertools import pairwise

from coterie.domain.consenting import ANSWERS, spelt, words_listed

_ALONE = frozenset(
    words_listed(
        "blocked, is blocked, withdrawn, revoked, objected, objection, complained, complaint, bounced, cleaned, removed from list, "
        "gesperrt, refus, opposition, baja, cancelado, no contactar"
    )
)
"""Names that say so only where nothing else stands in them."""

_MAIL = r"(e ?mail\w*|mail\w*|newsletters?|marketing|sms|texts?|calls?|phone|contact\w*|messages?|news|ads|advertis\w*|promo\w*)"
_KEPT = r"(e ?mail\w*|mail\w*|newsletters?|marketing|sms|contact)"
_SAID_NO = r"(withdr\w+|revok\w+|objecti?\w*|refus\w+|declin\w+|den(y|ied)|reject\w+|block\w*|cancel\w*|exclu\w+)"
_WITHIN = re.compile(
    "|".join(
        (
            # English
            r"\bunsub\w*", r"opt(ed|s|ing)? ?out(?!l|p|d)", r"\b(black|block|deny) ?list", r"\bsuppress\w*", r"\b(dnc|dne|dnm)\b",
            rf"\bdo(es)? ?n ?o? ?t ?(send )?{_MAIL}", r"\bdo(es)? ?n ?o? ?t ?(disturb|send|write)\b", rf"\bno (more )?{_MAIL}\b",
            r"\bno(e ?)?mail\b", rf"\b({_KEPT}|consent|permission|opt ?in) (is |was |has )?(been )?{_SAID_NO}",
            rf"\b{_SAID_NO} (from |to |of |for |all )*({_KEPT}|consent|permission)\b", r"\bspam (complain|report)", r"\bmarked (as )?spam\b",
            r"\b(e ?mail|hard) ?bounce[ds]?\b", r"\bdnd\b", r"\bdo(es)? ?n ?o? ?t allow\b", r"\bspam report",
            # German
            r"\babgemeldet\b", r"\babmeld", r"\babbestell", r"\bwiderruf(?!srecht|sbelehrung|sfrist)", r"widerspr[uo]",
            r"\b(werbe|mail|e ?mail|kontakt|newsletter|versand) ?(sperr|verbot)", r"\bnicht (kontaktieren|anschreiben)\b", r"\bsperrvermerk", r"\brobinson",
            r"\bkein(e|en|er)? (\w+ )?(werb|newsletter|e ?mail|mail|kontakt|post\b|anruf|sms)", r"\bunerwunscht", r"\bausgetragen",
            # French
            r"\bdesabonn", r"\bdesinscri", r"\bne (pas|plus) \w+", r"\bbloctel", r"\bstop ?(pub|sms)", r"\bliste rouge\b",
            r"\b(pas|plus|sans) (de |d )?(newsletter|pub|mail|e ?mail|courriel|demarchage|prospection|sollicitation|contact)",
            r"\b(refus\w*|oppos\w*) (a |au |aux |de |du |la |les |des |d )*(pub|marketing|prospection|commercial|contact|newsletter|demarchage|sollicit)",
            # Spanish
            r"\bdesuscri", r"\b(fecha|dad[oa]|solicita|motivo)( de)? baja\b", r"\bbajas\b",
            r"\bbaja (de |del )?(newsletter|boletin|marketing|correo|e ?mail|publicidad|comercial)",
            r"\bno (enviar|contactar|desea|quiere|acepta|autoriza|recibir|llamar|molestar|consiente)",
            # Italian, Portuguese
            r"\bdisiscri", r"\bdescadastr",
            # Chinese
            "退订|退訂|拒收|拒绝|拒絕|黑名单|黑名單|拉黑|取消订阅|取消訂閱|取消关注|不接收|不再接收|不接受|不同意|不愿|勿扰|免打扰|屏蔽|反对|撤回同意|不想",
        )
    )
)  # fmt: skip
_LEADS_THERE = re.compile(r"(link|url|uri|href|token|hash|key|page|template|链接|网址)$")
"""What ends the names of columns that tell where to say no, not who has."""

_LISTS = re.compile(
    r"\b(bounces?|bounced|complaints?|complained|complainers|cleaned|invalids?|objections?|refusals?|withdrawals?|do not|"
    r"desabonnes|desinscrits|refus|bajas|baja|rebotados|widerrufe|sperrliste|gesperrte)\b|退信|投诉"
)
_REFUSES = frozenset(
    words_listed(
        "unsubscribed, unsubscribe, unsub, unsubscribes, opt out, optout, opted out, optedout, list unsubscribe, email unsubscribed, "
        "email unsubscribe, group unsubscribe, cleaned, hard bounce, hard bounced, hardbounce, spam, spam complaint, spamreport, spam report, "
        "marked as spam, email marked as spam, complained, suppressed, blocklisted, blacklisted, do not contact, do not email, do not mail, "
        "dnc, abgemeldet, abmeldung, abbestellt, désabonné, désabonnée, désabonnement, désinscrit, désinscrite, désinscription, "
        "dado de baja, dada de baja, desuscrito, desuscrita, 退订, 已退订, 取消订阅, 已取消订阅, 取消关注, 黑名单, 已拉黑, 退訂, 已退訂, 取消訂閱"
    )
)
_AGREES = frozenset(
    words_listed(
        "subscribed, subscriber, opt in, optin, opted in, double opt in confirmed, abonniert, abonné, abonnée, suscrito, suscrita, 已订阅, 订阅, 已訂閱, 訂閱"
    )
)


_WITHOUT = frozenset(words_listed("not, non, without, excluding, except, nicht, ohne, außer, sans, hors, sin, excepto"))


@lru_cache(maxsize=20_000)
def asks_for_refusal(column: str) -> bool:
    """Whether a column's name asks who said no, so that a yes in it is a no.

    >>> asks_for_refusal("Opted_Out"), asks_for_refusal("marketingOptOut"), asks_for_refusal("Kein Newsletter")
    (True, True, True)
    >>> asks_for_refusal("subscribed"), asks_for_refusal("unsubscribe_link")
    (False, False)
    """
    name = _plain(column)
    return not _LEADS_THERE.search(name) and (name in _ALONE or bool(_WITHIN.search(name)))


def lists_refusals(file_name: str) -> bool:
    """Whether a file is called a list of those who said no, or cannot be reached.

    >>> lists_refusals("unsubscribed_2026-11.csv"), lists_refusals("退订名单.xlsx"), lists_refusals("without unsubscribed.csv")
    (True, True, False)
    """
    name = re.sub(r"\d+", " ", _plain(file_name.split(".", maxsplit=1)[0]))
    words = name.split()
    is_negated = any(
        (word in _WITHOUT and before != "do") or word.startswith(("未", "非"))
        for before, word in pairwise(["", *words])
    )
    return not is_negated and (asks_for_refusal(name) or bool(_LISTS.search(name)))


def said_in_a_status(word: str) -> str:
    """What a word says of a consent in a column that tells many things, such as a status: ``silent`` unless it is unmistakable.

    >>> said_in_a_status("Unsubscribed"), said_in_a_status("active"), said_in_a_status("subscribed")
    ('denied', 'silent', 'granted')
    """
    plain = spelt(word)
    if plain in _AGREES:
        return "granted"
    return "denied" if refuses(word) or ANSWERS.get(plain) in {"denied", "withdrawn"} else "silent"


def refuses(word: str) -> bool:
    """Whether a word, or one of several, can only be a refusal, wherever it stands.

    >>> refuses("Unsubscribed"), refuses("vip; unsubscribed"), refuses("cancelled")
    (True, True, False)
    """
    return any(spelt(part) in _REFUSES for part in re.split(r"[,;|，；、]", word))


def _plain(name: str) -> str:
    """``name`` with its words apart, as ``spelt``, without other signs."""
    apart = re.sub(r"(?<=[a-z0-9])(?=[A-Z])|(?<=[A-Z])(?=[A-Z][a-z])", " ", name)
    return re.sub(r"[\W_]+", " ", spelt(apart)).strip()
