"""The page on adding parts, followed word for word: its package is installed, its suites run, and its parts are used."""

from __future__ import annotations

import os
import re
import subprocess
import sys
import tomllib
from importlib import import_module
from pathlib import Path

from tests.docs.pages import DOCS, blocks
from tests.docs.test_complete import registries

USE = """
import random
from datetime import datetime, timedelta, timezone
from pathlib import Path

import coterie

draw = random.Random(1)
rows = [(f"T{n}", f"C{draw.randint(1, 60)}", f"2026-0{draw.randint(1, 6)}-{draw.randint(10, 28)}", "12.50") for n in range(300)]
rows = [("order id", "customer", "day", "total"), *rows, ("T999", "C1")]
Path("monday.txt").write_text("\\n".join("".join(cell.ljust(12) for cell in row) for row in rows), "utf-8")
Path("groups.yaml").write_text("segmentations:\\n- {name: groups, method: far apart, k: 3, bootstraps: 10}\\n", "utf-8")


def test_the_parts_are_used_by_a_workspace():
    with coterie.open(coterie.init("shop")) as ws:
        first = ws.load("monday.txt", mapping=Path("till.yaml"))
        assert (first.rows, first.accepted, first.reasons) == (301, 300, {"ragged": 1})
        assert ws.load("monday.txt").unchanged == 300
        ws.refresh()
        ws.apply("groups.yaml")
        assert ws.segmentations.discover(name="groups").k == 3
        assert "60 of 60 people buy." in ws.report("report.html").read_text("utf-8")
        assert "60 人中有 60 人购买。" in ws.report("report.html", lang="zh").read_text("utf-8")


COMPANIES = "customer_id,vat_number,email\\nC1,DE123.456.789,ann@x.example\\nC2,GB 999 9999 73,ben@x.example\\n"
INVOICES = (
    "order_id,vat_number,ordered_at,total\\n1,DE 123456789,2026-01-02,10\\n2,de123456789,2026-02-02,20\\n"
    "3,GB999999973,2026-02-03,5\\n"
)


def test_companies_are_known_by_their_number_on_an_engine_of_its_own():
    Path("invoices.csv").write_text(INVOICES, "utf-8")
    Path("companies.csv").write_text(COMPANIES, "utf-8")
    folder = coterie.init("companies", country="DE")
    settings = folder / "coterie.yaml"
    settings.write_text(settings.read_text("utf-8").replace("engine: duckdb", "engine: watched"), "utf-8")
    with coterie.open(folder) as ws:
        assert ws.load("invoices.csv").mapping.fields["vat_number"].columns == ("vat_number",)
        ws.load("companies.csv", kind="customers")
        ws.refresh()
        found = ws.query("SELECT order_id, email FROM orders JOIN traits USING (profile_id) ORDER BY 1").rows()
        assert [row["email"] for row in found] == ["ann@x.example", "ann@x.example", "ben@x.example"]
        assert ws.profiles.show("vat_number:de 123 456 789").traits["revenue"] == 30
        assert [row["state"] for row in ws.doctor().rows() if row["state"] == "bad"] == []
        assert ws.backup("kept").files
    assert " s  SELECT" in (folder / ".coterie" / "warehouse.slow.log").read_text("utf-8")
    with coterie.open(coterie.restore("kept", "again").restored) as ws:
        assert ws.query("SELECT count(*) AS n FROM orders").rows() == [{"n": 3}]


SETTINGS = '''
delivery:
  phone: {provider: spool, channel: {sender: Shop}, settings: {folder: outgoing}}
models: {spending: credible}
sender: Shop <news@shop.test>
postal_address: 1 High Street, Leeds
public_url: https://shop.test
country: GB
'''
DEFINITIONS = '''
templates:
- {name: hello, subject: Hello, body: "<p>Hello from the shop</p>"}
campaigns:
- {name: spring, channel: phone, audience: {everybody: true}, template: hello, holdout: 0}
'''


def test_messages_leave_on_the_channel_and_the_model_foretells(tmp_path):
    today = datetime.now(timezone.utc)
    orders, people = ["order_id,customer_id,occurred_at,revenue"], ["customer_id,phone"]
    for n in range(120):
        people.append(f"C{n},+4479001{n:05}")
        for order in range(1 + n % 5):
            at = today - timedelta(days=3 + draw.randint(0, 60) + 60 * order)
            orders.append(f"{n}-{order},C{n},{at:%Y-%m-%d},{10 + n % 7 + draw.random():.2f}")
    Path("orders.csv").write_text("\\n".join(orders), "utf-8")
    Path("people.csv").write_text("\\n".join(people), "utf-8")
    said = [f"+4479001{n:05},yes,marketing,phone,2020-01-01" for n in range(100)]
    Path("consents.csv").write_text(
        "\\n".join(["phone,granted,purpose,channel,occurred_at", *said]), "utf-8")
    folder = coterie.init("texts")
    outgoing = tmp_path / "outgoing"
    outgoing.mkdir()
    (folder / "coterie.yaml").write_text(SETTINGS.replace("outgoing", str(outgoing)), "utf-8")
    Path("texts.yaml").write_text(DEFINITIONS, "utf-8")
    with coterie.open(folder) as ws:
        for kind in ("orders", "people", "consents"):
            ws.load(f"{kind}.csv", kind="customers" if kind == "people" else kind)
        ws.apply("texts.yaml")
        ws.refresh()
        fitted = ws.predict.fit()
        assert (fitted.spend_model, fitted.parameters["mean"] > 10) == ("credible", True)
        result = ws.campaigns.send("spring")
        assert (result.sent, result.queued, result.stopped) == (100, 0, "")
        texts = [file.read_text("utf-8") for file in outgoing.iterdir()]
        assert len(texts) == 100 and all("Hello from the shop" in text for text in texts)
        assert ws.query("SELECT count(*) AS n FROM events WHERE name = 'Message Sent' AND channel = 'phone'").rows()[0]["n"] == 100
"""


def _install(folder: Path) -> None:
    """What pip would leave behind of the page's package: its files, and its metadata with the entry points."""
    for block in blocks("how-to/add-a-part.md"):
        if block.title:
            (folder / block.title).parent.mkdir(exist_ok=True)
            (folder / block.title).write_text(block.text, "utf-8")
    points = tomllib.loads((folder / "pyproject.toml").read_text("utf-8"))["project"]["entry-points"]
    lines = [
        f"[{group}]\n" + "".join(f"{n} = {place}\n" for n, place in each.items()) for group, each in points.items()
    ]
    facts = folder / "shop_parts-1.0.dist-info"
    facts.mkdir()
    (facts / "METADATA").write_text("Metadata-Version: 2.1\nName: shop-parts\nVersion: 1.0\n", "utf-8")
    (facts / "entry_points.txt").write_text("\n".join(lines), "utf-8")


def test_parts_as_the_page_writes_them_meet_their_suites_and_are_used(tmp_path: Path) -> None:
    _install(tmp_path)
    (tmp_path / "test_use.py").write_text(USE, "utf-8")
    command = [
        sys.executable,
        "-m",
        "pytest",
        "-q",
        "-p",
        "no:cacheprovider",
        "--rootdir",
        str(tmp_path),
        "-W",
        "error",
    ]
    known = os.environ.get("PYTHONPATH", "")
    environment = os.environ | {"PYTHONPATH": f"{tmp_path}{os.pathsep}{known}"}
    run = subprocess.run(command, cwd=tmp_path, env=environment, capture_output=True, text=True, check=False)
    assert "11 passed" in run.stdout, run.stdout + run.stderr


OURS_ALONE = {"definition"}
"""Kinds of our own records, which nobody adds to."""


def test_every_kind_of_part_is_on_the_page_with_a_suite_that_there_is() -> None:
    rows = [line for line in (DOCS / "how-to/add-a-part.md").read_text("utf-8").splitlines() if "| `testing." in line]
    kinds = {kind for row in rows for kind in re.findall(r"`(\w+)`", row.partition("kind")[2].partition("|")[0])}
    assert kinds == set(registries()) - OURS_ALONE
    for row in rows:
        for module, name in re.findall(r"`testing\.(\w+)\.(\w+)`", row):
            assert hasattr(import_module(f"coterie.testing.{module}"), name), row
        for file in re.findall(r"`([\w/]+\.py)`", row):
            assert (DOCS.parent / "src" / "coterie" / file).exists(), file
