"""Make the pictures of the ten main pages from what the demo left: ``python docs/pictures.py [SHOP [PAGE …]]``.

Needs the demo (``make demo``), Chromium and the development environment. Each picture is at most 150 kB.
"""

from __future__ import annotations

import shutil
import sys
import tempfile
from pathlib import Path

ROOT = Path(__file__).parents[1]
PICTURES = Path(__file__).parent / "pictures"
PAGES = {
    "home": "/",
    "data": "/data",
    "people": "/people",
    "segments": "/segments",
    "segmentation": "/segmentations/rfm",
    "traits": "/traits",
    "prediction": "/predictions/lifetime-value",
    "campaign": "/campaigns/january-offer/results",
    "kpis": "/kpis",
    "channels": "/channels",
}
WIDTH, HEIGHT = 1440, 900
MOST_BYTES = 150_000


def main() -> int:
    """Make all of them; 1 where the demo was not run."""
    shop = Path(sys.argv[1]) if len(sys.argv) > 1 else ROOT / "demo" / "shop"
    if not shop.exists():
        print(f"There is no {shop}: run `make demo` first.")
        return 1
    wanted = {name: path for name, path in PAGES.items() if name in sys.argv[2:] or not sys.argv[2:]}
    sys.path.insert(0, str(ROOT))
    from playwright.sync_api import sync_playwright
    from tests.api.server import serving
    from tests.web.conftest import CHROMIUM, Visit
    from tests.web.said import PASSWORD

    import coterie

    with tempfile.TemporaryDirectory() as place, sync_playwright() as playwright:
        copy = Path(shutil.copytree(shop, Path(place) / "shop"))  # who looks becomes its owner
        with coterie.open_brakes(copy) as brakes:
            brakes.release(actor="pictures", past_due="drop")  # the notice that it is a copy is nobody's concern
        with serving(copy) as server:
            browser = playwright.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox", "--disable-gpu"])
            size = {"width": WIDTH, "height": HEIGHT}
            page = browser.new_context(viewport=size, locale="en-GB", reduced_motion="reduce").new_page()  # type: ignore[arg-type]
            page.set_default_timeout(180_000)
            page.goto(str(server.owner_link))
            for label, value in {"Name": "Olga", "E-mail": "olga@shop.example", "Password": PASSWORD}.items():
                page.get_by_label(label, exact=True).first.fill(value)
            page.get_by_role("button", name="Begin").click()
            page.wait_for_url(f"{server.address}/")
            visit = Visit(page, server.address)
            for name, path in wanted.items():
                visit.go(path)
                file = PICTURES / f"{name}.png"
                page.screenshot(path=file)
                print(f"{file.relative_to(ROOT)}: {file.stat().st_size:,} bytes")
            browser.close()
    large = [name for name in PAGES if (PICTURES / f"{name}.png").stat().st_size > MOST_BYTES]
    if large:
        print(f"Too large to be kept: {', '.join(large)}")
    return int(bool(large))


if __name__ == "__main__":
    sys.exit(main())
