"""Who is erased is found in no file of the workspace any more, comes back by no old data, and what campaigns did stays measured."""

from __future__ import annotations

import json
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict
from datetime import timedelta
from pathlib import Path

import pytest

import coterie
from coterie.errors import Refused, Transient, UnknownName
from coterie.profile import ready
from coterie.settings import SmtpSettings, WorkspaceSettings
from coterie.store import Request, open_journal
from coterie.testing.smtp_sink import RunningSink
from coterie.workspace import erasing
from tests.live.conftest import FEW
from tests.workspace.shop import DEFINITIONS, NOW, fill

MAIL, PHONE, NAME = "ilse.baumgarten@post.example", "+4915123456789", "Ilse Baumgarten"
CALLED = (MAIL, "ILSE.Baumgarten@post.example", PHONE, "015123456789", NAME, "CUST-ILSE-77")
PEOPLE = f"""customer_id,email,phone,name,city
CUST-ILSE-77,ILSE.Baumgarten@post.example,0151 23456789,{NAME},Oslo
C1,c1@shop.example,0151 99999991,Ann One,Bergen
"""
ORDERS = "order_id,customer_id,order_date,total\n" + "".join(
    f"ILSE-{n},CUST-ILSE-77,2026-02-{n:02d} 10:00:00,{n}0\n" for n in range(1, 8)
)
CONSENTS = f"customer_id,email,channel,granted,occurred_at\nCUST-ILSE-77,{MAIL},email,yes,2026-01-02 00:00:00\n"
REFUSED = "order_id,customer_id,order_date,total\n" + "".join(
    [
        "X1,CUST-ILSE-77,no date,1\n",
        f"X2,{MAIL},2026-02-01 10:00:00,much\n",
        "X3,C2,no date,1\n",
        *(f"Y{n},C3,2026-02-{n:02d} 10:00:00,{n}\n" for n in range(1, 20)),
    ]
)
VIP = f"""- name: vip
  # {MAIL} was added by hand
  rule: {{op: profiles, keys: ['email:{MAIL}', 'email:c1@shop.example']}}
"""


class Clock:
    """Time that a test moves."""

    def __init__(self) -> None:
        self.now = NOW

    def __call__(self):
        return self.now


def messages() -> list[dict[str, object]]:
    """What a shop's site told of her, by a device that is known as hers from the second call on."""
    stamp = "2026-02-20T10:00:00Z"
    return [
        {"type": "track", "messageId": "m1", "anonymousId": "dev-ilse", "event": "Product Viewed", "timestamp": stamp,
         "properties": {"price": 3}, "context": {"traits": {"email": MAIL}}},
        {"type": "identify", "messageId": "m2", "anonymousId": "dev-ilse", "userId": "CUST-ILSE-77", "timestamp": stamp,
         "traits": {"name": NAME, "email": MAIL}},
        {"type": "track", "messageId": "m3", "userId": "CUST-ILSE-77", "event": "Order Completed", "timestamp": stamp,
         "properties": {"order_id": "ILSE-web", "revenue": 20, "note": NAME}},
        {"type": "no such call", "messageId": "m4", "userId": "CUST-ILSE-77", "traits": {"email": MAIL}},
    ]  # fmt: skip


def receive(ws: coterie.Workspace, said: list[dict[str, object]]) -> None:
    """Put messages into the journal, as a server does that is killed then."""
    journal = open_journal(ws.folder / ".coterie" / "journal.sqlite")
    body = json.dumps({"batch": said}).encode()
    journal.append([Request(ws._stand.clock(), "web", "batch", len(said), body)], trim_to=0)
    journal.close()


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory, sink: RunningSink) -> Path:
    """A folder with the files of a shop in which she stands in every place that there is, and the shop."""
    root = tmp_path_factory.mktemp("erasure")
    settings = WorkspaceSettings(country="DE", smtp=SmtpSettings(port=sink.port, is_sink=True))
    folder, files = coterie.init(root / "shop", settings), root / "files"
    with coterie.open(folder, clock=lambda: NOW) as ws, few_traits():
        fill(ws, files, DEFINITIONS.replace("templates:", VIP + "templates:"))
        for name, text in (("people", PEOPLE), ("orders2", ORDERS), ("said", CONSENTS), ("late", REFUSED)):
            (files / f"{name}.csv").write_text(text, "utf-8")
        ws.load(files / "people.csv", kind="customers")
        ws.load(files / "orders2.csv", kind="orders")
        ws.load(files / "said.csv", kind="consents")
        ws.load(files / "late.csv", kind="orders")
        receive(ws, messages())
        ws.refresh()
        ws.segments.upload_list("friends", [MAIL, "C2"])
        ws.lists.create("testers")
        ws.lists.add("testers", [MAIL, "C2"])
        ws.campaigns.send("spring")
        with ws._stand.ledger.transaction() as t:
            t.kept_answers.claim("key", "k1", "r", at=NOW)
            t.kept_answers.finish("key", "k1", 200, {}, json.dumps({"key": f"email:{MAIL}"}))
    state = folder / ".coterie"
    upload = state / "uploads" / ("0" * 32)
    upload.mkdir(parents=True)
    (upload / "again.csv").write_text(PEOPLE, "utf-16")
    (state / "reports").mkdir()
    (state / "reports" / "report-en.html").write_text(f"<p>{MAIL}", "utf-8")
    shutil.copy(state / "ledger.sqlite", state / "ledger.sqlite.before-0009")
    return root


@contextmanager
def few_traits() -> Iterator[None]:
    """A small library of ready traits: all of them take seconds to compute."""
    few = tuple(each for each in ready.library() if each.name in FEW)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(ready, "library", lambda: few)
        yield


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def shop(made: Path, tmp_path: Path, clock: Clock, monkeypatch: pytest.MonkeyPatch) -> Iterator[coterie.Workspace]:
    """The shop for one test alone, on a machine that knows of no other erasure of it."""
    monkeypatch.setenv("COTERIE_STATE_HOME", str(tmp_path / "state"))
    shutil.copytree(made, tmp_path, dirs_exist_ok=True)
    with few_traits(), coterie.open(tmp_path / "shop", clock=clock) as ws:
        yield ws


def places(folder: Path) -> set[tuple[str, str]]:
    """Files of the workspace in which any spelling of her stands, and which."""
    found = set()
    for file in folder.rglob("*"):
        raw = file.read_bytes().lower() if file.is_file() else b""
        for called in CALLED:
            codes = ("utf-8", "utf-16-le")
            if any(called.lower().encode(code) in raw for code in codes):
                found.add((str(file.relative_to(folder)), called))
    return found


def rows_that_tell(ws: coterie.Workspace) -> list[str]:
    """Tables of the warehouse in which she stands, however they are packed on the disk."""
    engine = ws._stand.engine
    tables = engine.query("SELECT table_name AS n FROM duckdb_tables() WHERE NOT internal AND NOT temporary")[
        "n"
    ].to_pylist()
    said = " OR ".join(f"contains(lower(t::VARCHAR), '{called.lower()}')" for called in CALLED)
    return [name for name in tables if engine.query(f'SELECT 1 FROM "{name}" AS t WHERE {said} LIMIT 1').num_rows]


def test_nothing_in_any_file_tells_of_who_was_erased(shop: coterie.Workspace) -> None:
    shop._stand.engine.execute("CHECKPOINT")
    assert {
        "warehouse.duckdb",
        "ledger.sqlite",
        "ledger.sqlite.before-0009",
        "again.csv",
        "report-en.html",
        "all.yaml",
    } <= {Path(file).name.removesuffix("-wal") for file, _ in places(shop.folder)}
    foreseen = shop.profiles.erase(MAIL, dry_run=True)
    found = shop.profiles.erase(MAIL, actor="dora")
    assert (found.profiles, found.hashes, found.is_scrubbed) == (foreseen.profiles, foreseen.hashes, True)
    assert {name for name, count in foreseen.rows.items() if found.rows.get(name) != count} == set()
    assert {"events", "orders", "customer_records", "quarantine", "messages", "consents", "outbox", "exposures", "touches", "definitions", "kept_answers", "lists"} <= set(found.rows)  # fmt: skip
    assert rows_that_tell(shop) == []
    assert places(shop.folder) == set()
    shop.refresh()
    shop.close()
    assert places(shop.folder) == set()


def test_what_is_left_is_whole_and_certified(shop: coterie.Workspace) -> None:
    others = shop.query("SELECT count(*) AS n FROM orders WHERE order_id NOT LIKE 'ILSE%'").rows()
    found = shop.profiles.erase("CUST-ILSE-77", actor="dora")
    [entry] = [each for each in shop.audit.page(most=1000) if each.act == "erased"]
    assert (entry.actor, entry.audit_id) == ("dora", found.certificate)
    assert not any(called.lower() in str(entry).lower() for called in CALLED)
    states = {row["check"]: row["state"] for row in shop.doctor()}
    assert {states[name] for name in ("files", "audit", "accounting", "people")} == {"good"}
    assert shop.query("SELECT count(*) AS n FROM orders").rows() == others
    with pytest.raises(UnknownName):
        shop.profiles.show(MAIL)
    with pytest.raises(UnknownName):
        shop.profiles.show(f"profile:{found.profiles[0]}")
    assert [row["quarantine_id"] for row in shop.quarantine.list()] == [3]


def test_what_campaigns_changed_is_read_as_before(shop: coterie.Workspace) -> None:
    before = shop.campaigns.read("spring", as_of=NOW + timedelta(days=20))
    exposed = shop.campaigns.exposures("spring").arrow
    number = shop.profiles.find(MAIL)
    assert number in exposed["profile_id"].to_pylist()
    shop.profiles.erase(MAIL)
    after = shop.campaigns.read("spring", as_of=NOW + timedelta(days=20))
    kept = shop.campaigns.exposures("spring").arrow
    assert kept.num_rows == exposed.num_rows
    assert number not in kept["profile_id"].to_pylist()
    assert asdict(after) == asdict(before)


def test_old_data_bring_nobody_back_and_new_ones_do(shop: coterie.Workspace, clock: Clock, tmp_path: Path) -> None:
    shop.profiles.erase(MAIL)
    files = tmp_path / "files"
    for name, kind, reasons in (
        ("people", "customers", {"erased": 1}),
        ("orders2", "orders", {"erased": 7}),
        ("said", "consents", {"erased": 1}),
        ("late", "orders", {"erased": 2, "not_a_date": 1}),
    ):
        found = shop.load(files / f"{name}.csv", kind=kind)
        assert found.reasons == reasons
        assert found.accepted + found.refused == found.rows
    receive(shop, [{**each, "messageId": f"again-{each['messageId']}"} for each in messages()])
    shop.refresh()
    assert rows_that_tell(shop) == []
    assert "erased" not in {row["code"] for row in shop.quarantine.list()}
    clock.now += timedelta(days=3)
    late = "2026-03-03T10:00:00Z"
    receive(shop, [{**messages()[0], "messageId": "m9", "timestamp": late, "properties": {"price": 1}, "context": {}}])
    (files / "new.csv").write_text(f"order_id,email,order_date,total\nnew,{MAIL},2026-03-02 10:00:00,5\n", "utf-8")
    assert shop.load(files / "new.csv", kind="orders").accepted == 1
    shop.refresh()
    back = shop.profiles.show(MAIL)
    assert [row["name"] for row in back.events] == ["Order Completed"]
    people = shop.profiles.page(after=back.profile_id - 1, most=1).rows()
    assert people[0]["consent_email"] == "suppressed"


def test_who_was_merged_is_erased_as_one_and_nobody_gets_the_number_again(
    shop: coterie.Workspace, tmp_path: Path
) -> None:
    highest = shop.query("SELECT max(identifier_id) AS n FROM identifiers").rows()[0]["n"]
    assert shop.profiles.find("device_id:dev-ilse") == shop.profiles.find(MAIL)
    shop.profiles.erase("dev-ilse")
    with pytest.raises(UnknownName):
        shop.profiles.find(PHONE)
    (tmp_path / "fresh.csv").write_text("customer_id,email\nNEW,new@shop.example\n", "utf-8")
    shop.load(tmp_path / "fresh.csv", kind="customers")
    assert shop.profiles.find("NEW") > highest


def test_everything_about_a_person_is_handed_out(shop: coterie.Workspace) -> None:
    told = shop.profiles.export(MAIL)
    assert {
        "orders",
        "events",
        "identifiers",
        "customer_records",
        "consents",
        "outbox",
        "exposures",
        "quarantine",
    } <= set(told.tables)
    text = json.dumps(told.tables, default=str)
    assert all(called in text for called in (MAIL, NAME, "ILSE-web"))
    assert "c2@shop.example" not in text


def test_an_erasure_that_was_cut_off_is_finished_by_the_next_process(
    shop: coterie.Workspace, clock: Clock, monkeypatch: pytest.MonkeyPatch
) -> None:
    def cut_off(*_: object) -> dict[str, int]:
        raise Transient("the power went")

    with monkeypatch.context() as patch:
        patch.setattr(erasing, "erase_in_warehouse", cut_off)
        with pytest.raises(Transient):
            shop.profiles.erase(MAIL, actor="dora")
    assert shop.profiles.find(MAIL)
    shop.close()
    with coterie.open(shop.folder, clock=clock) as again:
        assert rows_that_tell(again) == []
        assert [each.actor for each in again.audit.page(most=1000) if each.act == "erased"] == ["dora"]
    assert places(shop.folder) == set()


def test_a_backup_that_is_put_back_erases_who_was_erased_since(
    shop: coterie.Workspace, clock: Clock, tmp_path: Path
) -> None:
    shop.backup(tmp_path / "kept")
    shop.profiles.erase(MAIL)
    coterie.restore(tmp_path / "kept", tmp_path / "again")
    assert places(tmp_path / "again") != set()
    with coterie.open(tmp_path / "again", clock=clock) as again:
        assert rows_that_tell(again) == []
        assert again.profiles.find("C1")
    assert places(tmp_path / "again") == set()


def test_who_is_asked_for_must_be_known(shop: coterie.Workspace) -> None:
    with pytest.raises(UnknownName):
        shop.profiles.erase("C1", "nobody@shop.example")
    with pytest.raises(Refused):
        shop.profiles.erase()
    assert shop.profiles.find("C1")
