"""A server that goes away and comes back, and a disk that is full: said in a sentence, and nothing is half-done."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from coterie.errors import Transient
from coterie.store import Ledger, open_ledger
from tests.store.server import Server, running_server


@pytest.fixture(scope="module")
def own_server():
    with running_server() as started:
        yield started


def repaint(ledger: Ledger, meanwhile: Callable[[], None]) -> None:
    with ledger.transaction() as t:
        t.facts.put("colour", "red")
        meanwhile()


@pytest.mark.parametrize("end", [Server.kill, Server.end_at_once])
def test_a_server_that_goes_away_is_said_and_the_ledger_goes_on_when_it_is_back(own_server, end):
    ledger = open_ledger(own_server.make("shop"))
    with ledger.transaction() as t:
        t.facts.put("colour", "green")
    with pytest.raises(Transient, match="could not be reached; what was saved before stays"):
        repaint(ledger, lambda: end(own_server))
    with pytest.raises(Transient, match="could not be reached"), ledger.reading():
        pass
    own_server.start_again()
    with ledger.transaction() as t:
        assert t.facts.get("colour") == "green"
        t.facts.put("colour", "blue")
    ledger.close()


def test_a_turn_to_send_that_broke_with_the_server_can_be_taken_again(own_server):
    ledger = open_ledger(own_server.make("shop"))
    with ledger.sending("email"):
        own_server.kill()
        own_server.start_again()
    with ledger.sending("email"):
        pass
    ledger.close()


def test_a_server_that_only_reads_is_said(own_server):
    url = own_server.make("shop")
    open_ledger(url).close()
    own_server.execute("ALTER DATABASE shop SET default_transaction_read_only = on")
    ledger = open_ledger(url)
    with pytest.raises(Transient, match="may not be written to"), ledger.transaction() as t:
        t.facts.put("colour", "red")
    ledger.close()
