"""Which refusals are about the address itself, so that it should not be written to again."""

from __future__ import annotations

import re

from coterie.domain import Outcome

BOUNCED = "bounced"
"""The reason of a failure, and of the suppression that follows."""

_STATUS = re.compile(r"5\.(\d{1,3}\.\d{1,3})\b")
_ABOUT_THE_ADDRESS = frozenset({"1.0", "1.1", "1.2", "1.3", "1.6", "1.10", "2.1"})
"""Enhanced status codes (RFC 3463, 7505) of a mailbox or domain that is not there; a full mailbox (2.2) is."""


def is_bounce(code: int, words: str) -> bool:
    """Whether a server's final no (5xx) says that the address takes no mail.

    Its enhanced status alone says so (RFC 3463); a bare 5xx may mean the sender, the content
    or the server's mood, and must not cost anybody their address.

    >>> is_bounce(550, "5.1.1 no such user"), is_bounce(552, "5.2.2 mailbox full"), is_bounce(550, "no such user")
    (True, False, False)
    """
    status = _STATUS.match(words)
    return code // 100 == 5 and status is not None and status[1] in _ABOUT_THE_ADDRESS


def refusal_of(outcome: Outcome) -> str:
    """What a final no has in common with others of its kind: code and words, without what differs from person to person."""
    words = _OF_ONE_PERSON.sub(" ", outcome.reply.lower())
    return f"{outcome.code} {' '.join(words.split())[:80]}"


_OF_ONE_PERSON = re.compile(r"<[^>]*>|\S*@\S*|\S*\d{4,}\S*|\b[0-9a-f-]{8,}\b|https?://\S+")
