"""What earlier versions wrote down of phone numbers still holds."""

from __future__ import annotations

from datetime import datetime

import pyarrow as pa
import pytest

from coterie.identifiers import identity_of
from coterie.protect import WorkspaceKey, address_key, address_keys, permissions, record_consents
from coterie.protect.suppression import suppress_keys
from coterie.store import open_ledger

KEY = WorkspaceKey(b"k" * 32)
NOW = datetime(2026, 11, 28)
FORMER = ["600111221", "+34600111221", "34600111221", "0034600111221"]


def asked(ledger, channel):
    identities = ["email:ann@x.org", identity_of("phone", "600 111 221", "ES")]
    people = pa.table({"address_key": [address_key(KEY, "email", "ann@x.org")], "identities": [identities]})
    with ledger.reading() as t:
        found = permissions(t, KEY, people, purpose="marketing", channel=channel, basis="opt_out", now=NOW)
    return found[0].as_py()


@pytest.mark.parametrize("spelling", FORMER)
def test_a_no_by_a_former_spelling_holds(spelling):
    ledger = open_ledger(None)
    row = {"namespace": ["phone"], "value": [spelling], "state": ["denied"], "channel": ["email"], "occurred_at": [NOW]}
    record_consents(ledger, pa.table(row), now=NOW)  # without a country, as earlier versions did
    assert asked(ledger, "email") == "consent_denied"


@pytest.mark.parametrize("spelling", FORMER)
def test_a_block_by_a_former_spelling_holds(spelling):
    ledger = open_ledger(None)
    assert asked(ledger, "sms") is None
    keys = address_keys(KEY, pa.array([f"phone:{spelling}"])).to_pylist()
    with ledger.transaction() as t:
        suppress_keys(t, "sms", keys, reason="objected", source="earlier", now=NOW)
    assert asked(ledger, "sms") == "suppressed"
