"""The command line as people and programs use it: words, JSON shapes, exit codes."""

from __future__ import annotations

import io
import json
import re
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

import coterie
from coterie.cli.running import run
from coterie.cli.show import bullet, print_table
from coterie.domain.clock import to_utc
from tests.workspace.shop import DEFINITIONS, write_shop


@pytest.fixture(scope="module")
def shop(tmp_path_factory: pytest.TempPathFactory) -> Path:
    root = tmp_path_factory.mktemp("cli")
    files = write_shop(root / "files")
    folder = root / "shop"
    assert run(["init", str(folder), "--currency", "EUR", "--timezone", "UTC", "--json"]) == 0
    for kind, file in files.items():
        assert run(["load", str(file), "--kind", kind, "--yes", "-w", str(folder), "--json"]) == 0
    (folder / "definitions" / "all.yaml").write_text(DEFINITIONS, "utf-8")
    assert run(["apply", str(folder / "definitions"), "-w", str(folder), "--json"]) == 0
    assert run(["refresh", "-w", str(folder), "--as-of", "2026-03-01", "--json"]) == 0
    return folder


def ask(capsys: pytest.CaptureFixture[str], shop: Path, *words: str) -> object:
    capsys.readouterr()
    assert run([*words, "-w", str(shop), "--json"]) == 0
    return json.loads(capsys.readouterr().out)


@pytest.mark.parametrize(
    ("words", "keys"),
    [
        pytest.param(["segments", "list"], {"name", "size", "share", "as_of"}, id="segments-list"),
        pytest.param(["segments", "overlap"], {"segment", "other", "both", "jaccard"}, id="overlap"),
        pytest.param(["traits", "list"], {"name", "unit", "missing_share", "lineage"}, id="traits"),
        pytest.param(["quality"], {"source", "column", "dimension", "finding", "severity"}, id="quality"),
        pytest.param(["channels", "score"], {"segment", "channel", "score", "reasons"}, id="channels"),
        pytest.param(["kpis", "show", "revenue", "--by", "period"], {"period", "kpi", "value", "reason"}, id="kpis"),
        pytest.param(["segmentations", "list"], {"segmentation", "segments", "profiles"}, id="segmentations"),
        pytest.param(["campaigns", "list"], {"campaign", "queued", "sent", "unknown"}, id="campaigns"),
        pytest.param(["doctor"], {"check", "state", "finding"}, id="doctor"),
    ],
)
def test_lists_have_the_documented_shape(
    capsys: pytest.CaptureFixture[str], shop: Path, words: list[str], keys: set[str]
) -> None:
    rows = ask(capsys, shop, *words)
    assert isinstance(rows, list)
    assert keys <= set(rows[0])


@pytest.mark.parametrize(
    ("words", "keys"),
    [
        pytest.param(["profiles", "show", "C4"], {"traits", "segments", "scores", "identifiers"}, id="profile"),
        pytest.param(["segments", "show", "frequent"], {"name", "size", "rule", "persona"}, id="segment"),
        pytest.param(["segments", "explain", "frequent", "C4"], {"holds", "words", "value"}, id="explain"),
        pytest.param(["segments", "sql", "frequent"], {"segment", "sql"}, id="sql"),
        pytest.param(["segmentations", "rfm"], {"parts", "cells", "as_of"}, id="rfm"),
        pytest.param(["segmentations", "show", "lifecycle"], {"parts", "personas"}, id="lifecycle"),
        pytest.param(
            ["campaigns", "plan", "spring"], {"audience", "reachable", "arms", "refused", "sentences"}, id="plan"
        ),
        pytest.param(["status"], {"rows", "sources", "as_of", "in_quarantine"}, id="status"),
        pytest.param(["refresh", "--dry-run"], {"as_of", "dry_run"}, id="refresh-dry-run"),
        pytest.param(["quarantine", "replay"], {"replayed"}, id="replay"),
    ],
)
def test_records_have_the_documented_shape(
    capsys: pytest.CaptureFixture[str], shop: Path, words: list[str], keys: set[str]
) -> None:
    found = ask(capsys, shop, *words)
    assert isinstance(found, dict)
    assert keys <= set(found)


def test_load_says_what_became_of_every_row(capsys: pytest.CaptureFixture[str], shop: Path) -> None:
    file = shop.parent / "more.csv"
    file.write_text("order_id,customer_id,order_date,total\nX1,C1,2026-02-01,10\nX2,C1,soon,10\n", "utf-8")
    told = ask(capsys, shop, "load", str(file), "--kind", "orders", "--yes")
    assert isinstance(told, dict)
    assert {"source", "kind", "rows", "accepted", "unchanged", "refused", "mapping"} <= set(told)
    assert (told["rows"], told["accepted"], told["refused"]) == (2, 1, 1)
    [row] = ask(capsys, shop, "quarantine", "list")  # type: ignore[misc]
    assert (row["line"], row["value"]) == (3, "soon")


@pytest.mark.parametrize(
    ("words", "code", "said"),
    [
        pytest.param(["nonsense"], 2, "No such command", id="no-such-command"),
        pytest.param(["segments", "show"], 2, "Missing argument", id="missing-argument"),
        pytest.param(["segments", "show", "freqent"], 1, "did you mean 'frequent'", id="misspelt-segment"),
        pytest.param(["load", "nowhere.csv", "--yes"], 1, "there is no file", id="no-such-file"),
        pytest.param(["predict", "show"], 1, "has not been fitted", id="not-fitted"),
        pytest.param(["refresh", "--as-of", "soon"], 1, "is not an instant", id="bad-instant"),
        pytest.param(["refresh", "--as-of", "2999-01-01"], 1, "is yet to come", id="instant-to-come"),
        pytest.param(["campaigns", "send", "spring", "--json"], 1, "--yes", id="send-unconfirmed"),
        pytest.param(["merges", "undo", "--dry-run", "99"], 1, "there is no merge 99", id="dry-run-of-no-merge"),
        pytest.param(["report", "--lang", "fr"], 2, "'fr'", id="unknown-language"),
    ],
)
def test_refusals_are_sentences_and_codes(
    capsys: pytest.CaptureFixture[str], shop: Path, words: list[str], code: int, said: str
) -> None:
    capsys.readouterr()
    workspace = [] if words == ["nonsense"] else ["-w", str(shop)]
    assert run([*words, *workspace]) == code
    spoken = " ".join(capsys.readouterr().err.split())
    assert said in spoken
    assert "Traceback" not in spoken


NOON = [("2026-03-02 12:00", 0), ("2026-03-02T12:00", 0), ("2026-03-02T04:00+00:00", None), ("2026-03-02", -12)]


@pytest.mark.parametrize(("zone", "hours"), [("UTC", 0), ("Asia/Shanghai", 8), ("America/New_York", -5)])
def test_an_instant_on_the_command_line_is_read_once_by_the_clock_of_the_workspace(
    capsys: pytest.CaptureFixture[str], tmp_path: Path, zone: str, hours: int
) -> None:
    folder, file = tmp_path / "shop", tmp_path / "orders.csv"
    rows = "".join(f"{n},A,2026-03-0{n} 11:59:59,{n}\n" for n in (1, 2, 3))
    file.write_text(f"order_id,customer_id,occurred_at,revenue\n{rows}", "utf-8")
    assert run(["init", str(folder), "--currency", "EUR", "--timezone", zone, "--json"]) == 0
    assert run(["load", str(file), "--kind", "orders", "--yes", "-w", str(folder), "--json"]) == 0
    rule = tmp_path / "rule.yaml"
    rule.write_text("{trait: {count: Order Completed}, '>=': 2}", "utf-8")
    noon = datetime(2026, 3, 2, 12) - timedelta(hours=hours)
    for text, later in NOON:
        expected = datetime(2026, 3, 2, 4) if later is None else noon + timedelta(hours=later)
        found = ask(capsys, folder, "refresh", "--as-of", text, "--dry-run")
        assert found["as_of"] == expected.isoformat(), text
        previewed = ask(capsys, folder, "segments", "preview", "-f", str(rule), "--as-of", text)
        assert previewed["size"] == int(expected >= noon), text
    ask(capsys, folder, "refresh", "--as-of", "2026-03-04")
    (orders,) = ask(capsys, folder, "kpis", "show", "orders", "--from", "2026-03-02", "--to", "2026-03-03")
    assert orders["value"] == 1
    with coterie.open(folder) as ws:
        day, next_day = datetime(2026, 3, 2), datetime(2026, 3, 3)
        given = [
            (day.date(), next_day.date()),
            (day, next_day),
            tuple(to_utc(at, zone).replace(tzinfo=UTC) for at in (day, next_day)),
        ]
        assert [ws.kpis.show("revenue", since=a, until=b).rows()[0]["value"] for a, b in given] == [2, 2, 2]


def test_without_a_workspace_it_says_how_to_make_one(
    capsys: pytest.CaptureFixture[str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    assert run(["status"]) == 1
    assert "coterie init" in " ".join(capsys.readouterr().err.split())


AMBIGUOUS = "order_id,customer_id,order_date,total\n1,A,03/04/2011,10\n2,B,05/06/2011,12.5\n3,A,07/08/2011,7\n"


@pytest.mark.parametrize(
    "words",
    [
        pytest.param([], id="plain"),
        pytest.param(["--json"], id="json"),
        pytest.param(["--set", "revenue=total"], id="another-field-corrected"),
    ],
)
def test_an_open_question_is_refused_with_the_options_that_answer_it(
    capsys: pytest.CaptureFixture[str], shop: Path, words: list[str]
) -> None:
    file = shop.parent / "ambiguous.csv"
    file.write_text(AMBIGUOUS, "utf-8")
    capsys.readouterr()
    assert run(["load", str(file), "-w", str(shop), *words]) == 1
    spoken = " ".join(capsys.readouterr().err.split())
    assert "--set occurred_at.date_format=%d/%m/%Y" in spoken
    assert run(["load", str(file), "-w", str(shop), "--dry-run", "--set", "occurred_at.date_format=%d/%m/%Y"]) == 0


@pytest.mark.parametrize("stdin", [pytest.param(io.StringIO(), id="at-its-end"), pytest.param(None, id="closed")])
def test_where_nobody_answers_a_send_says_how_to_go_on(
    capsys: pytest.CaptureFixture[str], shop: Path, monkeypatch: pytest.MonkeyPatch, stdin: io.StringIO | None
) -> None:
    monkeypatch.setattr("sys.stdin", stdin)
    capsys.readouterr()
    assert run(["campaigns", "send", "spring", "-w", str(shop)]) == 1
    assert "--yes goes on without asking" in " ".join(capsys.readouterr().err.split())


def test_a_dry_run_of_a_load_asks_nobody(capsys: pytest.CaptureFixture[str], shop: Path) -> None:
    file = shop.parent / "ambiguous.csv"
    file.write_text(AMBIGUOUS, "utf-8")
    capsys.readouterr()
    assert run(["load", str(file), "-w", str(shop), "--dry-run"]) == 0
    assert "Nothing was changed. 3 rows: 3 accepted" in capsys.readouterr().out


ROWS = [{"name": f"[/red] {n}", "share": n / 100, "median_recency_days": 1.0} for n in range(70)]


def test_tables_print_text_as_it_is_and_say_what_they_leave_out(capsys: pytest.CaptureFixture[str]) -> None:
    print_table(ROWS, "[bold]")
    lines = capsys.readouterr().out.splitlines()
    assert lines[:3] == ["[bold]", "name       share  median recency days", "[/red] 0    0.0%                    1"]
    assert lines[-1] == "… and 10 more; --json has them all."
    assert [line for line in lines if line != line.rstrip()] == []


def test_a_terminal_too_narrow_for_a_table_reads_row_by_row(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    for name, value in {"FORCE_COLOR": "1", "NO_COLOR": "1", "COLUMNS": "16", "TERM": "xterm"}.items():
        monkeypatch.setenv(name, value)
    print_table(ROWS[:1])
    plain = re.sub(r"\x1b\[\d*m", "", capsys.readouterr().out)
    assert [line.strip() for line in plain.splitlines()] == ["[/red] 0", "share: 0.0%", "median recency", "days: 1"]


def test_key_figures_are_those_of_the_orders(capsys: pytest.CaptureFixture[str], shop: Path) -> None:
    days = ["--from", "2025-03-01", "--to", "2026-03-01"]
    [told] = ask(capsys, shop, "kpis", "show", "revenue", *days)
    months = ask(capsys, shop, "kpis", "show", "revenue", "--by", "period", *days)
    assert isinstance(months, list)
    with coterie.open(shop) as ws:
        counted = ws.query(
            "SELECT sum(revenue)::DOUBLE AS r FROM orders WHERE status = 'completed' "
            "AND occurred_at >= $since AND occurred_at < $before",
            since=datetime(2025, 3, 1),
            before=datetime(2026, 3, 1),
        ).rows()
    assert told["value"] == pytest.approx(counted[0]["r"])
    assert sum(row["value"] for row in months) == pytest.approx(told["value"])
    cohorts = ask(capsys, shop, "kpis", "retention")
    assert {row["share"] for row in cohorts if row["age"] == 0} == {1.0}


@pytest.mark.parametrize("words", [["show", "revenu"], ["show", "--by", "day"], ["show", "--every", "fortnight"]])
def test_key_figures_that_do_not_exist_are_refused_by_name(
    capsys: pytest.CaptureFixture[str], shop: Path, words: list[str]
) -> None:
    assert run(["kpis", *words, "-w", str(shop)]) == 1
    assert "known:" in capsys.readouterr().err


def test_a_terminal_breaks_long_chinese_sentences_and_cuts_nothing_off(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("FORCE_COLOR", "1")
    monkeypatch.setenv("COLUMNS", "60")
    sentence = "从这些订单看不出有人流失：所有客户都算作活跃，预测让每位客户按各自的频率继续购买。更长的历史才能看出谁不再回来。"
    bullet(sentence, 2)
    assert re.sub(r"\s|·|\x1b\[[0-9;]*m", "", capsys.readouterr().out) == sentence
