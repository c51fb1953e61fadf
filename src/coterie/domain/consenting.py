"""The words in which people's answers, channels and purposes are written, and those of columns and files that ask who said no."""

from __future__ import annotations

import re
import unicodedata
from functools import lru_cache
from itertools import pairwise
from typing import Literal

ConsentState = Literal["granted", "denied", "withdrawn", "unconfirmed"]
"""``unconfirmed``: no yes, or none yet, such as a double opt-in that waits; nobody is written to on it."""

EVERYWHERE = "*"
"""Every channel, or every purpose."""

OUTER_SIGNS = " \t\r\n\u00a0\u3000\ufeff\u200b\u200c\u200d\u2060\"'`´«»‹›„“”‚‘’「」『』《》.。!！;；:：,，()（）[]【】"
"""What may stand around a word without changing it."""

BELOW_ZERO = r"^[\-‐-―−]\s*[0-9]"
"""Begins a number that is no answer: ``-1`` is not ``1``."""

JOINING_SIGNS = r"[\s_\-‐-―/]+"
"""What joins the words of an answer: ``opt-in``, ``opt_in`` and ``opt in`` are one."""


def spelt(word: str) -> str:
    """``word`` as the tables spell it.

    >>> spelt(' "Opt-Out" '), spelt("Désabonné"), spelt("ＮＯ")
    ('opt out', 'desabonne', 'no')
    """
    plain = unicodedata.normalize("NFKC", word).strip(OUTER_SIGNS).lower()
    if re.match(BELOW_ZERO, plain):
        return plain
    bare = "".join(letter for letter in unicodedata.normalize("NFD", plain) if unicodedata.category(letter) != "Mn")
    return re.sub(JOINING_SIGNS, " ", unicodedata.normalize("NFC", bare)).strip()


def words_listed(text: str) -> tuple[str, ...]:
    """The words that ``text`` lists between commas, as ``spelt``."""
    return tuple(dict.fromkeys(spelt(word) for word in text.split(",")))


_GRANTED = """
i agree, i accept, i consent, yes please, yes i do, 1, 1.0, true, t, yes, y, on, ok, okay, agree, agreed, agrees, accept, accepted, accepts, allow, allowed, enabled, granted, given,
consented, consent given, confirmed, opt in, optin, opted in, optedin, single opt in, double opt in, double opt in confirmed,
confirmed opt in, subscribe, subscribed, subscriber, signed up, permitted,
ja, j, wahr, zugestimmt, zustimmung, einverstanden, eingewilligt, einwilligung, erteilt, angemeldet, abonniert, bestätigt,
erlaubt, akzeptiert,
oui, o, vrai, accepté, acceptée, accepte, j'accepte, abonné, abonnée, inscrit, inscrite, confirmé, confirmée, consenti,
d'accord, autorisé, autorisée,
sí, s, verdadero, acepta, acepto, aceptado, aceptada, suscrito, suscrita, alta, confirmado, confirmada, autorizado, autorizada,
de acuerdo,
是, 有, 对, 真, 同意, 已同意, 订阅, 已订阅, 允许, 已允许, 授权, 已授权, 接受, 已接受, 已确认, 开启, 已开启, 开通, 已开通, 愿意, 許可, 訂閱, 已訂閱,
允許, 接收, 是的, √, ✓, ✔, ☑, ✅,
sure, yep, yeah, gewünscht, erwünscht, sim, aceito, tak, zgadzam się, wyrażam zgodę, akkoord, ingeschreven, kyllä, ano, souhlasím, igen, evet,
да, согласен, согласна, ναι, da, はい, 希望する, 希望, 同意する, 예, 네, 동의, 동의함
"""

_DENIED = """
i do not agree, i disagree, i do not consent, no thank you, no i do not, 0, 0.0, false, f, no, n, off, never, unsubscribed, unsubscribe, unsub, unsubbed, opt out, optout, opted out, optedout, cleaned,
bounced, bounce, hard bounce, hard bounced, hardbounce, complained, complaint, junk, spam, spam complaint, marked as spam, abuse, suppressed,
blocked, blocklisted, blacklisted, withdrawn, withdrew, withdraw, revoked, revoke, denied, deny, declined, decline, refused, rejected,
reject, cancelled, canceled, cancel, removed, remove, do not contact, do not email, do not mail, do not call, do not send, dnc, no consent,
no thanks, do not allow, not allowed, disallow, disallowed, disagree, disagreed, objected, objection, disabled, deactivated, forgotten, redacted, undeliverable, out, stop,
nein, falsch, abgemeldet, abmeldung, abmelden, abbestellt, gekündigt, widerrufen, widerruf, widersprochen, widerspruch, abgelehnt,
verweigert, gesperrt, ausgetragen, nicht einverstanden, keine einwilligung, kein einverständnis, unzustellbar, gelöscht, storniert,
non, faux, désabonné, désabonnée, désabonner, désabonnement, désinscrit, désinscrite, désinscription, désinscrire, refusé, refusée, refus,
refuse, retiré, retirée, retrait, résilié, résiliée, opposé, opposée, opposition, annulé, annulée, bloqué, bloquée, rejeté, rejetée,
révoqué, révoquée, pas d'accord, supprimé, supprimée,
falso, baja, de baja, dado de baja, dada de baja, darse de baja, cancelado, cancelada, cancelar, anulado, anulada, desuscrito, desuscrita,
rechazado, rechazada, rechaza, rechazo, denegado, denegada, revocado, revocada, retirado, retirada, no acepta, no acepto, no autorizado,
opuesto, oposición, bloqueado, bloqueada, eliminado, eliminada, rebotado,
否, 没有, 错, 假, 不, 不是, 不同意, 不接受, 不允许, 不愿意, 不订阅, 不接收, 退订, 已退订, 取消订阅, 已取消订阅, 取消, 已取消, 取消关注, 取消授权, 拒绝, 已拒绝, 拒收, 已拒收, 撤回,
已撤回, 撤销, 已撤销, 撤回同意, 退信, 硬退信, 投诉, 已投诉, 黑名单, 关闭, 已关闭, 禁止, 已禁止, 屏蔽, 已屏蔽, 反对, 注销, 已注销, 退出, 退訂, 已退訂, 取消訂閱, 拒絕, 已拒絕, 撤銷, 關閉,
×, ✗, ✘, ❌, ☒,
nope, nah, none, nicht gewünscht, nicht erwünscht, unerwünscht, nee, nej, nei, não, não aceito, nie, nie zgadzam się, uitgeschreven, ei, ne, nesouhlasím,
nem, hayır, hayir, нет, не согласен, не согласна, όχι, nu, いいえ, 希望しない, 同意しない, 아니오, 아니요, 거부, 미동의, 동의안함
"""

_UNCONFIRMED = """
pending, unconfirmed, not confirmed, not yet confirmed, awaiting confirmation, confirmation pending, waiting, double opt in pending,
pending double opt in, pending confirmation, opt in pending, pending opt in, unverified, not verified, not subscribed, non subscribed,
nonsubscribed, notsubscribed, never subscribed, not opted in, not consented, not granted, not given, no opt in, transactional, archived,
invited,
ausstehend, keine, kein, aucun, aucune, ninguno, ninguna, unbestätigt, nicht bestätigt, wartend, offen, nicht angemeldet, nicht abonniert, nicht erteilt,
en attente, non confirmé, non confirmée, non abonné, non abonnée, non inscrit, non inscrite, à confirmer,
pendiente, sin confirmar, no confirmado, no confirmada, no suscrito, no suscrita, por confirmar,
待确认, 未确认, 待验证, 未验证, 待定, 等待确认, 待处理, 未订阅, 未同意, 未授权, 未选择, 未开启, 未开通, 未訂閱, 待確認
"""

ANSWERS: dict[str, ConsentState] = {
    **dict.fromkeys(words_listed(_GRANTED), "granted"),
    **dict.fromkeys(words_listed(_DENIED), "denied"),
    **dict.fromkeys(words_listed(_UNCONFIRMED), "unconfirmed"),
}
"""Answer, as ``spelt`` → what it says of the consent."""

_PLAIN_YES = words_listed(
    "1, 1.0, true, t, yes, y, on, x, ja, j, wahr, oui, o, vrai, sí, s, verdadero, 是, 有, 对, 真, 是的, √, ✓, ✔, ☑, ✅, "
    "sure, yep, yeah, sim, tak, kyllä, ano, igen, evet, да, ναι, da, はい, 예, 네"
)
_PLAIN_NO = words_listed(
    "0, 0.0, false, f, no, n, off, nein, falsch, non, faux, falso, 否, 没有, 错, 假, 不, 不是, ×, ✗, ✘, "
    "nope, nah, none, nee, nej, nei, não, nie, ei, ne, nem, hayır, hayir, нет, όχι, nu, いいえ, 아니오, 아니요"
)

REFUSAL_ANSWERS: dict[str, ConsentState | Literal["silent"]] = {
    **ANSWERS,
    **dict.fromkeys(_PLAIN_YES, "denied"),
    **dict.fromkeys(
        (
            *_PLAIN_NO,
            *words_listed("allow, allowed, erlaubt, autorisé, autorisée, autorizado, autorizada, 允许, 已允许"),
        ),
        "silent",
    ),
}
"""Answer in a column that asks for a refusal, such as ``unsubscribed``: a yes there is a no, and a no is no yes but silence."""

SILENT = "silent"
"""What an answer is that says nothing of a consent, neither yes nor no."""


_EVERY = """
*, all, any, every, everything, everywhere, all channels, any channel, all purposes, any purpose, alle, alles, alle kanäle, alle zwecke,
sämtliche, tous, toutes, tout, tous les canaux, todos, todas, todo, todos los canales, cualquiera, global, 全部, 所有, 全渠道, 所有渠道, 全部渠道,
任何, 一切, 所有用途, 全部用途, 不限
"""

CHANNEL_WORDS: dict[str, str] = {
    **dict.fromkeys(words_listed(_EVERY), EVERYWHERE),
    **dict.fromkeys(
        words_listed(
            "email, e mail, mail, mails, emails, e mails, electronic mail, email marketing, marketing email, newsletter, newsletters, "
            "email newsletter, mailing, mailing list, mailings, edm, email address, elektronische post, rundbrief, courriel, "
            "courrier électronique, infolettre, lettre d'information, correo, correo electrónico, correo e, boletín, boletín electrónico, "
            "邮件, 电子邮件, 邮箱, 电邮, 邮件营销, 电子邮箱, 电子报, 电子期刊, 郵件, 電子郵件, 電郵"
        ),
        "email",
    ),
    **dict.fromkeys(
        words_listed(
            "sms, text, texts, text message, text messages, mms, mobile message, kurznachricht, textnachricht, texto, mensaje de texto, "
            "短信, 手机短信, 短消息, 彩信, 簡訊, 短訊"
        ),
        "sms",
    ),
    **dict.fromkeys(
        words_listed(
            "phone, telephone, call, calls, phone call, voice, telefon, anruf, telefonisch, appel, téléphone, llamada, teléfono, "
            "电话, 来电, 电话营销, 語音, 電話"
        ),
        "phone",
    ),
    **dict.fromkeys(words_listed("webhook, webhooks"), "webhook"),
    **dict.fromkeys(
        words_listed(
            "post, postal, postal mail, direct mail, letter, letters, brief, briefpost, postweg, courrier, courrier postal, correo postal, carta, "
            "邮寄, 信件, 信函, 直邮"
        ),
        "post",
    ),
    **dict.fromkeys(
        words_listed(
            "push, push notification, push notifications, app push, notification push, 推送, 消息推送, 应用推送"
        ),
        "push",
    ),
    **dict.fromkeys(words_listed("web push, browser push, web push notifications, 网页推送, 浏览器推送"), "web_push"),
    **dict.fromkeys(words_listed("whatsapp, whats app, wa"), "whatsapp"),
    **dict.fromkeys(words_listed("wechat, weixin, 微信, 公众号, 企业微信"), "wechat"),
}
"""Word for a channel, as ``spelt`` → the channel, or ``*`` for all."""

PURPOSE_WORDS: dict[str, str] = {
    **dict.fromkeys(words_listed(_EVERY), EVERYWHERE),
    **dict.fromkeys(
        words_listed(
            "marketing, direct marketing, email marketing, advertising, advertisement, ads, promotion, promotions, promotional, promo, offers, "
            "commercial, sales, werbung, direktwerbung, angebote, werbezwecke, publicité, prospection, prospection commerciale, offres, "
            "promotions commerciales, publicidad, promociones, ofertas, mercadotecnia, comercial, "
            "营销, 市场营销, 推广, 促销, 广告, 优惠, 营销推广, 行銷, 廣告"
        ),
        "marketing",
    ),
    **dict.fromkeys(
        words_listed(
            "newsletter, newsletters, news, rundbrief, infolettre, boletín, noticias, 新闻, 资讯, 电子报, 订阅资讯"
        ),
        "newsletter",
    ),
    **dict.fromkeys(
        words_listed(
            "surveys, survey, feedback, research, market research, reviews, umfrage, umfragen, marktforschung, enquête, enquêtes, sondage, "
            "encuesta, encuestas, 调查, 问卷, 调研, 問卷"
        ),
        "surveys",
    ),
    **dict.fromkeys(
        words_listed(
            "tracking, email tracking, open tracking, click tracking, open and click tracking, 跟踪, 追踪, 邮件跟踪, 跟踪统计"
        ),
        "tracking",
    ),
    **dict.fromkeys(
        words_listed(
            "service, services, transactional, transaction, transactions, order, orders, order updates, account, contract, security, legal, "
            "vertrag, bestellung, bestellungen, kundenservice, commande, commandes, contrat, servicio, pedido, pedidos, contrato, "
            "服务, 交易, 订单, 合同, 账户, 服務, 訂單"
        ),
        "service",
    ),
}
"""Word for a purpose, as ``spelt`` → the purpose, or ``*`` for all."""

NO_MARKETING = "no_marketing"
"""Reason of a block that ends advertising alone, as a link of ours does; a service still goes."""

BY_LINK, BY_ONE_CLICK, BY_PAGE = "unsubscribe link", "one-click unsubscribe", "preference page"
"""How somebody who holds a link says what they want."""

_SAID_BY_LINK = frozenset({NO_MARKETING, "unsubscribed"})


def is_by_link(reason: str, source: str, channel: str) -> bool:
    """Whether a block is one that a link put up, so that a link can end it; the second reason is that of an earlier version, and blocks services too.

    >>> is_by_link("no_marketing", "preference page", "email"), is_by_link("unsubscribed", "answer", "sms")
    (True, False)
    """
    return reason in _SAID_BY_LINK and source in (BY_LINK, BY_ONE_CLICK, BY_PAGE) and channel != EVERYWHERE


def lifts_links_alone(source: str) -> bool:
    """Whether what ends blocks was said by a link, and so ends those of links and no others.

    >>> lifts_links_alone("preference page, message 7"), lifts_links_alone("lifted by hand")
    (True, False)
    """
    return source.partition(", message ")[0] in (BY_LINK, BY_ONE_CLICK, BY_PAGE)


MARKETING = "marketing"

TRACKING = "tracking"
"""The purpose of measuring who opens messages and follows their links."""

SERVICE_PURPOSES = frozenset({"service"})
"""Purposes of messages that a contract or the law owes to a person. All others are marketing."""


def purpose_called(word: str) -> str:
    """The purpose that ``word`` names; a word of the workspace's own stays, as it is spelt.

    >>> purpose_called("Transactional"), purpose_called("Werbung"), purpose_called("Loyalty club")
    ('service', 'marketing', 'loyalty club')
    """
    return PURPOSE_WORDS.get(spelt(word), spelt(word))


def channels_meant(words: str, *, is_yes: bool) -> tuple[str, ...]:
    """The channels that an answer speaks of. A no of an unknown word holds on all, a yes only under that word.

    >>> channels_meant("E-Mail, SMS", is_yes=True), channels_meant("fax machine", is_yes=False)
    (('email', 'sms'), ('*',))
    """
    return _meant(words, CHANNEL_WORDS, is_yes=is_yes)


def purposes_meant(words: str, *, is_yes: bool) -> tuple[str, ...]:
    """The purposes that an answer speaks of, as ``channels_meant``; a no to the newsletter is one to marketing.

    >>> purposes_meant("newsletter", is_yes=True), purposes_meant("newsletter", is_yes=False)
    (('newsletter',), ('marketing',))
    """
    found = _meant(words, PURPOSE_WORDS, is_yes=is_yes)
    return found if is_yes else tuple(dict.fromkeys(MARKETING if each == "newsletter" else each for each in found))


_SEVERAL = re.compile(r"[,;+&|/、，；]|\b(?:and|und|et|y)\b")


def _meant(words: str, known: dict[str, str], *, is_yes: bool) -> tuple[str, ...]:
    whole = spelt(words)
    if whole in known:
        return (known[whole],)
    parts = [spelt(part) for part in _SEVERAL.split(words.lower())]
    found = [known.get(part, part if is_yes else EVERYWHERE) for part in parts if part]
    return tuple(dict.fromkeys(found or [EVERYWHERE if not is_yes else whole]))


_ALONE = frozenset(
    words_listed(
        "blocked, is blocked, withdrawn, revoked, objected, objection, complained, complaint, bounced, cleaned, removed from list, "
        "gesperrt, refus, opposition, baja, cancelado, no contactar, exclude, excluded, bloqué, bloquée, bloqueado, bloqueada"
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
            r"\bnever (be )?(e ?mail|contact|call|text|mail)", rf"\bstop (all )?{_MAIL}\b", r"\bmail ?stop\b",
            r"\b(un|non ?|not )(contactable|mailable|marketable|e ?mailable|reachable)\b", rf"\b(prohibit\w*|disallow\w*) {_MAIL}",
            rf"\b{_KEPT} (is )?(prohibited|disallowed|disabled|off|stopped)\b",
            rf"\b(not|dont) (be |to )?(allow\w*|agree\w*|accept\w*|want\w*|receiv\w*|contact\w*|permit\w*|wish\w*|{_MAIL})\b",
            r"\b(e ?mail|hard) ?bounce[ds]?\b", r"\bdnd\b", r"\bdo(es)? ?n ?o? ?t allow\b", r"\bspam report",
            # German
            r"\babgemeldet\w*", r"\babmeld", r"\babbestell", r"\bwiderruf(?!srecht|sbelehrung|sfrist)", r"widerspr[uo]",
            r"\b(werbe|mail|e ?mail|kontakt|newsletter|versand) ?(sperr|verbot)", r"\bnicht (kontaktieren|anschreiben)\b", r"\bsperrvermerk", r"\brobinson",
            r"\bkein(e|en|er)? (\w+ )?(werb|newsletter|e ?mail|mail|kontakt|post\b|anruf|sms)", r"\bunerwunscht", r"\bausgetragen",
            r"\b(werbung|werbe\w*|newsletter|e ?mails?|mailings?|kontakt\w*) (\w+ )?(gesperrt|untersagt|verboten|gekundigt|abgelehnt|unerwunscht)\b",
            r"\bkundigung newsletter", r"\bkeine (weitere |werbliche )*zusendung", r"\bpost ?sperre\b",
            r"\b(nicht|nie|niemals) (mehr )?(erlaubt|einverstanden|zugestimmt|erwunscht|kontakt\w*|mailen|e ?mail\w*|anrufen|zulassig|gestattet)",
            # French
            r"\bdesabonn", r"\bdesinscri", r"\bne (pas|plus|jamais) \w+", r"\bne? (\w+ )?\w+ (pas|plus|jamais)\b", r"\bnon (autorise|consenti|contactable|abonne|inscrit)", r"\bbloctel", r"\bstop ?(pub|sms)", r"\bliste rouge\b",
            r"\b(pas|plus|sans) (de |d )?(newsletter|pub|mail|e ?mail|courriel|demarchage|prospection|sollicitation|contact)",
            r"\b(refus\w*|oppos\w*) (a |au |aux |de |du |la |les |des |d |le )*(pub|marketing|prospection|commercial|contact|newsletter|demarchage|sollicit|e ?mail|mail|courriel|sms)",
            # Spanish
            r"\bdesuscri", r"\b(fecha|dad[oa]|solicita|motivo)( de)? baja\b", r"\bbajas\b",
            r"\bbaja (de |del )?(newsletter|boletin|marketing|correo|e ?mail|publicidad|comercial)",
            r"\bno (enviar|contactar|desea|quiere|acepta|autoriza|recibir|llamar|molestar|consiente)",
            r"\b(rechaza|rechazo|renuncia|oposicion|bloqueo|excluid\w+) (a |al |de |del |la |las |los |el )*(publicidad|marketing|correo|e ?mail|comercial|comunicacion|promocion|newsletter|boletin|envio)",
            # Italian, Portuguese
            r"\bnon (contattare|inviare|accetta|acconsente|desidera)", r"\bnao (contactar|contatar|enviar|aceita|deseja|receber)",
            r"\bdisiscri", r"\bdescadastr", r"\b(cancellazione|annulla\w*) (dell? )?iscrizione",
            # Dutch, Scandinavian, Polish, Russian
            r"\bopt ?uit\b", r"\b(niet|geen) (mailen|e ?mail\w*|contact\w*|bellen|nieuwsbrief)", r"\bikke (kontakt|send|motta)", r"\binte (kontakta|skicka)",
            r"\bnie (kontaktowac|wysylac|zgadza)", r"\bне (беспокоить|отправлять|писать|согла)",
            r"\bafgemeld", r"\bafmeld", r"\buitgeschreven", r"\buitschrij", r"\bavmeld", r"\bavregistr", r"\bavprenumer", r"\bframeld",
            r"\brezygnac", r"\bwypisa", r"\bотпис", r"\bотказ",
            # Japanese, Korean
            "退会|メール拒否|配信停止|配信拒否|購読解除|受信拒否|수신거부|수신 거부|탈퇴|구독취소",
            # Chinese
            "退订|退訂|拒收|拒绝|拒絕|黑名单|黑名單|拉黑|取消订阅|取消訂閱|取消关注|不接收|不再接收|不接受|不同意|不愿|勿扰|免打扰|屏蔽|反对|撤回同意|不想",
            "(不|勿|不要|请勿|不得|不可|不能|不再|禁止|停止|谢绝|謝絕)(再|允许|允許|能|可|愿意)?(联系|聯繫|发送|發送|推送|营销|邮件|短信|打扰|致电|推广)",
        )
    )
)  # fmt: skip
_LEADS_THERE = re.compile(r"(link|url|uri|href|token|hash|key|page|template|链接|网址)$")
"""What ends the names of columns that tell where to say no, not who has."""

_LISTS = re.compile(
    r"\b(bounces?|bounced|complaints?|complained|complainers|cleaned|invalids?|objections?|refusals?|withdrawals?|do not|"
    r"desabonnes|desinscrits|refus|bajas|baja|rebotados|rebotes|widerrufe|sperrliste|gesperrte|lista negra|liste noire|schwarze liste|"
    r"bloquead[oa]s|bloques|blockierte|sperrdatei|\w*verweigerer|no ?mailing|exclusions?|exclude list|exclude|ausschlussliste|ausschlusse|"
    r"exclusion(es)?|repoussoir|undeliverables?|rucklaufer|unzustellbar\w*|npai|objectors|kundiger newsletter|stops? ?list|"
    # who left, is to be forgotten, or is gone
    r"leavers?|quitters?|removals?(?! (compan|firm|service|quote))|removed|to remove|remove list|deletions?|delet(ed|e|ion) (contact|request|list|user|customer|profile|people)\w*|"
    r"erasures?|erasure requests?|right to be forgotten|rtbf|forget me|forgotten|(ban|kill|blocked) ?list|banned|blocked|gone ?aways?|deceased|mailing preference service|"
    r"withdrawn|revoked|revocations?|opposed|objected|not interested|(lost|no|missing) consents?|(dead|bad|failed|invalid) (e ?mails?|address\w*)|undelivered|"
    r"left (the )?(list|newsletter)|exits newsletter|"
    r"sperr(e|en|ungen)|austritte|ausgetreten\w*|abgange newsletter|losch(ung|ungen|liste|antrag|antrage|begehren|anfragen|datei)|geloscht\w*|zu loschen|"
    r"negativliste|verstorben\w*|entzogen\w*|nicht( mehr)? (anschreib|mail|kontaktier)\w*|"
    r"oppositions?|opposes|opposants|retraits(?! (en )?(magasin|boutique|point|drive))|retraits? consentement\w*|a supprimer|supprimes|effacements?|droit a l oubli|"
    r"radi(es|ations?)|decedes|resilies newsletter|desactives|exclus|"
    r"eliminad[oa]s|eliminaciones|borrad[oa]s|supresiones|derecho al olvido|excluid[oa]s|oposicion(es)?|revocad[oa]s|revocaciones|fallecid[oa]s|rechazad[oa]s|retirad[oa]s|"
    r"rimoss[ie]|removid[oa]s|verwijderd\w*|"
    # who complained, cannot be reached, or is to be taken out
    r"(abuse|fbl|feedback loop) (reports?|list|emails?)|fbl|spam ?traps?|honeypots?|undeliv|mailer daemon|unreachables?|"
    r"(purge|scrub|dead|cleanup|clean up|drop) list|to (delete|purge|erase|forget|unsubscribe|suppress|block)|(remove|delete|erase|unsubscribe) me|"
    r"unregistered|de ?registered|no ?contacts?|no thanks|stop ?(list|liste)n?|liste? stop|(dsr|dsar|gdpr|dsgvo|rgpd|ccpa) (delet\w+|erasures?|removals?|forget\w*|losch\w+)|"
    r"sperrkunden|postausschluss|werbeausschluss|austragung(en)?|(ungultig|fehlerhaft|tot)\w* (adress\w*|e ?mails?|mails?)|"
    r"(a )?exclure|(adresses|emails?|e mails?) (invalides?|erronees?)|(correos|emails?) (invalidos?|erroneos?))\b|^(blocks|mps|tps|stop|suppr)$|"
    r"退信|投诉|禁发|禁止发送|不要发送|停发|已注销|已註銷|已故|(注销|註銷|删除|刪除|移除|退出|封禁|失效)(名单|名單|请求|請求|列表|用户|用戶|客户|客戶|会员|會員|邮箱|郵箱)|无效(邮箱|邮件|地址|号码)"
)  # fmt: skip
_SEASONS = re.compile(r"\baltas y bajas\b|\btemporada (alta|baja)\b")
"""Where ``baja`` names nobody who left: alone."""
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
        "subscribed, subscriber, opt in, optin, opted in, double opt in confirmed, abonniert, angemeldet, eingetragen, abonné, abonnée, inscrit, inscrite, suscrito, suscrita, dado de alta, 已订阅, 订阅, 已訂閱, 訂閱"
    )
)
_NOT_YET = re.compile(
    r"confirm|\bopt(ed)? ?in\b|subscri|bestatigt|angemeldet|abonn|inscrit|suscrit|确认|確認|订阅|訂閱"
)
"""What makes an unconfirmed answer one about a list, and nothing else that may be pending."""
_NOT_ON_IT = re.compile(r"\bopt(ed)? ?in\b|subscri|abonn|suscrit|订阅|訂閱")
"""What only the status of a subscription says."""

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
    name = _SEASONS.sub(" ", re.sub(r"\d+", " ", _plain(file_name.split(".", maxsplit=1)[0])))
    words = name.split()
    # "nicht anschreiben" refuses by its "nicht", "nicht abgemeldet" does not: what is left without it tells.
    negated = [word in _WITHOUT and before != "do" for before, word in pairwise(["", *words])]
    plain = [word.lstrip("未非") for word, is_left_out in zip(words, negated, strict=True) if not is_left_out]
    is_negated = plain != words and _is_of_refusals(" ".join(plain))
    return not is_negated and _is_of_refusals(" ".join(words))


def _is_of_refusals(name: str) -> bool:
    return asks_for_refusal(name) or bool(_LISTS.search(name))


def said_in_a_status(word: str) -> str:
    """What a word says of a consent in a column that tells many things, such as a status: ``silent`` unless it is unmistakable.

    >>> said_in_a_status("Unsubscribed"), said_in_a_status("active"), said_in_a_status("subscribed")
    ('denied', 'silent', 'granted')
    >>> said_in_a_status("double opt-in pending"), said_in_a_status("pending")
    ('unconfirmed', 'silent')
    """
    plain = spelt(word)
    if plain in _AGREES:
        return "granted"
    if ANSWERS.get(plain) == "unconfirmed" and _NOT_YET.search(plain):
        return "unconfirmed"
    return "denied" if refuses(word) or ANSWERS.get(plain) in {"denied", "withdrawn"} else "silent"


def tells_of_a_subscription(word: str) -> bool:
    """Whether only the status of a subscription is called so: one that ended, or never was.

    >>> tells_of_a_subscription("Unsubscribed"), tells_of_a_subscription("non-subscribed"), tells_of_a_subscription("unconfirmed")
    (True, True, False)
    """
    plain = spelt(word)
    return refuses(word) or (ANSWERS.get(plain) == "unconfirmed" and _NOT_ON_IT.search(plain) is not None)


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
