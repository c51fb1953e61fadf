"""The pages of the web application in a headless Chromium, as the base grows.

Makes the base of ``refresh_base.py`` (twenty facts a profile) with its 60 traits and 100 segments, refreshes and serves it,
and lets its owner look: the first page with an empty cache and again, each room by its link, a person, a page of members,
the count after the last key pressed in the builder, and the memory after two hundred pages. A page is usable once its
heading stands and nothing on it waits. Baselines of the same run: a page of one line from the same server (what browser and
connection take), and the previews of the same rules asked by a bare client.

    python bench/pages.py [--profiles 100000] [--times 5]

The goal is for ``--profiles 1000000`` (half an hour, 8 GB of disk). Needs ``make web`` and Chromium.
"""

from __future__ import annotations

import argparse
import json
import shutil
import statistics
import sys
import tempfile
import time
import urllib.request
from pathlib import Path

import psutil
from playwright.sync_api import Browser, Page, sync_playwright

from running_server import Running, run_coterie
from serving import make

CHROMIUM = next(filter(None, map(shutil.which, ("chromium", "chromium-browser", "google-chrome"))), None)
ROOMS = (
    "/data",
    "/people",
    "/traits",
    "/segments",
    "/segmentations",
    "/campaigns",
    "/predictions",
    "/kpis",
    "/channels",
    "/report",
    "/jobs",
    "/",
)
PAGES = 200
USABLE = """async (path) => {
  const began = performance.now()
  const left = path && document.querySelector('main h1')
  if (path) {
    history.pushState({}, '', path)
    dispatchEvent(new PopStateEvent('popstate'))
  }
  const frame = () => new Promise(requestAnimationFrame)
  for (let still = 0; still < 2; ) {
    await frame()
    const waits = document.querySelector('.ant-spin-spinning, .ant-skeleton, [aria-busy=true]')
    still = !left?.isConnected && !waits && document.querySelectorAll('main h1').length === 1 ? still + 1 : 0
    if (performance.now() - began > 60000) return NaN
  }
  return performance.now() - (path ? began : 0)
}"""
"""Milliseconds until a page is usable: since it was asked for in the address, or since the browser began with it."""
COUNTING = """() => {
  const count = () => document.querySelector('.ant-statistic-content-value')?.textContent
  let before = count()
  addEventListener('keyup', () => { window.pressed = performance.now() })
  new MutationObserver(() => {
    if (count() !== before) window.counted = performance.now()
    before = count()
  }).observe(document.querySelector('main'), { subtree: true, characterData: true, childList: true })
}"""


def measure(browser: Browser, server: Running, profiles: int, times: int) -> None:
    """Print all of one base."""
    context = browser.new_context(viewport={"width": 1440, "height": 900}, locale="en-GB")
    page = context.new_page()
    page.set_default_timeout(60_000)
    _join(page, server)
    kept = context.storage_state()
    server.quiet()
    cold, calls, kilobytes = zip(*(_first(browser, server, kept) for _ in range(times)), strict=True)
    warm = [_reloaded(page) for _ in range(times)]
    bare = [_bare(page, server) for _ in range(times)]
    page.goto(server.address)
    page.evaluate(USABLE, "")
    print(
        f"  first page: cold {_told(cold)} (goal 1,500), warm {_told(warm)} (goal 500), a page of one line {_told(bare)}; "
        f"{max(calls)} calls (goal 6), {max(kilobytes):,.0f} kB gzipped (goal 450)",
        flush=True,
    )
    _rooms(page, times, profiles)
    _builder(page, server)
    _memory(page)
    context.close()


def _join(page: Page, server: Running) -> None:
    page.goto(server.owner_link)
    page.get_by_label("Name", exact=True).fill("Olga")
    page.get_by_label("E-mail").fill("olga@shop.example")
    page.get_by_label("Password").fill("several words here")
    page.get_by_role("button", name="Begin").click()
    page.wait_for_url(lambda address: "/join" not in address)


def _first(browser: Browser, server: Running, kept: dict[str, object]) -> tuple[float, int, float]:
    """Milliseconds, calls of the API and kilobytes of the first page in a browser that never was here."""
    context = browser.new_context(storage_state=kept, viewport={"width": 1440, "height": 900}, locale="en-GB")
    page = context.new_page()
    calls: list[str] = []
    page.on("request", lambda asked: "/api/" in asked.url and calls.append(asked.url))
    page.goto(server.address, wait_until="commit")
    page.wait_for_selector("h1")
    took = page.evaluate(USABLE, "")
    size = page.evaluate(
        "performance.getEntriesByType('resource').filter(each => !each.name.includes('/api/'))"
        ".reduce((sum, each) => sum + each.encodedBodySize, 0)"
    )
    context.close()
    return took, len(calls), size / 1000


def _reloaded(page: Page) -> float:
    page.reload(wait_until="commit")
    page.wait_for_selector("h1")
    return float(page.evaluate(USABLE, ""))


def _bare(page: Page, server: Running) -> float:
    page.goto(f"{server.address}/metrics", wait_until="load")
    return float(page.evaluate("performance.getEntriesByType('navigation')[0].loadEventEnd"))


def _rooms(page: Page, times: int, profiles: int) -> None:
    """Each room by its address, from within; a person; a page of members."""
    paths = {path: path for path in ROOMS} | {
        "a person": "/people/{n}",
        "members of a segment": "/segments/segment_{n}",
    }
    calls: list[str] = []
    page.on("request", lambda asked: "/api/" in asked.url and calls.append(asked.url))
    all_of_them: list[float] = []
    for what, path in paths.items():
        took, asked = [], 0
        for n in range(times):
            page.evaluate(USABLE, "/audit")
            calls.clear()
            took.append(page.evaluate(USABLE, path.format(n=n * profiles // times + 1 if "people" in path else n)))
            asked = max(asked, len(calls))
        all_of_them += took[1:]
        print(f"    {what:<22} first {took[0]:7,.0f} ms, then {_told(took[1:])}, {asked} calls", flush=True)
    print(f"  pages from within: {_told(all_of_them)} (goal 200, a person 300)", flush=True)


def _builder(page: Page, server: Running) -> None:
    """From the last key to the count, and such previews by a bare client."""
    key = "Bearer " + server.new_key("pages", "manage")
    page.goto(f"{server.address}/segments/new?rule=" + json.dumps({"all": [{"trait": "revenue", ">=": 1}]}))
    page.evaluate(USABLE, "")
    value = page.get_by_label("Value").first
    value.wait_for()
    page.wait_for_selector(".ant-statistic-content-value")
    page.evaluate(COUNTING)
    took, bare = [], []
    for n in range(20):
        value.fill("")
        value.press_sequentially(str(100 + 37 * n), delay=60)
        while not page.evaluate("window.counted > window.pressed"):
            page.wait_for_timeout(20)
        page.wait_for_timeout(100)  # whatever else of the count is still being drawn
        took.append(page.evaluate("window.counted - window.pressed"))
        rule = {"all": [{"trait": "revenue", ">=": 100.5 + 37 * n}]}
        began = time.perf_counter()
        _post(f"{server.address}/api/v1/segments/preview", {"rule": rule}, key)
        bare.append((time.perf_counter() - began) * 1000)
    took.sort()
    print(
        f"  count after the last key: median {statistics.median(took):,.0f} ms, p95 {took[18]:,.0f} (goals 500, 1,000; "
        f"300 of them are the pause for the next key); the preview alone {_told(bare)}",
        flush=True,
    )


def _post(address: str, body: dict[str, object], key: str) -> None:
    headers = {"Content-Type": "application/json", "Authorization": key}
    urllib.request.urlopen(urllib.request.Request(address, json.dumps(body).encode(), headers)).read()


def _memory(page: Page) -> None:
    """What the page keeps, before and after many others."""
    tool = page.context.new_cdp_session(page)
    tool.send("Performance.enable")

    def kept() -> float:
        tool.send("HeapProfiler.collectGarbage")
        found = {each["name"]: each["value"] for each in tool.send("Performance.getMetrics")["metrics"]}
        return found["JSHeapUsedSize"] / 1e6

    for path in ROOMS:
        page.evaluate(USABLE, path)
    before = kept()
    for n in range(PAGES):
        page.evaluate(USABLE, ROOMS[n % len(ROOMS)])
    print(f"  {PAGES} pages: {before:.1f} MB before, {kept():.1f} MB after (goal: no growth)", flush=True)


def _told(took: list[float] | tuple[float, ...]) -> str:
    return f"{statistics.median(took):,.0f} ms ({min(took):,.0f}–{max(took):,.0f})"


def main() -> None:
    """Measure one base."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--profiles", type=int, default=100_000)
    parser.add_argument("--times", type=int, default=5)
    parser.add_argument("--folder", type=Path, help="where the base is, or is to be kept")
    given = parser.parse_args()
    if CHROMIUM is None:
        sys.exit("there is no Chromium on this machine (Debian: apt-get install chromium)")
    with tempfile.TemporaryDirectory() as folder, sync_playwright() as playwright:
        shop = given.folder or Path(folder) / "shop"
        if not shop.exists():
            make(shop, given.profiles)
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox", "--disable-gpu"])
        with run_coterie(shop) as server:
            print(f"{given.profiles:,} profiles, load {psutil.getloadavg()[0]:.1f}", flush=True)
            measure(browser, server, given.profiles, given.times)
            print(f"  server: {server.processor():.0f} s of processor, {server.memory():,.0f} MB", flush=True)
        browser.close()


if __name__ == "__main__":
    main()
