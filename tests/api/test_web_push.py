"""Push messages from the page on which somebody says yes to the words that their browser shows."""

from __future__ import annotations

import json
import shutil
import time
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest
import yaml
from playwright.sync_api import sync_playwright

import coterie
from coterie.workspace.push_keys import new_push_keys
from tests.api.server import serving
from tests.api.test_coterie_js import SNIPPET
from tests.deliver.far_side import QuietHandler, answering
from tests.deliver.push_service import PushService

CHROMIUM = shutil.which("chromium")
KEYS = new_push_keys()
DEFINITIONS = """
templates:
- {name: tea, channel: web_push, text: "New tea\\nTry it today\\nhttps://tea.example/new"}
campaigns:
- {name: spring, channel: web_push, audience: {everybody: true}, template: tea, holdout: 0}
"""
SETTINGS = {
    "sender": "Tea House <news@tea.test>",
    "postal_address": "1 High Street, Leeds",
    "public_url": "https://tea.test",
    "country": "DE",
    "delivery": {
        "web_push": {"provider": "web_push", "settings": {"contact": "mailto:news@tea.test", "private": True}}
    },
}
SUBSCRIBE = """PushManager.prototype.subscribe = function (asked) {
  window.asked = {visible: asked.userVisibleOnly, key: Array.from(asked.applicationServerKey).length};
  return Promise.resolve({toJSON: function () { return {endpoint: %s, keys: {p256dh: %s, auth: %s}}; }});
};"""


class _Page(ThreadingHTTPServer):
    daemon_threads = True

    def __init__(self, server: str, key: str | None) -> None:
        super().__init__(("127.0.0.1", 0), _Showing)
        self.page = f"""<!doctype html><title>Shop</title><script>{SNIPPET % server}
coterie.load("{key}", {{flushInterval: 50}}); coterie.identify("C1");</script>"""
        self.worker = f'importScripts("{server}/coterie-worker.js");'


class _Showing(QuietHandler, BaseHTTPRequestHandler):
    server: _Page

    def do_GET(self) -> None:
        is_worker = self.path == "/coterie-worker.js"
        self.send_response(200)
        self.send_header("Content-Type", "text/javascript" if is_worker else "text/html")
        self.end_headers()
        self.wfile.write((self.server.worker if is_worker else self.server.page).encode())


@pytest.mark.skipif(CHROMIUM is None, reason="there is no browser here")
def test_a_yes_on_a_page_becomes_words_in_that_browser(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("COTERIE_SECRET_WEB_PUSH", KEYS.secret)
    folder = coterie.init(tmp_path / "shop")
    (folder / "coterie.yaml").write_text(yaml.safe_dump(SETTINGS), "utf-8")
    with answering(PushService()) as service, sync_playwright() as playwright:
        endpoint, _, keys = service.subscription("b1").partition("#")
        told = tuple(map(json.dumps, (endpoint, *keys.split("."))))
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox", "--disable-gpu"])
        with serving(folder) as server, answering(_Page(server.address, server.key)) as shop:
            origin = f"http://127.0.0.1:{shop.server_port}"
            context = browser.new_context()
            context.grant_permissions(["notifications"], origin=origin)
            context.add_init_script(SUBSCRIBE % told)
            page = context.new_page()
            page.goto(origin)
            page.wait_for_function("window.coterie && coterie.version")
            page.evaluate(f"coterie.push('{KEYS.public}').then(() => 1)")
            assert page.evaluate("window.asked") == {"visible": True, "key": 65}
            until = time.monotonic() + 30
            while server.settle()["accepted"] < 2:
                assert time.monotonic() < until
                time.sleep(0.05)
            server.end()
        with coterie.open(folder) as ws:
            (folder / "definitions" / "all.yaml").write_text(DEFINITIONS, "utf-8")
            ws.refresh()
            ws.apply(folder / "definitions")
            [row] = [row for row in ws.channels.check().rows() if row["channel"] == "web_push"]
            assert (row["state"], row["people"], row["open"]) == ("ready", 1, 1)
            assert ws.campaigns.send("spring").sent == 1
        [(_, content)] = service.taken
        said = json.loads(content)
        assert (said["title"], said["url"]) == ("New tea", "https://tea.example/new")
        assert "https://tea.test/unsubscribe/" in said["body"]
        with answering(_Workers(folder)) as shop:
            assert shown(browser, shop.server_port, content.decode()) == [
                {"title": said["title"], "body": said["body"], "url": said["url"]}
            ]
        browser.close()


class _Workers(_Page):
    """A page whose worker is our own, without a server behind it."""

    def __init__(self, _folder: Path) -> None:
        super().__init__("", "")
        from importlib.resources import files

        self.page = "<!doctype html><title>Shop</title>"
        self.worker = (files("coterie.api.browser") / "coterie-worker.js").read_text("utf-8")


def shown(browser: object, port: int, words: str) -> object:
    """What the worker shows of words that a push service would bring; the browser's own is not to be had here."""
    context = browser.new_context()  # type: ignore[attr-defined]
    origin = f"http://127.0.0.1:{port}"
    context.grant_permissions(["notifications"], origin=origin)
    page = context.new_page()
    page.goto(origin)
    registered: list[str] = []
    session = context.new_cdp_session(page)
    session.on(
        "ServiceWorker.workerRegistrationUpdated",
        lambda told: registered.extend(
            each["registrationId"]
            for each in told["registrations"]
            if each["scopeURL"].startswith(origin) and not each["isDeleted"]
        ),
    )
    session.send("ServiceWorker.enable")
    page.evaluate(
        "navigator.serviceWorker.register('/coterie-worker.js').then(() => navigator.serviceWorker.ready).then(() => 1)"
    )
    until = time.monotonic() + 60
    while not registered:
        assert time.monotonic() < until
        page.wait_for_timeout(20)
    asked = """() => navigator.serviceWorker.ready.then(r => r.getNotifications()).then(all => all.map(n =>
        ({title: n.title, body: n.body, url: n.data.url})))"""
    found: object = []
    while not found:  # the same message brought twice is shown once: a push service promises no more than that
        assert time.monotonic() < until
        session.send(
            "ServiceWorker.deliverPushMessage",
            {"origin": origin, "registrationId": registered[-1], "data": words},
        )
        for _ in range(50):
            if found := page.evaluate(asked):
                break
            page.wait_for_timeout(40)
    return found
