"""What is made to break the program is refused with a sentence, within 1 GB and 10 s of processor time."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

import coterie
from coterie.settings import WorkspaceSettings
from tests.collect.test_hostile_files import HOSTILE

ENDINGS = {"parquet": "parquet", "excel": "xlsx", "jsonl": "jsonl"}
PACKED = {"gzip": ".gz", "zstd": ".zst", "zip": ".zip"}


MAPPED = [
    "--kind",
    "orders",
    *(f"--set={field}" for field in ("order_id=id", "customer_id=who", "occurred_at=at", "revenue=amount")),
]
"""What a person might say of such a file, so that it is read as far as it can be."""

DEFINITIONS = {
    "five-hundred-deep": "segments:\n- name: deep\n  rule: " + "{all: [" * 500 + "{did: x}" + "]}" * 500 + "\n",
    "aliases-of-aliases": "a0: &a0 [x, x, x, x, x, x, x, x, x, x]\n"
    + "".join(f"a{n}: &a{n} [{', '.join([f'*a{n - 1}'] * 10)}]\n" for n in range(1, 12)),
    "an-alias-of-itself": "segments: &s\n- name: me\n  rule: {all: *s}\n",
    "segments-in-a-circle": "segments:\n- {name: a, rule: {in_segment: b}}\n- {name: b, rule: {in_segment: a}}\n",
    "a-pattern-for-ever": "segments:\n- {name: p, rule: {did: Order Completed, where: {currency: {matches: '"
    + "(a*)*" * 50
    + "(?<x>[[[['}}}}\n",
    "nested-tags": "templates:\n- {name: t, subject: x, body: '" + "<div>" * 12_000 + "'}\n",
    "loops-in-loops": "templates:\n- {name: t, subject: x, body: '"
    + "{% for a in (1..99999) %}" * 5
    + "x"
    + "{% endfor %}" * 5
    + "'}\n",
    "a-python-object": "segments: !!python/object/apply:os.system ['true']\n",
    "no-utf-8": b"segments:\n- name: \xff\xfe\n",
    "a-number-of-a-million-digits": "segments:\n- {name: n, rule: {trait: age, '>': " + "9" * 1_000_000 + "}}\n",
}


Told = dict[str, object]


@pytest.fixture(scope="module")
def ran(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Callable[[str], Told]]:
    """Gives each of them to the program, by name; what became of it."""
    folder = tmp_path_factory.mktemp("hostile")
    shop = coterie.init(folder / "shop", WorkspaceSettings(timezone="UTC"))
    (folder / "orders.csv").write_text("order_id,customer_id,order_date,total\n1,a,2026-01-02,5\n")
    with coterie.open(shop) as ws:
        ws.load(folder / "orders.csv")
    commands: dict[str, list[str]] = {}
    for case in HOSTILE:
        content, form, _ = case.values
        packed = PACKED.get(str(form.get("compression")), "")  # type: ignore[attr-defined]
        file = folder / f"{case.id}.{ENDINGS.get(str(form.get('container')), 'csv')}{packed}"  # type: ignore[attr-defined]
        file.write_bytes(content() if callable(content) else content)  # type: ignore[arg-type]
        commands[str(case.id)] = ["load", str(file), "--yes", "-w", str(shop), "--json", *MAPPED]
    for name, text in DEFINITIONS.items():
        file = folder / f"{name}.yaml"
        file.write_bytes(text if isinstance(text, bytes) else text.encode())
        commands[name] = ["apply", str(file), "-w", str(shop), "--json"]
    os.mkfifo(folder / "pipe.csv")
    commands["a-pipe"] = ["load", str(folder / "pipe.csv"), "--yes", "-w", str(shop), "--json"]
    commands["a-device"] = ["load", "/dev/zero", "--yes", "-w", str(shop), "--json"]
    commands["a-folder"] = ["load", str(folder), "--yes", "-w", str(shop), "--json"]
    with subprocess.Popen(
        [sys.executable, str(Path(__file__).with_name("under_limits.py"))],
        stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True,
    ) as process:  # fmt: skip
        assert process.stdin
        assert process.stdout
        asked, told = process.stdin, process.stdout

        def run(name: str) -> Told:
            asked.write(json.dumps(commands[name]) + "\n")
            asked.flush()
            return dict(json.loads(told.readline()))

        yield run
        asked.close()


NAMES = [*(str(case.id) for case in HOSTILE), *DEFINITIONS, "a-pipe", "a-device", "a-folder"]


@pytest.mark.parametrize("name", NAMES)
def test_it_is_refused_with_a_sentence_within_limits(name: str, ran: Callable[[str], Told]) -> None:
    found = ran(name)
    assert found["code"] == 1, found
    assert json.loads(str(found["err"]))["code"] in {"bad_file", "bad_definition", "unknown_name", "refused"}, found[
        "err"
    ]
    assert "Traceback" not in f"{found['out']}{found['err']}"
    assert float(str(found["seconds"])) < 10
    assert float(str(found["gigabytes"])) < 1
