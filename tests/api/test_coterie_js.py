"""The script for browsers, in one (Chromium) where there is one, in Node's machine where there is that, against a real server."""

from __future__ import annotations

import gzip
import json
import shutil
import subprocess
import threading
import urllib.error
import urllib.request
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from importlib.resources import files
from pathlib import Path

import pytest

import coterie
from tests.api.server import Server, serving

BROWSER, NODE = shutil.which("chromium"), shutil.which("node")
SNIPPET = """(function(c){if(c.invoked)return;c.invoked=1;["load","identify","track","page","group","alias","reset","consent"]
.forEach(function(m){c[m]=function(){c.push([m].concat([].slice.call(arguments)))}});var s=document.createElement("script");
s.async=1;s.src="%s/coterie.js";document.head.appendChild(s)})(window.coterie=window.coterie||[]);"""


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    with serving(coterie.init(tmp_path_factory.mktemp("browser") / "shop")) as running:
        yield running


def test_the_script_is_small_and_served_packed(server: Server) -> None:
    asked = urllib.request.Request(f"{server.address}/coterie.js", headers={"Accept-Encoding": "gzip"})
    with urllib.request.urlopen(asked, timeout=30) as answer:
        raw, headers = answer.read(), answer.headers
    assert len(raw) < 6_000
    assert gzip.decompress(raw) == (files("coterie.api.browser") / "coterie.js").read_bytes()
    assert headers["Content-Type"].startswith("text/javascript")
    again = urllib.request.Request(f"{server.address}/coterie.js", headers={"If-None-Match": headers["ETag"]})
    with pytest.raises(urllib.error.HTTPError, match="304"):
        urllib.request.urlopen(again, timeout=30)


@pytest.mark.skipif(BROWSER is None, reason="there is no browser here")
def test_a_page_in_a_browser_tells_what_happens_on_it(server: Server, tmp_path: Path) -> None:
    """The page is of another origin than the server, as a shop's is."""
    page = f"""<!doctype html><title>Shop</title><script>{SNIPPET % server.address}
coterie.load("{server.key}", {{flushInterval: 50}});
coterie.page("Home");
coterie.identify("u-browser", {{email: "bea@shop.example"}});
coterie.track("Product Viewed", {{price: 12.5}});
coterie.group("g1", {{employees: 7}});
coterie.alias("u-new");
</script><p>hello</p>"""

    class Page(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            self.send_response(200)
            self.send_header("Content-Type", "text/html")
            self.end_headers()
            self.wfile.write(page.encode())

        def log_message(self, *_given: object) -> None:
            """Nothing."""

    shop = ThreadingHTTPServer(("127.0.0.1", 0), Page)
    threading.Thread(target=shop.serve_forever, daemon=True).start()
    before = server.settle()["accepted"]
    command = [
        str(BROWSER), "--headless", "--no-sandbox", "--disable-gpu", "--disable-dev-shm-usage", f"--user-data-dir={tmp_path}",
        "--virtual-time-budget=8000", "--dump-dom", f"http://127.0.0.1:{shop.server_port}/?utm_source=letter&utm_campaign=may",
    ]  # fmt: skip
    try:
        subprocess.run(command, capture_output=True, timeout=240, check=True)
    finally:
        shop.shutdown()
        shop.server_close()
    assert server.settle()["accepted"] == before + 5
    folder = Path(server.process.args[-1])  # type: ignore[index, arg-type]
    with coterie.open(folder) as ws:
        told = ws.query(
            "SELECT context.page.path::VARCHAR AS path, context.campaign.name::VARCHAR AS campaign FROM events "
            "WHERE name = 'Page Viewed'"
        ).rows()
        ids = ws.query("SELECT value FROM identifiers WHERE namespace = 'customer_id'")["value"]
    assert [(each["path"], each["campaign"]) for each in told] == [("/", "may")]
    assert {"u-browser", "u-new"} <= set(ids)


MACHINE = r"""
const vm = require("vm"), fs = require("fs");
const [script, host, key, body] = process.argv.slice(2);
function browser(given) {
  const listeners = {}, kept = given.kept || {}, sent = [], beacons = [];
  const scope = {
    kept, sent, beacons, listeners, console, setTimeout, Math, JSON, Date, Object, Number, String, Intl, Uint8Array, Promise,
    crypto: require("crypto").webcrypto, location: { pathname: "/a", search: "", href: "http://shop/a" },
    localStorage: { getItem: n => n in kept ? kept[n] : null, setItem: (n, v) => { kept[n] = String(v); }, removeItem: n => { delete kept[n]; } },
    fetch: (url, asked) => { sent.push(JSON.parse(asked.body)); return given.fetch ? given.fetch(url, asked, sent.length) : fetch(url, asked); },
    addEventListener: (name, act) => { listeners[name] = act; },
    document: { referrer: "", title: "T", addEventListener: () => 0 },
    navigator: Object.assign({ userAgent: "node", language: "en", sendBeacon: (url, text) => { beacons.push(JSON.parse(text)); return true; } }, given.navigator),
    coterie: given.early || []
  };
  scope.window = scope;
  vm.runInNewContext(fs.readFileSync(script, "utf8"), scope);
  return scope;
}
const pause = ms => new Promise(done => setTimeout(done, ms));
(async () => { const out = await eval("(async () => {" + body + "})()"); console.log(JSON.stringify(out)); process.exit(0); })();
"""


def _in_node(server: Server, tmp_path: Path, body: str) -> object:
    (tmp_path / "machine.js").write_text(MACHINE, "utf-8")
    script = str(files("coterie.api.browser") / "coterie.js")
    command = [str(NODE), str(tmp_path / "machine.js"), script, server.address, str(server.key), body]
    run = subprocess.run(command, capture_output=True, text=True, timeout=120, check=False)
    assert run.returncode == 0, run.stderr
    return json.loads(run.stdout.splitlines()[-1])


CASES = {
    "calls-before-the-script-came-are-sent": (
        ('const w = browser({early: [["load", key, {host, flushInterval: 1}], ["track", "A"], ["identify", "n1", {plan: "pro"}]]});'
        "await pause(800); return [w.sent.length >= 1, w.sent.flatMap(s => s.batch.map(m => m.type)), w.kept.coterie_queue === undefined]"),
        [True, ["track", "identify"], True],
    ),
    "what-was-not-taken-is-sent-again": (
        ('const w = browser({fetch: (u, a, n) => n === 1 ? Promise.resolve({status: 503, headers: {get: () => "0"}}) : n === 2 ? Promise.reject(1) : fetch(u, a)});'
        'w.coterie.load(key, {host, flushInterval: 1}); w.coterie.track("B"); await pause(100);'
        "const kept = JSON.parse(w.kept.coterie_queue).length; await pause(6000);"
        "return [kept, w.sent.length, new Set(w.sent.map(s => s.batch[0].messageId)).size, w.kept.coterie_queue === undefined]"),
        [1, 3, 1, True],
    ),
    "a-page-that-was-left-is-told-at-the-next-visit": (
        ('const w = browser({fetch: () => new Promise(() => 0)}); w.coterie.load(key, {host, flushInterval: 1}); w.coterie.track("C");'
        "await pause(50); w.listeners.pagehide(); const v = browser({kept: w.kept}); v.coterie.load(key, {host}); await pause(800);"
        "return [w.beacons.length, w.beacons[0].batch[0].messageId === v.sent[0].batch[0].messageId, v.kept.coterie_queue === undefined]"),
        [1, True, True],
    ),
    "nothing-before-consent-then-all": (
        ('const w = browser({}); w.coterie.load(key, {host, consent: "required", flushInterval: 1}); w.coterie.track("D"); await pause(300);'
        "const before = [w.sent.length, Object.keys(w.kept).length]; w.coterie.consent(true); await pause(800);"
        "return [before, w.sent.map(s => s.batch.length), w.coterie.anonymousId() !== null]"),
        [[0, 0], [1], True],
    ),
    "a-no-forgets": (
        ('const w = browser({}); w.coterie.load(key, {host, flushInterval: 60000}); w.coterie.identify("x"); w.coterie.consent(false);'
        'w.coterie.track("E"); await pause(300); return [w.sent.length, w.kept, w.coterie.anonymousId()]'),
        [0, {"coterie_consent": "no"}, None],
    ),
    "global-privacy-control-is-honoured": (
        ('const w = browser({navigator: {globalPrivacyControl: true}}); w.coterie.load(key, {host, flushInterval: 1}); w.coterie.track("F");'
        "await pause(300); return [w.sent.length, Object.keys(w.kept).length]"),
        [0, 0],
    ),
    "do-not-track-where-told": (
        ('const tell = async dnt => { const w = browser({navigator: {doNotTrack: "1"}}); w.coterie.load(key, {host, dnt, flushInterval: 1});'
        'w.coterie.track("G"); await pause(600); return w.sent.length }; return [await tell(true), await tell(false)]'),
        [0, 1],
    ),
    "reset-is-another-person": (
        ('const w = browser({}); w.coterie.load(key, {host, flushInterval: 1}); w.coterie.identify("p"); const one = w.coterie.anonymousId();'
        'w.coterie.reset(); w.coterie.track("H"); await pause(800); const last = w.sent.flatMap(s => s.batch).pop();'
        "return [one !== w.coterie.anonymousId(), last.userId === undefined, last.anonymousId === w.coterie.anonymousId()]"),
        [True, True, True],
    ),
    "a-key-that-is-refused-is-not-tried-for-ever": (
        ('const w = browser({}); w.coterie.load("wrong", {host, flushInterval: 1}); w.coterie.track("I"); await pause(2500);'
        "return [w.sent.length, w.kept.coterie_queue === undefined]"),
        [1, True],
    ),
}  # fmt: skip


@pytest.mark.skipif(NODE is None, reason="there is no Node here")
@pytest.mark.parametrize("case", CASES)
def test_the_script_keeps_its_promises(server: Server, tmp_path: Path, case: str) -> None:
    body, expected = CASES[case]
    assert _in_node(server, tmp_path, body) == expected
