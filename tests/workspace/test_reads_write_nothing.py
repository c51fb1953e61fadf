"""Whatever only reads leaves every row of the warehouse and of the ledger as it was, also where files wait for a refresh."""

from __future__ import annotations

import hashlib
import inspect
import re
import sqlite3
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from pathlib import Path

import pytest

import coterie
from coterie.cli.running import run
from coterie.errors import CoterieError
from coterie.testing.smtp_sink import running_sink
from tests.docs.commands import command_lines
from tests.laws import by_day
from tests.workspace.shop import DEFINITIONS, JOURNEYS, NOW, write_shop

WHOLE = 900.0
"""Seconds after which what must not wait is taken to wait for ever, on a machine that is busy too."""
RULE = {"did": "Order Completed", "at_least": 3}

READS: dict[str, Callable[[coterie.Workspace, Path], object]] = {
    "propose": lambda ws, at: ws.propose(at / "files" / "orders.csv"),
    "load dry": lambda ws, at: ws.load(at / "more.csv", kind="orders", dry_run=True),
    "quality": lambda ws, _: ws.quality(),
    "diff": lambda ws, at: ws.diff(at / "diff.yaml"),
    "apply dry": lambda ws, at: ws.apply(at / "diff.yaml", dry_run=True),
    "export": lambda ws, at: ws.export(at / "exported"),
    "refresh dry": lambda ws, _: ws.refresh(dry_run=True),
    "traits": lambda ws, _: ws.traits(),
    "report": lambda ws, at: ws.report(at / "report.html"),
    "query": lambda ws, _: ws.query("SELECT * FROM orders"),
    "status": lambda ws, _: ws.status(),
    "doctor": lambda ws, _: ws.doctor(),
    "backup": lambda ws, at: ws.backup(at / f"backup-{len(list(at.iterdir()))}"),
    "segments.list": lambda ws, _: ws.segments.list(),
    "segments.preview": lambda ws, _: ws.segments.preview(RULE),
    "segments.preview as of": lambda ws, _: ws.segments.preview(RULE, as_of=NOW),
    "segments.reach": lambda ws, _: ws.segments.reach(RULE),
    "segments.names": lambda ws, _: ws.segments.names(),
    "segments.names of properties": lambda ws, _: ws.segments.names(event="Order Completed"),
    "segments.names of values": lambda ws, _: ws.segments.names(event="Order Completed", by="revenue"),
    "segments.names of lists": lambda ws, _: ws.segments.names(lists=True),
    "segments.overlap": lambda ws, _: ws.segments.overlap(),
    "segments.targets": lambda ws, _: ws.segments.targets(),
    "segments.templates": lambda ws, _: ws.segments.templates(),
    "segments.labelled": lambda ws, _: ws.segments.labelled(ws.segments["oslo"].members()),
    "segment.members": lambda ws, _: ws.segments["oslo"].members(),
    "segment.page": lambda ws, _: ws.segments["oslo"].page(after=3, most=5),
    "segments.changes": lambda ws, _: ws.segments.changes(after=(0, "", 0, ""), most=5),
    "definitions.all": lambda ws, _: ws.definitions.all("segment"),
    "definitions.one": lambda ws, _: ws.definitions.one("segment", "oslo"),
    "definitions.versions": lambda ws, _: ws.definitions.versions("segment", "oslo"),
    "definitions.written": lambda ws, _: ws.definitions.written(),
    "definitions.diff": lambda ws, at: ws.definitions.diff(at / "diff.yaml"),
    "definitions.export": lambda ws, at: ws.definitions.export(at / "exported"),
    "definitions.apply dry": lambda ws, at: ws.definitions.apply(at / "diff.yaml", dry_run=True),
    "definitions.apply_text dry": lambda ws, _: ws.definitions.apply_text("segments: []", dry_run=True),
    "definitions.put dry": lambda ws, _: ws.definitions.put("segment", {"name": "x", "rule": RULE}, dry_run=True),
    "schedules.list": lambda ws, _: ws.schedules.list(),
    "schedules.last": lambda ws, _: ws.schedules.last("nightly"),
    "audit.page": lambda ws, _: ws.audit.page(),
    "audit.latest": lambda ws, _: ws.audit.latest(),
    "segment.sql": lambda ws, _: ws.segments["oslo"].sql(),
    "segment.explain": lambda ws, _: ws.segments["frequent"].explain("C4"),
    "segment.history": lambda ws, _: ws.segments["oslo"].history(),
    "segment.versions": lambda ws, _: ws.segments["oslo"].versions(),
    "segment.rollback dry": lambda ws, _: ws.segments["oslo"].rollback(1, dry_run=True),
    "segment.show": lambda ws, _: ws.segments["oslo"].show(),
    "segmentations.list": lambda ws, _: ws.segmentations.list(),
    "segmentations.rfm": lambda ws, _: ws.segmentations.rfm(tiles=4),
    "segmentations.discover dry": lambda ws, _: ws.segmentations.discover(dry_run=True),
    "segmentations.show": lambda ws, _: ws.segmentations.show("rfm"),
    "segmentations.groups": lambda ws, _: ws.segmentations.groups("rfm"),
    "segmentations.members": lambda ws, _: ws.segmentations.members("rfm", "no_orders"),
    "segmentations.quality": lambda ws, _: ws.segmentations.quality("rfm"),
    "segmentations.evidence": lambda ws, _: ws.segmentations.evidence(),
    "segmentations.moves": lambda ws, _: ws.segmentations.moves(),
    "segmentations.discovered": lambda ws, _: ws.segmentations.discovered(),
    "predict.fit dry": lambda ws, _: ws.predict.fit(dry_run=True),
    "predict.fits": lambda ws, _: ws.predict.fits(),
    "predict.show": lambda ws, _: ws.predict.show(),
    "predict.explain": lambda ws, _: ws.predict.explain(),
    "profiles.trait": lambda ws, _: ws.profiles.trait("orders"),
    "definitions.lineage": lambda ws, _: ws.definitions.lineage("orders"),
    "definitions.preview_trait": lambda ws, _: ws.definitions.preview_trait({"count": "Order Completed"}, as_of=NOW),
    "profiles.show": lambda ws, _: ws.profiles.show("C4"),
    "profiles.find": lambda ws, _: ws.profiles.find("C4"),
    "profiles.page": lambda ws, _: ws.profiles.page(after=3, most=5),
    "profiles.timeline": lambda ws, _: ws.profiles.timeline("C4", most=2),
    "profiles.export": lambda ws, _: ws.profiles.export("C4"),
    "profiles.erase dry": lambda ws, _: ws.profiles.erase("C4", dry_run=True),
    "profiles.merges": lambda ws, _: ws.profiles.merges(),
    "profiles.consents": lambda ws, _: ws.profiles.consents("C4"),
    "profiles.segments": lambda ws, _: ws.profiles.segments("C4"),
    "profiles.graph": lambda ws, _: ws.profiles.graph("C4"),
    "profiles.merge dry": lambda ws, _: ws.profiles.merge("C1", "C2", dry_run=True),
    "profiles.keep_apart dry": lambda ws, _: ws.profiles.keep_apart("C1", "C2", dry_run=True),
    "profiles.unmerge dry": lambda ws, _: ws.profiles.unmerge(1, dry_run=True),
    "kpis.list": lambda ws, _: ws.kpis.list(),
    "kpis.show": lambda ws, _: ws.kpis.show(by=["segment"]),
    "kpis.compare": lambda ws, _: ws.kpis.compare(by=["segment"], days=20),
    "kpis.window": lambda ws, _: ws.kpis.window(),
    "kpis.targets": lambda ws, _: ws.kpis.targets(),
    "kpis.retention": lambda ws, _: ws.kpis.retention(),
    "channels.register": lambda ws, _: ws.channels.register(),
    "channels.list": lambda ws, _: ws.channels.list(),
    "channels.check": lambda ws, _: ws.channels.check(),
    "channels.receipts": lambda ws, _: ws.channels.receipts(),
    "channels.health": lambda ws, _: ws.channels.health(),
    "channels.callbacks": lambda ws, _: ws.channels.callbacks(),
    "channels.performance": lambda ws, _: ws.channels.performance(),
    "channels.matrix": lambda ws, _: ws.channels.matrix(),
    "channels.score": lambda ws, _: ws.channels.score(),
    "channels.finding": lambda ws, _: ws.channels.finding(),
    "campaigns.list": lambda ws, _: ws.campaigns.list(),
    "campaigns.definition": lambda ws, _: ws.campaigns.definition("spring"),
    "campaigns.plan": lambda ws, _: ws.campaigns.plan("summer"),
    "campaigns.plan draft": lambda ws, _: ws.campaigns.plan(
        {"name": "x", "audience": {"everybody": True}, "template": "y"}
    ),
    "coupons.list": lambda ws, _: ws.coupons.list(),
    "coupons.show": lambda ws, _: ws.coupons.show("ten"),
    "coupons.add dry": lambda ws, _: ws.coupons.add("ten", ["TEN-9"], dry_run=True),
    "templates.list": lambda ws, _: ws.templates.list(),
    "campaigns.results_table": lambda ws, _: ws.campaigns.results_table("spring"),
    "templates.preview": lambda ws, _: ws.templates.preview("hello", "C4"),
    "campaigns.send dry": lambda ws, _: ws.campaigns.send("summer", dry_run=True),
    "campaigns.send dry again": lambda ws, _: ws.campaigns.send("spring", dry_run=True),
    "campaigns.queued": lambda ws, _: ws.campaigns.queued(),
    "campaigns.is_launched": lambda ws, _: ws.campaigns.is_launched("spring"),
    "campaigns.messages": lambda ws, _: ws.campaigns.messages("spring"),
    "campaigns.exposures": lambda ws, _: ws.campaigns.exposures("spring"),
    "campaigns.read": lambda ws, _: ws.campaigns.read("spring"),
    "campaigns.results": lambda ws, _: ws.campaigns.results("spring"),
    "campaigns.past": lambda ws, _: ws.campaigns.past(),
    "journeys.list": lambda ws, _: ws.journeys.list(),
    "journeys.definition": lambda ws, _: ws.journeys.definition("welcome"),
    "journeys.show": lambda ws, _: ws.journeys.show("welcome"),
    "journeys.publish dry": lambda ws, _: ws.journeys.publish("welcome", dry_run=True),
    "journeys.simulate": lambda ws, _: ws.journeys.simulate("welcome", weeks=2),
    "journeys.tasks": lambda ws, _: ws.journeys.tasks(),
    "journeys.templates": lambda ws, _: ws.journeys.templates(),
    "definitions.trait_names": lambda ws, _: ws.definitions.trait_names(),
    "journeys.due": lambda ws, _: ws.journeys.due(),
    "journeys.read": lambda ws, _: ws.journeys.read("welcome"),
    "journeys.results": lambda ws, _: ws.journeys.results("welcome"),
    "journeys.path": lambda ws, _: ws.journeys.path("welcome", "C4"),
    "quarantine.list": lambda ws, _: ws.quarantine.list(),
    "quarantine.replay dry": lambda ws, _: ws.quarantine.replay(dry_run=True),
    "tracking.list": lambda ws, _: ws.tracking.list(),
    "tracking.latest": lambda ws, _: ws.tracking.latest(),
    "tracking.violations": lambda ws, _: ws.tracking.violations(),
    "tracking.drift": lambda ws, _: ws.tracking.drift(),
    "settings_file.show": lambda ws, _: ws.settings_file.show(),
    "webhooks.list": lambda ws, _: ws.webhooks.list(),
    "rates.list": lambda ws, _: ws.rates.list(),
}

WRITES = {
    "intake", "kpis.aim", "definitions.retire",
    "load", "apply", "refresh", "close", "answer", "write_frame", "segments.upload_list", "segments.adopt",
    "segment.rollback", "segment.refreeze", "segmentations.discover", "segmentations.adopt", "predict.fit", "profiles.unmerge", "profiles.merge", "profiles.keep_apart", "templates.send_test", "profiles.erase",
    "campaigns.send", "campaigns.send_queued", "campaigns.schedule", "campaigns.approve", "campaigns.clone", "campaigns.receive", "quarantine.replay", "rates.load", "tracking.freeze",
    "webhooks.retry", "settings_file.put",
    "journeys.pause", "journeys.resume", "journeys.drain", "journeys.stop", "journeys.enrol", "journeys.tick", "journeys.run", "journeys.adopt", "journeys.finish_task",
}  # fmt: skip
"""All others; ``answer`` and ``write_frame`` touch neither store."""

MORE = "order_id,customer_id,order_date,total\nN1,C3,2026-02-20 10:00:00,70\nN2,NEW,2026-02-21 10:00:00,80\n"


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[coterie.Workspace, Path]]:
    """A shop with a campaign sent, a row refused, and a file loaded that no refresh has seen."""
    root = tmp_path_factory.mktemp("reads")
    files, folder = write_shop(root / "files"), coterie.init(root / "shop")
    (root / "more.csv").write_text(MORE.replace("N", "M"), "utf-8")
    (root / "late.csv").write_text(MORE + "N3,C5,no date,1\n", "utf-8")
    (root / "trait.yaml").write_text("{count: Order Completed}\n", "utf-8")
    (root / "diff.yaml").write_text("segments:\n- name: three\n  rule: {did: Order Completed, at_least: 3}\n", "utf-8")
    with running_sink(root) as sink:
        settings = folder / "coterie.yaml"
        text = re.sub(r"port: \d+", f"port: {sink.port}", settings.read_text("utf-8"))
        settings.write_text(text.replace("is_sink: false", "is_sink: true"), "utf-8")
        (folder / "definitions" / "all.yaml").write_text(
            f"{DEFINITIONS}- name: summer\n  audience: {{segments: [oslo]}}\n  template: hello\n{JOURNEYS}", "utf-8"
        )
        with coterie.open(folder, clock=lambda: NOW) as ws:
            for kind, file in files.items():
                ws.load(file, kind=kind)
            ws.coupons.add("ten", ["TEN-1"])
            ws.apply(folder / "definitions")
            ws.refresh()
            ws.campaigns.send("spring", limit=5)
            ws.journeys.publish("welcome")
            ws.journeys.enrol("welcome", ["C4", "C5"])
            ws.load(root / "late.csv", kind="orders")
            yield ws, root


def rows_of(ws: coterie.Workspace) -> dict[str, object]:
    """A hash of the rows of every table of both stores, and of every view's text."""
    engine = ws._stand.engine
    stored = engine.query(
        "SELECT table_name AS name FROM duckdb_tables() WHERE NOT internal AND NOT temporary ORDER BY 1"
    )
    found: dict[str, object] = {
        f"warehouse {name}": engine.query(
            f'SELECT count(*) AS n, sum(hash(t::VARCHAR)) AS h FROM "{name}" AS t'
        ).to_pylist()
        for name in stored["name"].to_pylist()
    }
    found["views"] = engine.query("SELECT view_name, sql FROM duckdb_views() WHERE NOT internal ORDER BY 1").to_pylist()
    with closing(sqlite3.connect(f"file:{ws.folder / '.coterie' / 'ledger.sqlite'}?mode=ro", uri=True)) as ledger:
        for (name,) in ledger.execute("SELECT name FROM sqlite_master WHERE type = 'table'").fetchall():
            every = sorted(map(repr, ledger.execute(f'SELECT * FROM "{name}"')))
            found[f"ledger {name}"] = (len(every), hashlib.sha256("\n".join(every).encode()).hexdigest())
    return found


@pytest.fixture(scope="module")
def before(made: tuple[coterie.Workspace, Path]) -> dict[str, object]:
    return rows_of(made[0])


def changes(ws: coterie.Workspace, before: dict[str, object]) -> list[str]:
    after = rows_of(ws)
    return sorted(name for name in {*before, *after} if before.get(name) != after.get(name))


def refusal_of(ask: Callable[[coterie.Workspace, Path], object], ws: coterie.Workspace, root: Path) -> str:
    """Why it was refused, as where nothing was fitted yet; empty where it was not."""
    try:
        ask(ws, root)
    except CoterieError as refusal:
        return str(refusal)
    return ""


BESIDE = {name: read for name, read in READS.items() if "dry" not in name and name not in ("backup", "propose")}
"""What waits for nobody who writes."""


def test_what_only_tries_changes_no_row(made: tuple[coterie.Workspace, Path], before: dict[str, object]) -> None:
    ws, root = made
    for name in READS.keys() - BESIDE.keys():
        assert "read-only" not in refusal_of(READS[name], ws, root), name
    assert changes(ws, before) == [], "by night, each is tried alone"


@pytest.mark.slow  # by day, these above and the others below, all at once
@pytest.mark.parametrize("name", READS)
def test_reading_changes_no_row(made: tuple[coterie.Workspace, Path], before: dict[str, object], name: str) -> None:
    ws, root = made
    assert "read-only" not in refusal_of(READS[name], ws, root)
    assert changes(ws, before) == []


def test_every_public_method_is_known_to_read_or_to_write(made: tuple[coterie.Workspace, Path]) -> None:
    ws = made[0]
    rooms = {"": ws, "segment.": ws.segments["oslo"]} | {
        f"{name}.": getattr(ws, name)
        for name in (
            "audit",
            "definitions",
            "schedules",
            "segments",
            "segmentations",
            "predict",
            "profiles",
            "campaigns",
            "journeys",
            "templates",
            "channels",
            "kpis",
            "quarantine",
            "rates",
        )
    }
    public = {
        f"{prefix}{name}"
        for prefix, room in rooms.items()
        for name, member in inspect.getmembers(type(room), inspect.isfunction)
        if not name.startswith("_") and name not in ("get", "items", "keys", "values")
    }
    assert public - {name.split(" ")[0] for name in READS} - WRITES == set()


def test_a_refresh_is_not_waited_for(made: tuple[coterie.Workspace, Path], before: dict[str, object]) -> None:
    ws, root = made

    def read() -> list[str]:
        done = []
        for name, ask in BESIDE.items():
            assert "read-only" not in refusal_of(ask, ws, root)
            done.append(name)
        return done

    def work() -> None:
        with ThreadPoolExecutor(1) as pool, ws._stand.engine.transaction():
            ws._stand.engine.execute("DELETE FROM segment_history")
            ws._stand.engine.execute("DROP VIEW memberships")
            assert pool.submit(read).result(timeout=WHOLE) == list(BESIDE)
            raise ZeroDivisionError  # so that nothing of it is kept

    with pytest.raises(ZeroDivisionError):
        work()
    assert changes(ws, before) == []


COMMANDS = [
    *(
        "status",
        "doctor",
        "quality",
        "traits list",
        "traits show orders",
        "traits lineage orders",
        "traits preview -f {root}/trait.yaml",
        "diff {root}/diff.yaml",
        "export {root}/definitions",
    ),
    *(
        "report --output {root}/report.html",
        "backup {root}/backup",
        "load {root}/more.csv --kind orders --dry-run --yes",
    ),
    *(
        "refresh --dry-run",
        "apply {root}/diff.yaml --dry-run",
        "segments list",
        "segments show oslo",
        "segments overlap",
    ),
    *(
        "segments explain frequent C4",
        "segments preview -f {root}/diff.yaml",
        "segments sql oslo",
        "segments members oslo",
    ),
    *("segments history oslo", "segments targets", "segments templates", "segmentations list", "segmentations rfm"),
    *("segmentations show rfm", "segmentations members rfm no_orders", "segmentations quality rfm", "profiles show C4"),
    *("segmentations evidence", "segmentations moves"),
    *("profiles consents C4", "profiles segments C4", "profiles graph C4", "profiles export C4", "forget --dry-run C4"),
    *(
        "merges list",
        "kpis list",
        "kpis show",
        "kpis retention",
        "kpis compare --days 20",
        "kpis targets",
        "channels list",
        "channels check",
        "channels health",
        "channels receipts",
        "channels push-key",
        "channels callbacks",
        "channels performance",
    ),
    *("channels score", "campaigns list", "campaigns plan spring", "campaigns results spring", "campaigns past"),
    *(
        "coupons list",
        "coupons show ten",
        "lists list",
        "lists show beta",
        "lists members beta",
        "journeys list",
        "journeys tasks",
        "journeys templates",
        "journeys show welcome",
        "journeys simulate welcome",
        "journeys publish --dry-run welcome",
        "journeys run --dry-run",
    ),
    *(
        "journeys path welcome C4",
        "journeys results welcome",
        "campaigns messages spring",
        "quarantine list",
        "rates list",
        "predict list",
    ),
    *(
        "webhooks list",
        "tracking list",
        "tracking latest",
        "templates list",
        "templates preview hello",
        "tracking violations",
        "tracking drift",
    ),
    "predict show lifetime-value",
    "schedules",
]
WRITING_COMMANDS = {
    "keys create",
    "keys list",  # as the brakes do, it notes how far the ledger has come
    "keys revoke",
    "serve",
    "tracking freeze",
    "users invite",
    "users list",  # as keys list
    "users remove",
    "users role",
    "webhooks retry",
    *(
        "init",
        "restore",
        "schema",
        "parts",
        "load",
        "apply",
        "refresh",
        "segments rollback",
        "segments refreeze",
        "segments upload",
        "coupons add",
        "coupons expire",
        "lists create",
        "lists add",
        "lists remove",
        "segments adopt",
    ),
    *(
        "segmentations discover",
        "segmentations adopt",
        "predict fit",
        "merges make",
        "merges refuse",
        "templates test",
        "merges undo",
        "campaigns send",
        "kpis aim",
        "send",
        "campaigns hold",
    ),
    *(
        "campaigns release",
        "campaigns cancel",
        "campaigns schedule",
        "campaigns approve",
        "campaigns clone",
        "consents unsubscribe",
        "consents preferences",
        "consents suppress",
        "consents lift",
    ),
    "channels replies",
    *("quarantine replay", "rates load", "journeys publish", "journeys pause", "journeys resume", "journeys drain"),
    *("journeys stop", "journeys enrol", "journeys run", "journeys adopt", "journeys task-done"),
}


@pytest.mark.parametrize("every", by_day([5, 1], 5))
def test_commands_that_read_change_no_row(tmp_path: Path, capsys: pytest.CaptureFixture[str], every: int) -> None:
    files, folder = write_shop(tmp_path / "files"), coterie.init(tmp_path / "shop")
    (tmp_path / "more.csv").write_text(MORE, "utf-8")
    (tmp_path / "trait.yaml").write_text("{count: Order Completed}\n", "utf-8")
    (tmp_path / "diff.yaml").write_text(
        "segments:\n- name: three\n  rule: {did: Order Completed, at_least: 3}\n", "utf-8"
    )
    (folder / "definitions" / "all.yaml").write_text(DEFINITIONS + JOURNEYS, "utf-8")
    with coterie.open(folder) as ws:
        for kind, file in files.items():
            ws.load(file, kind=kind)
        ws.apply(folder / "definitions")
        ws.refresh(as_of=NOW)
        ws.load(tmp_path / "more.csv", kind="orders")
        before = rows_of(ws)
    codes = {
        each: run([*each.format(root=tmp_path).split(), "-w", str(folder), "--json"]) for each in COMMANDS[::every]
    }
    capsys.readouterr()
    assert {each: code for each, code in codes.items() if code not in (0, 1)} == {}
    assert len([code for code in codes.values() if code == 0]) > 30 // every
    with coterie.open(folder) as ws:
        assert changes(ws, before) == []


def test_every_command_is_known_to_read_or_to_write() -> None:
    names = {line.removeprefix("coterie ") for line in command_lines()}
    read = {name for name in names if any(f"{each} ".startswith(f"{name} ") for each in COMMANDS)}
    assert names - read - WRITING_COMMANDS == set()
