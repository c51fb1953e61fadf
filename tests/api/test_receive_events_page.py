"""What the how-to page shows is what happens: its Python and its request by hand, against a server."""

from __future__ import annotations

import shlex
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

import coterie
from tests.api.server import Server, serving
from tests.docs.pages import blocks

PAGE = "how-to/receive-events.md"
HERE = "http://127.0.0.1:8000"


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    with serving(coterie.init(tmp_path_factory.mktemp("page") / "shop")) as running:
        yield running


def test_the_python_of_the_page_sends(server: Server) -> None:
    [block] = [block for block in blocks(PAGE) if block.language == "python"]
    text = block.text.replace("ctr_…", str(server.key)).replace(HERE, server.address)
    before = server.settle()["accepted"]
    # The client's own threads outlive the program unless it is told to wait for them.
    run = subprocess.run(
        [sys.executable, "-W", "ignore", "-c", f"{text}\nanalytics.shutdown()"],
        capture_output=True,
        text=True,
        check=False,
    )
    assert (run.returncode, run.stderr) == (0, "")
    assert server.settle()["accepted"] == before + 2


def test_the_request_by_hand_is_taken(server: Server) -> None:
    [line] = [
        text for block in blocks(PAGE) for text in [block.text.replace("\\\n", " ")] if text.strip().startswith("curl")
    ]
    words = shlex.split(line)
    body, path = words[words.index("-d") + 1].encode(), next(word for word in words if word.startswith(HERE))
    assert server.post(path.removeprefix(f"{HERE}/v1/"), body, headers={"Content-Type": "application/json"}) == 200


NODE = """
import { Analytics } from '@segment/analytics-node'
const [key, host] = process.argv.slice(2)
const a = new Analytics({ writeKey: key, host, flushAt: 3, maxRetries: 3 })
a.on('error', (fault) => { console.error(JSON.stringify(fault)); process.exitCode = 1 })
a.identify({ userId: 'n1', traits: { email: 'nan@shop.example' } })
a.track({ userId: 'n1', anonymousId: 'na', event: 'Order Completed', properties: { order_id: 'no1', revenue: 12.5 } })
a.page({ anonymousId: 'na', name: 'Home' })
a.screen({ userId: 'n1', name: 'Start' })
a.group({ userId: 'n1', groupId: 'g', traits: { n: 1 } })
a.alias({ userId: 'n1', previousId: 'nb' })
await a.closeAndFlush({ timeout: 10000 })
"""


@pytest.mark.slow
def test_segments_client_for_node_gets_everything_in(server: Server, tmp_path: Path) -> None:
    for command in (["npm", "init", "-y"], ["npm", "install", "--no-audit", "--no-fund", "@segment/analytics-node"]):
        try:
            subprocess.run(command, cwd=tmp_path, capture_output=True, check=True, timeout=300)
        except (OSError, subprocess.SubprocessError) as fault:
            pytest.skip(f"Node or its packages cannot be had here: {fault}")
    (tmp_path / "send.mjs").write_text(NODE, "utf-8")
    before = server.settle()
    run = subprocess.run(
        ["node", "send.mjs", str(server.key), server.address], cwd=tmp_path, capture_output=True, text=True, check=False
    )
    assert (run.returncode, run.stderr) == (0, "")
    found = server.settle()
    assert (found["accepted"] - before["accepted"], found["refused"]) == (6, before["refused"])
