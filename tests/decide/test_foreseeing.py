"""What a launched campaign would do now is what it then does."""

from __future__ import annotations

from datetime import timedelta

import pytest

from coterie.decide import admit, foresee, hold_sending
from coterie.domain import Origin, Outcome
from coterie.errors import NotReady
from coterie.protect import suppress
from tests.decide.conftest import KEY, NOW, campaign


def test_what_is_foreseen_is_what_then_happens(shop):
    queued = shop.launch(campaign(holdout=0)).queued
    suppress(shop.ledger, KEY, "email", ["p4@example.com"], reason="bounced", source="x", now=NOW)
    shop.say(("p8@example.com", "withdrawn"), at=NOW)
    foreseen = foresee(shop.ledger, KEY, "spring", now=NOW)
    assert (foreseen.contacts, dict(foreseen.refused)) == (queued - 2, {"suppressed": 1, "consent_denied": 1})
    assert foresee(shop.ledger, KEY, "spring", now=NOW) == foreseen  # asking changed nothing
    batch = admit(shop.ledger, KEY, Origin("campaign", "spring"), now=NOW, limit=1000)
    assert (len(batch.messages), dict(batch.refused)) == (foreseen.contacts, dict(foreseen.refused))


def test_what_was_sent_and_what_waits_are_told_apart(shop):
    queued = shop.launch(campaign(holdout=0)).queued
    later = NOW + timedelta(hours=1)
    sent, deferred, _ = admit(shop.ledger, KEY, Origin("campaign", "spring"), now=NOW, limit=3).messages
    with shop.ledger.transaction() as t:
        told = [Outcome(sent.message_id, "sent", NOW), Outcome(deferred.message_id, "deferred", NOW, retry_at=later)]
        t.outbox.record_outcomes(told)
    foreseen = foresee(shop.ledger, KEY, "spring", now=NOW)
    assert (foreseen.settled["sent"], foreseen.settled["unknown"], foreseen.contacts) == (1, 1, queued - 3)
    assert (foreseen.later, foreseen.next_at) == (1, later)


@pytest.mark.parametrize("why", ["held", "quiet"])
def test_nothing_would_leave_while_it_may_not(shop, why):
    quiet = {"quiet_hours": {"start": "11:00", "end": "14:00"}} if why == "quiet" else {}
    queued = shop.launch(campaign(holdout=0, **quiet)).queued
    if why == "held":
        hold_sending(shop.ledger, "a wrong price", actor="ann", now=NOW)
    foreseen = foresee(shop.ledger, KEY, "spring", now=NOW)
    assert (foreseen.contacts, foreseen.later) == (0, queued)
    words = " ".join(foreseen.sentences())
    assert ("Sending is held: a wrong price. Nothing would leave." if why == "held" else "14:00 (UTC)") in words


def test_a_campaign_never_launched_cannot_be_foreseen(shop):
    with pytest.raises(NotReady):
        foresee(shop.ledger, KEY, "spring", now=NOW)
