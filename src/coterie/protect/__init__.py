"""What we may do with whom: consent, suppression, the audit log and the workspace's key."""

from __future__ import annotations

from coterie.protect.consent import CONSENT_STATES, hold_unread, record_consents
from coterie.protect.key_ring import KeyRing
from coterie.protect.keys import (
    CHANNEL_NAMESPACES,
    KEY_FILE,
    WorkspaceKey,
    address_key,
    address_keys,
    are_addresses,
    find_key,
    namespace_of,
    read_or_make_key,
)
from coterie.protect.legal import BASES, REASONS, LegalBasis, check_basis, reason_in_words
from coterie.protect.permission import permissions
from coterie.protect.preferences import unsubscribe
from coterie.protect.respelling import respell_consents
from coterie.protect.suppression import PERSON_WIDE, lift_suppression, suppress, suppress_keys

__all__ = [
    "BASES",
    "CHANNEL_NAMESPACES",
    "CONSENT_STATES",
    "KEY_FILE",
    "PERSON_WIDE",
    "REASONS",
    "KeyRing",
    "LegalBasis",
    "WorkspaceKey",
    "address_key",
    "address_keys",
    "are_addresses",
    "check_basis",
    "find_key",
    "hold_unread",
    "lift_suppression",
    "namespace_of",
    "permissions",
    "read_or_make_key",
    "reason_in_words",
    "record_consents",
    "respell_consents",
    "suppress",
    "suppress_keys",
    "unsubscribe",
]
