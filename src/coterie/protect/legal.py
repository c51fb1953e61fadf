"""On what ground a message may be sent, by country, and every code of why one does not leave."""

from __future__ import annotations

from typing import Literal

from coterie.errors import NotPermitted
from coterie.words import Sentence, joined, sentence

LegalBasis = Literal["opt_in", "soft_opt_in", "opt_out", "contract"]
"""``opt_in``: a granted consent is needed. ``soft_opt_in``: or a purchase, unless the person said
no. ``opt_out``: anybody who has not said no. ``contract``: the message is part of a service."""

_EUROPE = [
    "AT",
    "BE",
    "BG",
    "CY",
    "CZ",
    "DE",
    "DK",
    "EE",
    "ES",
    "FI",
    "FR",
    "GB",
    "GR",
    "HR",
    "HU",
    "IE",
    "IS",
    "IT",
    "LI",
    "LT",
    "LU",
    "LV",
    "MT",
    "NL",
    "NO",
    "PL",
    "PT",
    "RO",
    "SE",
    "SI",
    "SK",
]

BASES: dict[str, frozenset[LegalBasis]] = {
    **dict.fromkeys(_EUROPE, frozenset({"opt_in", "soft_opt_in", "contract"})),  # ePrivacy 13(2), PECR 22(3)
    "US": frozenset({"opt_in", "soft_opt_in", "opt_out", "contract"}),  # CAN-SPAM
    "CN": frozenset({"opt_in", "contract"}),  # PIPL 14; MIIT Order 38 art. 13
}
"""Country → bases its law admits for e-mail. A country that is not listed admits the strictest."""

STRICTEST: frozenset[LegalBasis] = frozenset({"opt_in", "contract"})

STRICTER = {("US", "sms"): STRICTEST}
"""Country and channel where the law admits less than for e-mail: TCPA, 47 CFR 64.1200 asks for consent in writing."""


def check_basis(basis: LegalBasis, country: str, channel: str = "") -> LegalBasis:
    """``basis`` where the pack of ``country`` admits it on ``channel``; ``NotPermitted`` naming those that are otherwise.

    >>> check_basis("soft_opt_in", "CN")
    Traceback (most recent call last):
    coterie.errors.NotPermitted: the rules kept for CN do not admit the basis 'soft_opt_in'; use contract or opt_in
    """
    admitted = STRICTER.get((country, channel), BASES.get(country, STRICTEST))
    if basis not in admitted:
        known = joined(sorted(admitted), " or ")
        raise NotPermitted(
            sentence(
                "the rules kept for {country} do not admit the basis {basis!r}; use {known}",
                country=country,
                basis=basis,
                known=known,
            )
        )
    return basis


REASONS = {
    "suppressed": "the address or its person is on the suppression list",
    "consent_denied": "the person said no, or took the consent back",
    "consent_unread": "a statement about their consent could not be read and waits in the quarantine",
    "consent_unconfirmed": "the person has not confirmed the consent",
    "consent_expired": "the consent has run out",
    "no_consent": "there is no consent for this purpose on this channel",
    "no_address": "the person has no address on this channel",
    "bad_address": "the address cannot be one",
    "duplicate_address": "another profile with this address gets the message",
    "duplicate_person": "the same person gets the message, or has it, at another address",
    "frequency_cap": "the person was contacted often enough",
    "excluded": "the person is in a segment that is left out",
    "held_back": "it was due before this copy of the workspace was released, and may have left already",
    "cancelled": "the campaign was cancelled",
    "left_journey": "the person has left the journey",
    "no_coupon": "no code that is still good was left for them in a pool of coupons",
    "not_renderable": "the template cannot be filled in for this person",
    "malformed": "the finished message breaks the rules of its channel",
    "bounced": "the address takes no mail",
    "in_doubt": "it may have arrived, and goes again to those who know it by its number",
    "stopped": "the person has stopped such messages with those who carry them",
}
"""Reason code → English words, in the order in which reasons are looked for."""


def reason_in_words(code: str) -> Sentence:
    """The sentence for a reason code; a code from outside stands for itself.

    >>> reason_in_words("no_consent")
    'there is no consent for this purpose on this channel'
    """
    return Sentence(REASONS.get(code, code))
