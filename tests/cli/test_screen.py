"""What data says is shown on a terminal and never obeyed by it; pipes and odd names keep nobody waiting."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

import coterie


@pytest.fixture(scope="module")
def shop(tmp_path_factory) -> Path:
    folder = coterie.init(tmp_path_factory.mktemp("screen") / "shop")
    coterie.open(folder).close()
    os.mkfifo(folder / "pipe.csv")
    (folder / "e\x1b[31m.csv").write_text("customer_id,\x1b]0;own\x07email\n1,a\n", "utf-8")
    return folder


def run(shop: Path, *arguments: str | bytes) -> subprocess.CompletedProcess[bytes]:
    command = [sys.executable, "-c", "from coterie.cli import main; main()", *arguments, "-w", str(shop)]
    return subprocess.run(command, capture_output=True, check=False, timeout=120, stdin=subprocess.DEVNULL)


CASES = {
    "pipe": ([b"load", b"pipe.csv", b"--yes"], b"is a device or a pipe"),
    "device": ([b"load", b"/dev/zero", b"--yes"], b"is a device or a pipe"),
    "no-utf8-name": ([b"load", b"caf\xe9.csv", b"--yes"], b""),
    "name": ([b"load", b"no\x1b[31m.csv", b"--yes"], b"Not done"),
    "contents": ([b"load", b"e\x1b[31m.csv", b"--kind", b"orders", b"--yes"], b"Not done"),
    "argument": ([b"segments", b"show", b"\x1b[2J\xc2\x9b2J"], b"Not done"),
    "json": ([b"segments", b"show", b"\x1b[2J\xc2\x9b2J", b"--json"], b"UnknownName"),
}


@pytest.mark.parametrize(("arguments", "words"), CASES.values(), ids=CASES)
def test_a_sentence_comes_and_no_control_character(shop, arguments, words):
    (shop / os.fsdecode(b"caf\xe9.csv")).write_text("customer_id,email\n1,a@b.example\n")
    given = [shop / os.fsdecode(a) if a.endswith(b".csv") else os.fsdecode(a) for a in arguments]
    ended = run(shop, *(str(each) for each in given))
    told = ended.stdout + ended.stderr
    assert ended.returncode == 1, told
    assert words in told
    assert b"Traceback" not in told
    assert not {0x1B, 0x07} & set(told)
    assert "\x9b" not in told.decode("utf-8")


def test_a_list_of_a_gigabyte_is_not_read(shop, tmp_path):
    """Of holes alone, so that it takes no disk; what is read of it would take memory."""
    file = tmp_path / "list.txt"
    with file.open("wb") as stream:
        stream.truncate(1 << 30)
    ended = run(shop, "segments", "upload", "friends", str(file))
    assert ended.returncode == 1
    assert b"more than a list of keys has" in ended.stderr


@pytest.mark.parametrize("arguments", [("status",), ("segments", "list", "--json")])
def test_what_goes_well_says_nothing_beside_its_answer(shop, arguments):
    ended = run(shop, *arguments)
    assert (ended.returncode, ended.stderr) == (0, b"")
