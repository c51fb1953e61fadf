from __future__ import annotations

import hashlib
import sqlite3
from contextlib import closing
from datetime import datetime

import pyarrow as pa
import pytest

from coterie.errors import NotPermitted, Refused
from coterie.protect import (
    REASONS,
    WorkspaceKey,
    check_basis,
    lift_suppression,
    reason_in_words,
    record_consents,
    suppress,
)
from coterie.store import open_ledger

NOW = datetime(2026, 3, 10, 12)
KEY = WorkspaceKey(b"k" * 32)


def consents(**changes: object) -> pa.Table:
    row = {"namespace": "email", "value": "ann@example.com", "state": "granted", "occurred_at": NOW}
    return pa.Table.from_pylist([row | changes])


def test_a_consent_keeps_its_proof():
    ledger = open_ledger(None)
    proof = {"source": "checkout", "text_version": "3", "text": "Yes, send me news.", "actor": "ann"}
    record_consents(ledger, consents(**proof), now=NOW)
    with ledger.reading() as t:
        (row,) = t.consents.of(["email:ann@example.com"]).to_pylist()
    assert row["text_hash"] == hashlib.sha256(b"Yes, send me news.").hexdigest()
    kept = {name: row[name] for name in ("source", "text_version", "actor", "purpose", "channel", "recorded_at")}
    assert kept == {
        "source": "checkout",
        "text_version": "3",
        "actor": "ann",
        "purpose": "marketing",
        "channel": "email",
        "recorded_at": NOW,
    }


def test_a_number_is_dialled_in_the_country_that_is_told():
    ledger = open_ledger(None)
    for country in ("ES", ""):
        record_consents(ledger, consents(namespace="phone", value="600 111 221"), now=NOW, country=country)
    with ledger.reading() as t:
        assert t.consents.of(["phone:+34600111221", "phone:600111221"]).num_rows == 2
        assert t.consents.of(["phone:+34600111221"]).num_rows == 1


def test_what_a_source_said_is_said_once_and_what_differs_is_another_word():
    ledger = open_ledger(None)
    said = {"source": "checkout", "text": "Yes, send me news.", "purpose": "marketing", "channel": "email"}

    def told(**changes: object) -> int:
        return record_consents(ledger, consents(**said | changes), now=NOW, once=True)

    assert (told(), told()) == (1, 0)
    others = {
        "source": "crm",
        "text": "Yes.",
        "purpose": "surveys",
        "channel": "sms",
        "state": "withdrawn",
        "value": "b@x.de",
    }
    assert [told(**{name: value}) for name, value in others.items()] == [1] * len(others)


@pytest.mark.parametrize(
    ("rows", "words"),
    [
        pytest.param(consents(state="maybe"), "row 1: state is 'maybe'", id="an-unknown-state"),
        pytest.param(consents(value=None), "row 1: value is None", id="nobody"),
        pytest.param(consents().drop_columns(["state"]), "missing: state", id="a-missing-column"),
    ],
)
def test_consents_that_cannot_be_are_refused_whole(rows, words):
    ledger = open_ledger(None)
    both = pa.concat_tables([rows, rows])
    with pytest.raises(Refused, match=words):
        record_consents(ledger, both, now=NOW)
    with ledger.reading() as t:
        assert t.consents.of(["email:ann@example.com"]).num_rows == 0


@pytest.mark.parametrize(
    "change",
    [
        pytest.param("UPDATE consents SET state = 'granted' WHERE state = 'withdrawn'", id="a-no-turned-into-a-yes"),
        pytest.param(
            "UPDATE consents SET effective_at = '2030-01-01 00:00:00.000000' WHERE consent_id = 1", id="moved"
        ),
        pytest.param("DELETE FROM consents WHERE consent_id = 3", id="removed"),
        pytest.param("UPDATE consents SET text_hash = 'x' WHERE consent_id = 2", id="another-text"),
    ],
)
def test_a_consent_changed_behind_our_back_is_found(tmp_path, change):
    file = tmp_path / "ledger.sqlite"
    ledger = open_ledger(file)
    record_consents(ledger, pa.concat_tables([consents(), consents(value="bob@example.com")]), now=NOW)
    record_consents(ledger, consents(state="withdrawn"), now=NOW)
    assert ledger.breaches() == []
    with closing(sqlite3.connect(file, isolation_level=None)) as intruder:
        assert intruder.execute(change).rowcount == 1
    assert {breach.table for breach in ledger.breaches()} == {"consents"}
    ledger.close()


def test_suppressions_hold_no_address(tmp_path):
    file = tmp_path / "ledger.sqlite"
    ledger = open_ledger(file)
    suppress(ledger, KEY, "email", ["secret.person@example.com"], reason="erased", source="request", now=NOW)
    ledger.close()
    kept = b"".join(part.read_bytes() for part in tmp_path.iterdir())
    assert b"secret.person" not in kept


@pytest.mark.parametrize(
    ("reason", "actor", "words"),
    [
        pytest.param(" ", "mia", "needs a reason", id="no-reason"),
        pytest.param("asked", "", "needs a reason", id="no-name"),
        pytest.param("asked", "mia", "is not suppressed", id="nothing-to-lift"),
    ],
)
def test_a_suppression_is_not_lifted_in_passing(reason, actor, words):
    with pytest.raises(Refused, match=words):
        lift_suppression(open_ledger(None), KEY, "email", "ann@example.com", reason=reason, actor=actor, now=NOW)


@pytest.mark.parametrize(
    ("basis", "country", "admitted"),
    [
        pytest.param("opt_in", "CN", True, id="opt-in-everywhere"),
        pytest.param("opt_out", "US", True, id="opt-out-in-the-united-states"),
        pytest.param("opt_out", "DE", False, id="not-in-germany"),
        pytest.param("soft_opt_in", "GB", True, id="soft-opt-in-in-britain"),
        pytest.param("soft_opt_in", "BR", False, id="an-unlisted-country-is-strict"),
    ],
)
def test_the_country_limits_the_legal_basis(basis, country, admitted):
    if admitted:
        assert check_basis(basis, country) == basis
    else:
        with pytest.raises(NotPermitted):
            check_basis(basis, country)


def test_every_reason_has_words_in_both_languages():
    assert [code for code in REASONS if reason_in_words(code).told("zh") == reason_in_words(code)] == []
    assert reason_in_words("their own reason") == "their own reason"
