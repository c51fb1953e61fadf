"""Opens and clicks become events of people, what programs fetch of nobody's merit, and of who refuses or is erased nothing is written."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, timedelta
from pathlib import Path

import msgspec
import pytest

import coterie
from coterie.compose.tracked_links import CLICK_PATH, OPEN_PATH, TrackedLink, read_tracked
from coterie.deliver.machines import LinkFetch
from coterie.store import Request, open_journal
from coterie.workspace.engagement_keeper import EngagementKeeper, FetchKept
from coterie.workspace.finding import FETCHES, STATE
from tests.workspace.measured_shop import AGREES, REFUSES, measured_shop
from tests.workspace.shop import NOW

Links = dict[str, list[str]]
CHROME = "Mozilla/5.0 (Windows NT 10.0; Win64; x64) Chrome/131.0 Safari/537.36"
NOON = timedelta(0)


class Shop:
    """The shop, open, with a clock that can be set and a keeper that is turned by hand."""

    def __init__(self, folder: Path, links: Links) -> None:
        self.links, self.now = links, NOW + timedelta(hours=1)
        self.ws = coterie.open(folder, clock=lambda: self.now)
        self.keeper = EngagementKeeper(self.ws)

    def tracked(self, address: str) -> list[TrackedLink]:
        """The links of the e-mail to somebody that are led over us, the picture last."""
        return [
            read_tracked(each.rpartition("/")[2], self.keeper.key)
            for each in self.links[address]
            if CLICK_PATH in each or OPEN_PATH in each
        ]

    def fetch(self, *links: TrackedLink, at: datetime | None = None, agent: str = CHROME) -> None:
        """As the server keeps what was fetched."""
        kept = [FetchKept(each.message_id, each.number, each.target, agent, False, False) for each in links]
        at = at or self.now
        self.keeper._journal.append([Request(at, "", "link", 1, msgspec.json.encode(each)) for each in kept], trim_to=0)

    def events(self, address: str) -> list[tuple[str, object]]:
        """Name, and link or the machine's reason, of what is written of somebody."""
        sql = (
            "SELECT e.name, coalesce(variant_extract(properties, 'machine')::VARCHAR, variant_extract(properties, 'link')::VARCHAR) AS what "
            "FROM events AS e JOIN profiles AS p USING (profile_id) WHERE e.name IN ('Message Opened', 'Message Clicked', 'Message Scanned') "
            "AND p.email = $email ORDER BY e.occurred_at, e.name, what"
        )
        return [(row["name"], row["what"]) for row in self.ws.query(sql, email=address).rows()]


@pytest.fixture(scope="module")
def shop(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Shop]:
    opened = Shop(*measured_shop(tmp_path_factory.mktemp("measured")))
    yield opened
    opened.ws.close()


def test_what_people_do_is_theirs_and_is_written_once(shop: Shop) -> None:
    *clicks, picture = shop.tracked("c1@shop.example")
    assert [each.target for each in clicks] == [
        "https://tea.example/new?a=1",
        "https://tea.example/two",
        "https://tea.example/three",
    ]
    shop.fetch(picture)
    shop.fetch(clicks[1], at=shop.now + timedelta(seconds=30))
    shop.now += timedelta(minutes=1)
    assert shop.keeper.turn(NOON) == 2
    assert shop.events("c1@shop.example") == [("Message Opened", None), ("Message Clicked", "2")]
    with shop.ws._stand.engine.transaction():
        from coterie.engines import keep_fact

        keep_fact(shop.ws._stand.engine, "fetches_read_to", f"{shop.keeper._journal.identity} 0")  # as after a kill
    assert shop.keeper.turn(NOON) == 2
    assert len(shop.events("c1@shop.example")) == 2
    assert shop.keeper.turn(NOON) == 0


def test_programs_are_written_down_and_count_for_nothing(shop: Shop) -> None:
    *clicks, picture = shop.tracked("c2@shop.example")
    shop.fetch(picture, *clicks, at=shop.now)
    shop.fetch(picture, at=shop.now + timedelta(seconds=60), agent="Mozilla/5.0")
    shop.fetch(clicks[0], at=shop.now + timedelta(seconds=90), agent="Barracuda")
    shop.now += timedelta(minutes=2)
    shop.keeper.turn(NOON)
    found = shop.events("c2@shop.example")
    assert [each for each in found if each[0] == "Message Clicked"] == []
    assert sorted(str(why) for name, why in found if name == "Message Scanned") == [
        "known_program", "many_links", "many_links", "many_links", "privacy_proxy",
    ]  # fmt: skip
    told = shop.ws.campaigns.results("spring")
    [row] = told.engagement.rows()
    assert (row["opened"], row["clicked"], row["clicks"], row["scanned"], row["fetches"]) == (2, 1, 1, 1, 5)
    assert row["sent"] == len(shop.links)
    assert any("that counts for nothing" in each for each in told.sentences)
    assert any("不计入结果" in each for each in shop.ws.campaigns.results("spring", lang="zh").sentences)


def test_who_refused_is_not_measured_before_or_after(shop: Shop) -> None:
    assert shop.tracked(REFUSES) == []
    address = "c3@shop.example"
    *clicks, picture = shop.tracked(address)
    way_out = next(each for each in shop.links[address] if "/preferences/" in each)
    shown = shop.ws.preferences.show(way_out)
    assert {row["choice"]: row["state"] for row in shown.choices.rows()}["email/tracking"] == "unsaid"
    shop.ws.preferences.choose(way_out, {"email/tracking": False})
    shop.fetch(picture, clicks[0])
    shop.now += timedelta(minutes=1)
    shop.keeper.turn(NOON)
    assert shop.events(address) == []
    states = {row["choice"]: row["state"] for row in shop.ws.preferences.show(way_out).choices.rows()}
    assert states["email/marketing"] == "yes", "who will not be measured is still written to"


def test_who_is_erased_is_measured_no_more_and_what_was_is_gone(shop: Shop) -> None:
    address = "c4@shop.example"
    *clicks, _picture = shop.tracked(address)
    shop.fetch(clicks[0])
    shop.now += timedelta(minutes=1)
    shop.keeper.turn(NOON)
    assert shop.events(address) == [("Message Clicked", "1")]
    shop.ws.profiles.erase(f"email:{address}")
    shop.fetch(clicks[1])
    shop.now += timedelta(minutes=1)
    shop.keeper.turn(NOON)
    left = shop.ws.query(
        "SELECT count(*) AS n FROM events WHERE variant_extract(properties, 'message_id')::VARCHAR = $id",
        id=clicks[0].message_id,
    )
    assert left["n"] == [0]


def test_what_came_together_is_judged_together(shop: Shop) -> None:
    *clicks, _picture = shop.tracked("c5@shop.example")
    for n, each in enumerate(clicks):
        shop.fetch(each, at=shop.now + timedelta(milliseconds=900 * n))
    began = shop.now
    shop.now = began + timedelta(seconds=1)
    assert shop.keeper.turn() == 0, "it waits for those that may follow"
    shop.now = began + timedelta(seconds=4)
    while shop.keeper.turn():
        shop.now += timedelta(seconds=1)
    shop.now += timedelta(seconds=10)
    shop.keeper.turn()
    assert shop.events("c5@shop.example") == [("Message Scanned", "many_links")] * 3


@pytest.mark.parametrize(("opens", "measured"), [("never", set()), ("with_consent", {AGREES})])
def test_nobody_is_measured_unless_it_is_said(tmp_path: Path, opens: str, measured: set[str]) -> None:
    _folder, links = measured_shop(tmp_path, opens, "never")
    assert all("https://tea.example/two" in each for each in links.values())
    assert {address for address, several in links.items() if any(OPEN_PATH in each for each in several)} == measured


def test_what_keeps_clicks_from_being_written_is_told_and_what_was_lost_is_counted(
    shop: Shop, monkeypatch: pytest.MonkeyPatch
) -> None:
    def finding() -> tuple[str, str]:
        [row] = [row for row in shop.ws.doctor(lang="en").rows() if row["check"] == "background"]
        return str(row["state"]), str(row["finding"])

    assert finding()[0] == "good"
    with EngagementKeeper(shop.ws) as keeper:
        assert finding()[0] == "good"
        monkeypatch.setattr(keeper, "turn", lambda _settling: (_ for _ in ()).throw(RuntimeError("no disk")))
        keeper._tried(NOON)
        assert finding()[0] == "bad"
        assert "engagement: opens and clicks cannot be written" in finding()[1]
        monkeypatch.undo()
        keeper._tried(NOON)
        monkeypatch.setattr(keeper._queue, "offer", lambda _request, _who: False)
        link = shop.tracked("c4@shop.example")[0]
        fetch = LinkFetch(link.message_id, link.number, link.target, shop.now, CHROME)
        assert [keeper.offer(fetch) for _ in range(2)] == [False, False]
        assert finding() == (
            "look",
            "2 opens and clicks were lost since the server began, for the disk was too far behind.",
        )
        monkeypatch.undo()


def test_what_was_fetched_and_is_no_event_yet_is_in_a_backup(shop: Shop, tmp_path: Path) -> None:
    link = shop.tracked("c5@shop.example")[0]
    shop.keeper._journal = open_journal(shop.ws.folder / STATE / FETCHES)
    shop.fetch(link)
    shop.ws.backup(tmp_path / "kept")
    coterie.restore(tmp_path / "kept", tmp_path / "again")
    with coterie.open(tmp_path / "again", clock=lambda: shop.now + timedelta(minutes=1)) as ws:
        assert EngagementKeeper(ws).turn(NOON) == 1
