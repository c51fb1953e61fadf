"""Definitions go to files and back, and faults are said with their place."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path

import pytest

from coterie.errors import BadDefinition, UnknownName
from coterie.run import compare, read_definitions, save_changes, write_definitions
from coterie.store import open_ledger

NOON = datetime(2026, 1, 1, 12)


@pytest.mark.parametrize(
    ("text", "error", "words"),
    [
        pytest.param(
            "segments:\n- rule: {}\n", BadDefinition, "a.yaml:2: an item of segments has no name", id="no-name"
        ),
        pytest.param("segments: [\n", BadDefinition, "not YAML", id="not-yaml"),
        pytest.param("segmets:\n- name: a\n", UnknownName, "did you mean 'segments'", id="misspelt-list"),
        pytest.param("- a\n", BadDefinition, "expected lists under", id="a-list"),
        pytest.param("segments: vip\n", BadDefinition, "has to be a list", id="not-a-list"),
        pytest.param("segments:\n- name: a\n- name: a\n", BadDefinition, "a.yaml:2; keep one", id="twice"),
    ],
)
def test_faults_are_said_with_their_place(tmp_path: Path, text: str, error: type[Exception], words: str) -> None:
    (tmp_path / "a.yaml").write_text(text, "utf-8")
    with pytest.raises(error, match=words.replace("(", r"\(")):
        read_definitions(tmp_path)


def test_an_empty_file_defines_nothing(tmp_path: Path) -> None:
    (tmp_path / "a.yaml").write_text("", "utf-8")
    assert read_definitions(tmp_path) == []


def test_what_is_written_reads_back_the_same(tmp_path: Path) -> None:
    bodies = [("segment", {"name": "大客户", "rule": {"all": [1, 2]}}), ("trait", {"name": "x", "since": "2011-09-01"})]
    write_definitions(tmp_path, bodies)
    assert {(d.kind, d.name, str(d.body)) for d in read_definitions(tmp_path)} == {
        (k, b["name"], str(b)) for k, b in bodies
    }


def test_applying_twice_changes_nothing_and_pruning_retires(tmp_path: Path) -> None:
    ledger = open_ledger(None)
    (tmp_path / "a.yaml").write_text("segments:\n- name: a\n  since: 2011-09-01\n- name: b\n", "utf-8")
    first = read_definitions(tmp_path)
    save_changes(ledger, compare(ledger, first), first, author="me", at=NOON)
    assert {c.act for c in compare(ledger, first)} == {"keep"}
    (tmp_path / "a.yaml").write_text("segments:\n- name: a\n  since: 2011-09-02\n", "utf-8")
    second = read_definitions(tmp_path)
    changes = compare(ledger, second, prune=True)
    assert [(c.name, c.act, c.fields) for c in changes] == [("a", "change", ("since",)), ("b", "retire", ())]
    save_changes(ledger, changes, second, author="me", at=NOON)
    with ledger.reading() as t:
        assert sorted(t.definitions.all("segment")) == ["a"]
        assert t.definitions.one("segment", "a", version=1).body["since"] == "2011-09-01"
