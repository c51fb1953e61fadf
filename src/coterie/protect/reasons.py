"""Why a message does not leave: every code, with its words for a person."""

from __future__ import annotations

from coterie.words import Sentence

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
    "not_renderable": "the template cannot be filled in for this person",
    "malformed": "the finished message breaks the rules of e-mail",
    "bounced": "the address takes no mail",
}
"""Reason code → English words, in the order in which reasons are looked for."""


def reason_in_words(code: str) -> Sentence:
    """The sentence for a reason code; a code from outside stands for itself.

    >>> reason_in_words("no_consent")
    'there is no consent for this purpose on this channel'
    """
    return Sentence(REASONS.get(code, code))
