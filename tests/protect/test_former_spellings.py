"""What earlier versions wrote down of telephone numbers and addresses still holds."""

from __future__ import annotations

from datetime import datetime, timedelta

import pyarrow as pa
import pytest

from coterie.identifiers import identity_of
from coterie.protect import (
    WorkspaceKey,
    address_key,
    address_keys,
    permissions,
    record_consents,
    respell_consents,
    suppress,
)
from coterie.protect.consent import add_consents
from coterie.protect.suppression import suppress_keys
from coterie.store import open_ledger

KEY = WorkspaceKey(b"k" * 32)
NOW = datetime(2026, 11, 28)
FORMER = ["600111221", "0600111221", "+34600111221", "34600111221", "0034600111221"]


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


EARLIER = ["Ann <ann@x.org>", "mailto:ann@x.org", "ANN@x.org", "ann@x.org\u200b", "[ann@x.org]", "Ann (ann@x.org)"]


@pytest.mark.parametrize("spelling", EARLIER)
def test_an_address_in_a_spelling_of_earlier_is_said_again_once_as_it_is_spelt_now(spelling):
    ledger = open_ledger(None)
    with ledger.transaction() as t:
        add_consents(t, _said("email", ["ann@x.org", "c7"], "granted", NOW - timedelta(days=9)), now=NOW)
        rows = t.consents.between(1, 1).drop_columns(["consent_id", "seal"])
        old = {"identity": f"email:{spelling}", "state": "denied", "effective_at": NOW - timedelta(days=1)}
        for name, value in old.items():
            column = pa.array([value], rows.schema.field(name).type)
            rows = rows.set_column(rows.column_names.index(name), name, column)
        t.consents.add(rows)
        # The same word of before that yes is no reason to leave out the later one.
        add_consents(t, _said("email", ["ann@x.org"], "denied", NOW - timedelta(days=12)), now=NOW)
    assert asked(ledger, "email") is None
    assert respell_consents(ledger, now=NOW, country="ES") == 1
    assert asked(ledger, "email") == "consent_denied"
    assert respell_consents(ledger, now=NOW, country="ES") == 0
    assert respell_consents(ledger, now=NOW, country="DE") == 0  # by other rules, what was said again is not said anew


def _said(namespace, values, state, at):
    count = len(values)
    return pa.table(
        {
            "namespace": [namespace] * count,
            "value": values,
            "state": [state] * count,
            "occurred_at": pa.array([at] * count, pa.timestamp("us")),
        }
    )


@pytest.mark.parametrize("reason", ["bounced", "objected"])
@pytest.mark.parametrize("spelling", FORMER)
def test_a_block_of_the_address_itself_by_a_former_spelling_holds(spelling, reason):
    """What blocks one address alone, such as a bounce, holds as well."""
    ledger = open_ledger(None)
    keys = address_keys(KEY, pa.array([f"phone:{spelling}"])).to_pylist()
    with ledger.transaction() as t:
        suppress_keys(t, "sms", keys, reason=reason, source="earlier", now=NOW)
    phone = identity_of("phone", "600 111 221", "ES")
    for key in (address_key(KEY, "sms", "600 111 221", "ES"), address_key(KEY, "sms", "+34600999999")):
        people = pa.table({"address_key": [key], "identities": [["email:ann@x.org", phone, "phone:+34600999999"]]})
        with ledger.reading() as t:
            found = permissions(t, KEY, people, purpose="marketing", channel="sms", basis="opt_out", now=NOW)
        is_own = key == address_key(KEY, "sms", "600 111 221", "ES")
        assert found[0].as_py() == ("suppressed" if is_own or reason == "objected" else None)


@pytest.mark.parametrize("spelling", FORMER)
def test_a_block_by_a_former_spelling_holds(spelling):
    ledger = open_ledger(None)
    assert asked(ledger, "sms") is None
    keys = address_keys(KEY, pa.array([f"phone:{spelling}"])).to_pylist()
    with ledger.transaction() as t:
        suppress_keys(t, "sms", keys, reason="objected", source="earlier", now=NOW)
    assert asked(ledger, "sms") == "suppressed"


def test_a_block_of_a_number_is_of_the_country_in_which_it_is_dialled():
    ledger = open_ledger(None)
    said = {"reason": "objected", "source": "a call", "now": NOW}
    suppress(ledger, KEY, "sms", ["600 111 221"], country="FR", **said)
    assert asked(ledger, "sms") is None
    suppress(ledger, KEY, "sms", ["600 111 221"], country="ES", **said)
    assert asked(ledger, "sms") == "suppressed"


def test_a_no_by_a_german_number_that_was_taken_for_one_at_home_holds():
    ledger = open_ledger(None)
    row = {
        "namespace": ["phone"],
        "value": ["+49491711234567"],
        "state": ["denied"],
        "channel": ["email"],
        "occurred_at": [NOW],
    }
    record_consents(ledger, pa.table(row), now=NOW)
    identities = [
        ["email:bo@x.org", identity_of("phone", "600111221", "ES")],
        ["email:ann@x.org", identity_of("phone", "491711234567", "DE")],
    ]
    own = [address_key(KEY, "email", address) for address in ("bo@x.org", "ann@x.org")]
    people = pa.table({"address_key": own, "identities": identities})
    with ledger.reading() as t:
        found = permissions(t, KEY, people, purpose="marketing", channel="email", basis="opt_out", now=NOW)
    assert found.to_pylist() == [None, "consent_denied"]
