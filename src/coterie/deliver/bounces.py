"""Which refusals are about the address itself, so that it should not be written to again."""

from __future__ import annotations

import re

BOUNCED = "bounced"
"""The reason of a failure, and of the suppression that follows."""

_STATUS = re.compile(r"5\.(\d{1,3}\.\d{1,3})\b")
_ABOUT_THE_ADDRESS = frozenset({"1.0", "1.1", "1.2", "1.3", "1.6", "1.10", "2.1"})
"""Enhanced status codes (RFC 3463, 7505) of a mailbox or domain that is not there; a full mailbox (2.2) is."""

_BARE = frozenset({550, 551, 553, 556})
_ABOUT_US = re.compile(
    r"relay|spam|block|black ?list|rbl|dnsbl|polic(?:y|ies)|reputation|authent|spf|dkim|dmarc|rate|too many|"
    r"denied|not allowed|not permitted|unsolicited|banned",
    re.IGNORECASE,
)


def is_bounce(code: int, words: str, *, at_recipient: bool) -> bool:
    """Whether a server's final no (5xx) says that the address takes no mail.

    The enhanced status decides where there is one. Without it only an answer to RCPT counts,
    and only when its words are not about the sender: a blocked sender must not cost the
    addresses of everybody.

    >>> is_bounce(550, "5.1.1 no such user", at_recipient=True), is_bounce(552, "5.2.2 mailbox full", at_recipient=True)
    (True, False)
    """
    status = _STATUS.match(words)
    if status and not status[1].startswith("0."):
        return code // 100 == 5 and status[1] in _ABOUT_THE_ADDRESS
    return at_recipient and code in _BARE and not _ABOUT_US.search(words)
