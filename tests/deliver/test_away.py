"""The ledger's server goes away in the middle of a send."""

from __future__ import annotations

import pytest
from tests.deliver.faulty import FaultySmtp, running
from tests.deliver.outbox import launch, people
from tests.deliver.test_sending import Watching, _send
from tests.store.server import running_server

from coterie.errors import Transient


def test_what_was_answered_while_the_ledger_was_away_is_told_when_it_is_back() -> None:
    with running_server() as ledgers, running(FaultySmtp()) as smtp:
        audience = launch(ledgers.make("shop"), people(60))

        def restart() -> None:
            ledgers.end_at_once()
            ledgers.start_again()

        with pytest.raises(Transient, match="could not be reached; what was saved before stays"):
            _send(audience, smtp, connections=4, progress=Watching(20, restart))
        arrived = len(smtp.accepted)
        assert 20 <= arrived < 60
        assert audience.states() == {"sent": arrived, "queued": 60 - arrived}
        rest = _send(audience, smtp, connections=4)
        assert (rest.sent, rest.sent_before, rest.found_unknown) == (60 - arrived, arrived, 0)
        assert len({name for name, _ in smtp.accepted}) == len(smtp.accepted) == 60
        audience.ledger.close()
