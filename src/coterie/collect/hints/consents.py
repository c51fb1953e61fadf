"""Names of columns that say whether somebody may be written to."""

from __future__ import annotations

SPEAKING = frozenset(
    {
        *("newsletter", "newsletters", "subscribed", "optin", "optout", "unsubscribed", "consent", "consents", "consented", "gdpr", "abonniert"),
        *("einwilligung", "werbeeinwilligung", "werbung", "werbeerlaubnis", "werbezustimmung", "dsgvo", "newsletteranmeldung", "mailings"),
        *("abonné", "abonnée", "infolettre", "consentement", "publicité", "rgpd"),
        *("boletín", "boletin", "suscrito", "suscrita", "consentimiento", "publicidad", "lopd"),
    }
)  # fmt: skip
"""Words that make such a name wherever they stand."""

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
)
"""Parts of names that do so."""
