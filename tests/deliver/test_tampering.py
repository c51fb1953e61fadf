"""What another hand did to whom may be written to is found before anything leaves."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from datetime import timedelta
from pathlib import Path

import pyarrow as pa
import pytest
from tests.deliver.outbox import KEY, Audience, composer, launch

from coterie.decide import admit
from coterie.deliver import CHANNELS, PROVIDERS, send_outbox
from coterie.domain import Origin, utc_now
from coterie.errors import Damaged, ProviderUnavailable
from coterie.protect import lift_suppression, record_consents, suppress
from coterie.settings import SmtpSettings

NOBODY_LISTENS = 9
SPRING = Origin("campaign", "spring")
FORGED = "INSERT INTO consents SELECT 99, 'email:dan@b.example', {rest} FROM consents WHERE consent_id = 1"
LIFTED = (
    "INSERT INTO suppressions SELECT 99, address_key, channel, 1, {rest} FROM suppressions WHERE suppression_id = 1"
)


@pytest.fixture
def audience(tmp_path: Path) -> Audience:
    """Ann may be written to; bob said no, cem is blocked, dan waits to be understood, eve was blocked and freed."""
    names = [f"{name}@b.example" for name in ("ann", "bob", "cem", "dan", "eve")]
    found = launch(tmp_path / "ledger.sqlite", names)
    now = utc_now()
    no = {"namespace": "email", "value": names[1], "state": "withdrawn", "occurred_at": now + timedelta(seconds=1)}
    record_consents(found.ledger, pa.Table.from_pylist([no]), now=now)
    suppress(found.ledger, KEY, "email", [names[2], names[4]], reason="objected", source="letter", now=now)
    lift_suppression(found.ledger, KEY, "email", names[4], reason="asked", actor="ann", now=now)
    with found.ledger.transaction() as t:
        t.unread.replace([f"email:{names[3]}"])
        t.facts.put("cancelled:other", "yes")
    return found


def tamper(audience: Audience, statement: str) -> None:
    assert audience.ledger.file is not None
    with closing(sqlite3.connect(audience.ledger.file, isolation_level=None)) as intruder:
        table = "consents" if statement.startswith("INSERT INTO consents") else "suppressions"
        columns = [row[1] for row in intruder.execute(f"PRAGMA table_info({table})")]
        rest = ", ".join(columns[2 if table == "consents" else 4 :])
        assert intruder.execute(statement.format(rest=rest)).rowcount >= 1


def send(audience: Audience) -> None:
    channel, provider = CHANNELS["email"], PROVIDERS["smtp"]
    send_outbox(
        audience.ledger,
        KEY,
        [SPRING],
        channel=channel(channel.Settings(sender="Shop <news@shop.example>")),  # type: ignore[call-arg]
        provider=provider(SmtpSettings(port=NOBODY_LISTENS)),  # type: ignore[call-arg]
        renderer=composer(),
    )


TAMPERINGS = {
    "a yes put in": FORGED,
    "a no made a yes": "UPDATE consents SET state = 'granted' WHERE state = 'withdrawn'",
    "a no taken away": "DELETE FROM consents WHERE state = 'withdrawn'",
    "a no of somebody else": "UPDATE consents SET identity = 'email:zoe@b.example' WHERE state = 'withdrawn'",
    "a no to something else": "UPDATE consents SET purpose = 'surveys' WHERE state = 'withdrawn'",
    "a no by another channel": "UPDATE consents SET channel = 'sms' WHERE state = 'withdrawn'",
    "a no of long ago": "UPDATE consents SET effective_at = '1990-01-01 00:00:00.000000' WHERE state = 'withdrawn'",
    "a yes that never ends": "UPDATE consents SET expires_at = '2990-01-01 00:00:00.000000' WHERE consent_id = 1",
    "two seals changed": "UPDATE consents SET seal = (SELECT seal FROM consents AS o WHERE o.consent_id = 3 - consents.consent_id) WHERE consent_id < 3",
    "all consents taken away": "DELETE FROM consents",
    "a block taken away": "DELETE FROM suppressions WHERE suppression_id = 1",
    "a block lifted": LIFTED,
    "a block made a lifted one": "UPDATE suppressions SET is_lifted = 1 WHERE suppression_id = 1",
    "a block of somebody else": "UPDATE suppressions SET address_key = 'x' WHERE suppression_id = 1",
    "a block for less": "UPDATE suppressions SET reason = 'bounced' WHERE suppression_id = 1",
    "a doubt taken away": "DELETE FROM unread_consents",
    "a cancelling taken away": "DELETE FROM ledger_facts WHERE name LIKE 'cancelled%'",
    "a campaign on other grounds": "UPDATE launches SET body = replace(body, 'opt_in', 'opt_out')",
    "another head": "UPDATE ledger_facts SET value = replace(value, 'tick', 'tock') WHERE name = 'head'",
    "a head taken away": "DELETE FROM ledger_facts WHERE name = 'head'",
}


@pytest.mark.parametrize("how", TAMPERINGS)
def test_nothing_is_sent_from_a_ledger_that_another_hand_changed(audience: Audience, how: str) -> None:
    with pytest.raises(ProviderUnavailable):  # it would go, if a server were there
        send(audience)
    tamper(audience, TAMPERINGS[how])
    with pytest.raises(Damaged, match="another hand"):
        send(audience)


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE consents SET state = 'granted' WHERE state = 'withdrawn'",
        "UPDATE suppressions SET is_lifted = 1 WHERE suppression_id <= 2",
        LIFTED,
        FORGED.replace("dan@", "ann@"),
    ],
)
def test_a_row_changed_while_a_send_runs_admits_nobody(audience: Audience, statement: str) -> None:
    tamper(audience, statement)
    with pytest.raises(Damaged, match="changed by another hand"):
        admit(audience.ledger, KEY, SPRING, now=utc_now() + timedelta(minutes=1))


def test_who_is_as_written_is_admitted(audience: Audience) -> None:
    admission = admit(audience.ledger, KEY, SPRING, now=utc_now() + timedelta(minutes=1))
    assert {message.address for message in admission.messages} == {"ann@b.example", "eve@b.example"}
    assert admission.refused == {"consent_denied": 1, "suppressed": 1, "consent_unread": 1}
