"""What the names of columns say that ask whether somebody may be written to, in the languages of files."""

from __future__ import annotations

import re
from itertools import pairwise

from coterie.collect.hints.words import words_of
from coterie.domain.consenting import asks_for_refusal

SPEAKING = frozenset(
    {
        *("newsletter", "newsletters", "subscribed", "optin", "optout", "unsubscribed", "consent", "consents", "consented", "gdpr", "abonniert"),
        *("einwilligung", "werbeeinwilligung", "werbung", "werbeerlaubnis", "werbezustimmung", "dsgvo", "newsletteranmeldung", "mailings"),
        *("abonné", "abonnée", "infolettre", "consentement", "publicité", "rgpd"),
        *("boletín", "boletin", "suscrito", "suscrita", "consentimiento", "publicidad", "lopd"),
    }
)  # fmt: skip
"""Words that make the name of a column ask whether somebody may be written to, wherever they stand."""

PAIRS = (
    ("opt", "in"), ("opt", "out"), ("opted", "in"), ("opted", "out"), ("accepts", "marketing"), ("accept", "marketing"),
    ("accepts", "email"), ("accepts", "sms"), ("allow", "marketing"), ("allow", "emails"), ("allow", "email"), ("marketing", "emails"),
    ("marketing", "email"), ("email", "marketing"), ("sms", "marketing"), ("marketing", "permission"), ("email", "permission"),
    ("marketing", "allowed"), ("email", "allowed"), ("may", "contact"), ("can", "email"), ("can", "contact"), ("do", "not"),
)  # fmt: skip
"""Two words that do so together."""

PARTS = (
    "订阅",
    "退订",
    "营销",
    "接受推广",
    "接收短信",
    "接收邮件",
    "短信通知",
    "訂閱",
    "退訂",
    "拒收",
    "newsletter",
    "einwilligung",
    *(
        "nieuwsbrief",
        "nyhetsbrev",
        "nyhedsbrev",
        "toestemming",
        "samtykke",
        "samtycke",
        "zgoda marketing",
        "zgoda_marketing",
    ),
    *("consenso", "メルマガ", "ニュースレター", "メール配信", "수신동의", "수신 동의", "рассылк", "согласие"),
    *(
        "souhlas",
        "hírlevél",
        "hirlevel",
        "hozzájárul",
        "hozzajarul",
        "markkinointilupa",
        "suostumus",
        "uutiskirje",
        "ticari ileti",
        "bülten",
    ),
    *("açık rıza", "consimțământ", "consimtamant", "acord marketing", "ενημερωτικ", "συγκατάθεση"),
)
"""Parts of names that do so."""

_WILLING = """
receive, receives, receiving, want, wants, wish, wishes, accept, accepts, allow, allows, allowed, agree, agrees, happy, permission, permissions,
permitted, may, can, keep, get, gets,
erlaubt, erlaubnis, erlauben, erwünscht, erhalten, erhält, zustimmung, zugestimmt, einverständnis, einverstanden, darf, dürfen, freigabe, möchte,
recevoir, reçoit, recoit, accepte, autorise, autorisation, accord, souhaite, d'accord,
recibir, recibe, acepta, acepto, autoriza, autorización, desea, quiere, permiso, consiente,
riceve, ricevere, accetta, aceita, receber, zgoda
"""
_WRITING = """
email, emails, mail, mails, mailing, mailings, sms, text, texts, marketing, offer, offers, promo, promos, promotion, promotions, promotional,
news, contact, contacted, contacts, informed, ads, advertising, advertisements, communication, communications, updates,
kontakt, kontaktiert, kontaktieren, kontaktaufnahme, werbung, angebote, infomail, infomails, mailen, angeschrieben,
courriel, courriels, offres, prospection, pub, publicité, nouveautés, infos, lettre,
correo, correos, ofertas, comunicaciones, información, informaciones, publicidad, promociones, boletín, novedades, comercial,
novidades, offerte
"""
_ALONE = """
marketing, mailing, nl, permission, zustimmung, einverständnis, kontakterlaubnis, infomail, contactable, mailable, marketable, marketing zustimmung,
email updates, email alerts, email notifications, promotional emails, special offers, marketing preferences, marketing preference, email preference,
email preferences, email ok, mail ok, promo ok, marketing ok, ok to email, ok to contact, okay to contact, okay to email, nl aktiv, tcpa,
offres commerciales, offres partenaires, communications commerciales, accord marketing, comunicaciones comerciales, información comercial,
angebote per e mail, permission email, nieuwsbrief, contact ok, contact okay, subscriber status, newsletter subscriber status, mailing preferences,
mailing preference, marketing status, mailing status, newsletter status
"""
_ABOUT_A_LETTER = """
language lang source frequency topic topics interest interests type kind name id title version format template list segment group campaign channel
date time day at count number form page clicks opens sent amount price score provider reason method brand edition
sprache quelle thema frequenz häufigkeit art datum langue fréquence sujet thème origine idioma frecuencia tema origen tipo fecha
"""
_CHINESE = re.compile(
    "(接收|接受|允许|允許|愿意|願意|同意|许可|許可|可否|可以|授权)(接收|接受)?(的)?"
    "(短信|邮件|郵件|推送|联系|聯繫|优惠|優惠|资讯|資訊|活动|广告|消息|通知)|(邮件|短信|推送|联系)(许可|授权|同意)"
)


def _listed(text: str) -> frozenset[str]:
    return frozenset(" ".join(re.split(r"[\W_]+", word.strip())) for word in text.split(",") if word.strip())


WILLING = _listed(_WILLING)
"""Words for being willing, or having allowed."""
WRITING = _listed(_WRITING)
"""Words for being written to. Beside one of ``WILLING`` they make such a name."""
ABOUT_A_LETTER = frozenset(_ABOUT_A_LETTER.split())
"""Words of names that tell of what is written or how somebody came to it, not whether they may be written to."""


def asks_permission(name: str, words: tuple[str, ...]) -> bool:
    """Whether a column's ``name``, of these ``words``, asks if somebody may be written to. What asks for refusals is not looked for.

    >>> asks_permission("Angebote erhalten", ("angebote", "erhalten")), asks_permission("是否接受短信", ("是否接受短信",))
    (True, True)
    >>> asks_permission("mail address", ("mail", "address")), asks_permission("can_pay_later", ("can", "pay", "later"))
    (False, False)
    """
    told = set(words)
    return " ".join(words) in _listed(_ALONE) or bool(told & WILLING and told & WRITING) or bool(_CHINESE.search(name))


def speaks_of_consent(name: str) -> bool:
    """Whether a column or trait of this name says if somebody may be written to.

    >>> speaks_of_consent("email_opt_in"), speaks_of_consent("acceptsMarketing"), speaks_of_consent("plan")
    (True, True, False)
    """
    words = words_of(name)
    return (
        asks_for_refusal(name)
        or not SPEAKING.isdisjoint(words)
        or any(pair in pairwise(words) for pair in PAIRS)
        or any(part in name.casefold() for part in PARTS)
        or asks_permission(name, tuple(words))
    )
