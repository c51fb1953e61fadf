"""Links of messages over a real server: they lead where they led, to nowhere else, and what was followed is an event soon after."""

from __future__ import annotations

import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from dataclasses import dataclass
from urllib.parse import urlsplit

import pytest

import coterie
from coterie.compose.tracked_links import CLICK_PATH, OPEN_PATH, TrackedLink, sign_tracked
from tests.api.server import Server, serving
from tests.workspace.measured_shop import AGREES, measured_shop

CHROME = "Mozilla/5.0 (Windows NT 10.0; Win64; x64) Chrome/131.0 Safari/537.36"


@dataclass
class Mailed:
    """A served shop that wrote to people: the paths of the links that each got."""

    server: Server
    folder: object
    paths: dict[str, list[str]]

    def ask(self, path: str, method: str = "GET", agent: str = CHROME) -> tuple[int, dict[str, str], bytes]:
        class Stay(urllib.request.HTTPRedirectHandler):
            def redirect_request(self, *_args: object) -> None:
                return None

        request = urllib.request.Request(f"{self.server.address}{path}", None, {"User-Agent": agent}, method=method)
        try:
            with urllib.request.build_opener(Stay).open(request, timeout=30) as answer:
                return answer.status, {k.lower(): v for k, v in answer.headers.items()}, answer.read()
        except urllib.error.HTTPError as fault:
            with fault:
                return fault.code, {k.lower(): v for k, v in fault.headers.items()}, fault.read()


@pytest.fixture(scope="module")
def mailed(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Mailed]:
    folder, links = measured_shop(tmp_path_factory.mktemp("mailed"))
    paths = {address: [urlsplit(each).path for each in several] for address, several in links.items()}
    with serving(folder) as server:
        yield Mailed(server, folder, paths)


def test_a_link_leads_on_and_is_kept_by_nobody(mailed: Mailed) -> None:
    [first, *_] = (each for each in mailed.paths["c2@shop.example"] if each.startswith(CLICK_PATH))
    for method in ("GET", "HEAD"):
        status, headers, body = mailed.ask(first, method)
        assert (status, headers["location"], body) == (302, "https://tea.example/new?a=1", b"")
        assert (headers["cache-control"], headers["referrer-policy"]) == ("no-store", "no-referrer")
        assert "set-cookie" not in headers
    assert mailed.ask(first, "POST")[0] == 405
    [picture] = (each for each in mailed.paths["c2@shop.example"] if each.startswith(OPEN_PATH))
    status, headers, body = mailed.ask(picture)
    assert (status, headers["content-type"], body[:6]) == (200, "image/gif", b"GIF89a")


@pytest.mark.parametrize(
    "path",
    [
        "/c/",
        "/c/x",
        "/c/https://evil.example",
        "/c/%0d%0aLocation:%20https://evil.example",
        "/o/",
        "/o/x",
        "/c/" + "A" * 4000,
    ],
)
def test_no_link_leads_elsewhere(mailed: Mailed, path: str) -> None:
    status, headers, _ = mailed.ask(path)
    assert (status, headers.get("location")) == (404, None)


def test_a_token_of_another_workspace_leads_nowhere(mailed: Mailed) -> None:
    token = sign_tracked(TrackedLink("m1", 1, "https://evil.example/"), b"x" * 32)
    assert mailed.ask(f"/c/{token}")[0] == 404
    [picture] = (each for each in mailed.paths["c2@shop.example"] if each.startswith(OPEN_PATH))
    assert mailed.ask(picture.replace(OPEN_PATH, CLICK_PATH))[0] == 404, "a picture leads nowhere"
    way_out = next(each for each in mailed.paths["c2@shop.example"] if each.startswith("/preferences/"))
    assert mailed.ask(way_out.replace("/preferences/", CLICK_PATH))[0] == 404


@pytest.mark.slow  # it waits until what was followed is an event; tests/workspace/test_engagement.py does not
def test_what_was_followed_is_an_event_soon_after(mailed: Mailed) -> None:
    clicks = [each for each in mailed.paths[AGREES] if each.startswith(CLICK_PATH)]
    assert mailed.ask(clicks[1])[0] == 302
    for _ in range(60):  # who hammers a link is led on, and counted a few times at most
        assert mailed.ask(clicks[2], agent="curl/8.5")[0] == 302
    until = time.monotonic() + 30
    with coterie.open(mailed.folder) as ws:
        sql = "SELECT name, count(*) AS n FROM events WHERE name LIKE 'Message %' AND name <> 'Message Sent' AND profile_id = (SELECT profile_id FROM profiles WHERE email = $email) GROUP BY name"
        while (
            not (found := {row["name"]: row["n"] for row in ws.query(sql, email=AGREES).rows()})
            and time.monotonic() < until
        ):
            time.sleep(0.3)
    assert found["Message Clicked"] == 1
    assert 0 < found["Message Scanned"] <= 45
