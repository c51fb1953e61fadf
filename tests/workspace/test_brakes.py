"""What stops messages works by link, by hand, and beside a workspace that is open elsewhere."""

from __future__ import annotations

from pathlib import Path

import pytest

import coterie
from coterie.compose import UnsubscribeClaim, sign_unsubscribe, unsubscribe_url
from coterie.decide import launch_campaign, plan_campaign
from coterie.domain import Origin
from coterie.errors import NotPermitted, NotReady, Refused
from coterie.protect import WorkspaceKey
from coterie.workspace import open_brakes
from coterie.workspace.fence import open_keyed_ledger
from coterie.workspace.finding import STATE
from tests.workspace.shop import NOW


def _launch(shop: coterie.Workspace) -> dict[str, object]:
    """The campaign is launched, as a send does first; a message of it."""
    stand = shop.campaigns._stand
    plan = plan_campaign(
        stand.engine, stand.ledger, shop.campaigns.definition("spring"), stand.settings, stand.as_of, key=stand.key
    )
    launch_campaign(stand.ledger, stand.key, plan, now=NOW, actor="test")
    with stand.ledger.reading() as t:
        return dict(t.outbox.messages(Origin("campaign", "spring")).to_pylist()[0])


def _link(message: dict[str, object], key: WorkspaceKey) -> str:
    claim = UnsubscribeClaim(str(message["message_id"]), int(str(message["profile_id"])), "spring")
    return unsubscribe_url("https://shop.example", sign_unsubscribe(claim, key.derive("unsubscribe")))


def test_a_link_unsubscribes_while_the_workspace_is_open(shop: coterie.Workspace) -> None:
    message = _launch(shop)
    queued = shop.campaigns.send("spring", dry_run=True)
    with open_brakes(shop.folder) as brakes:
        link = _link(message, brakes.key)
        for given in (link, link.rpartition("/")[2]):
            assert brakes.unsubscribe(given).unsubscribed is True
    left = shop.campaigns.send("spring", dry_run=True)
    assert (left.contacts, left.refused) == (queued.contacts - 1, {"suppressed": 1})


@pytest.mark.parametrize(
    ("spoil", "error"),
    [
        pytest.param(lambda m, k: _link(m, k)[:-1] + "A", NotPermitted, id="altered"),
        pytest.param(lambda m, _: _link(m, WorkspaceKey(b"x" * 32)), NotPermitted, id="made-elsewhere"),
        pytest.param(lambda _, k: _link({"message_id": "preview", "profile_id": 1}, k), NotReady, id="of-a-preview"),
        pytest.param(lambda m, _: str(m["message_id"]), NotPermitted, id="a-guessed-number"),
    ],
)
def test_a_link_that_is_none_unsubscribes_nobody(
    shop: coterie.Workspace, spoil: object, error: type[Exception]
) -> None:
    message = _launch(shop)
    before = shop.campaigns.send("spring", dry_run=True)
    with pytest.raises(error):
        shop.brakes.unsubscribe(spoil(message, shop.brakes.key))  # type: ignore[operator]
    assert shop.campaigns.send("spring", dry_run=True) == before


def test_a_hold_from_outside_stops_and_a_release_lets_go(shop: coterie.Workspace) -> None:
    _launch(shop)
    with open_brakes(shop.folder) as brakes:
        brakes.hold("wrong price", actor="ann")
    assert shop.status().sending_held == "wrong price"
    assert shop.campaigns.send("spring", dry_run=True).contacts == 0
    assert shop.brakes.release(actor="ann") == "wrong price"
    assert shop.brakes.release(actor="ann") is None


def test_an_address_is_blocked_and_let_go_by_hand(shop: coterie.Workspace) -> None:
    message = _launch(shop)
    shop.brakes.suppress(str(message["address"]).upper(), actor="ann")
    assert shop.campaigns.send("spring", dry_run=True).refused == {"suppressed": 1}
    shop.brakes.lift(str(message["address"]), reason="a letter", actor="ann")
    assert shop.campaigns.send("spring", dry_run=True).refused == {}
    for address, reason in (("no address", "objected"), ("a@b.example", "mood")):
        with pytest.raises(Refused):
            shop.brakes.suppress(address, reason=reason, actor="ann")


def test_a_folder_without_a_ledger_says_so(tmp_path: Path) -> None:
    with pytest.raises(NotReady, match="no ledger yet"), open_brakes(coterie.init(tmp_path / "new")):
        pass


def test_a_ledger_that_nobody_used_yet_has_no_brakes_and_is_not_fenced_by_asking(tmp_path):
    """As one on a server, whose tables are made by whoever comes first."""
    folder = coterie.init(tmp_path / "shop")
    open_keyed_ledger(folder / STATE / "ledger.sqlite", folder / STATE).close()
    with pytest.raises(NotReady, match="no ledger yet"), open_brakes(folder):
        pass
    with coterie.open(folder) as ws:
        assert ws._stand.ledger.fenced is None
    with open_brakes(folder) as brakes:
        brakes.hold("wrong price", actor="ann")
