"""Names of columns that say whether somebody may be written to."""

from __future__ import annotations

SPEAKING = frozenset(
    {
        *(
            "newsletter",
            "newsletters",
            "subscribed",
            "optin",
            "optout",
            "unsubscribed",
            "consent",
            "consents",
            "gdpr",
            "abonniert",
        ),
        *("einwilligung", "werbeeinwilligung", "abonné", "infolettre", "boletín", "suscrito", "consentimiento"),
    }
)
"""Words that make such a name wherever they stand."""

PAIRS = (
    ("opt", "in"), ("opt", "out"), ("opted", "in"), ("opted", "out"), ("accepts", "marketing"), ("accept", "marketing"),
    ("allow", "marketing"), ("marketing", "emails"), ("marketing", "email"), ("email", "marketing"), ("sms", "marketing"), ("do", "not"),
)  # fmt: skip
"""Two words that do so together."""

PARTS = ("订阅", "退订", "营销", "接受推广", "接收短信", "接收邮件", "短信通知", "訂閱", "退訂", "拒收")
"""Parts of Chinese names that do so."""
