"""The ten minutes from Segment to Coterie, word for word, as somebody new does them."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import time
from pathlib import Path

import pytest

from tests.api.server import RUN, serving
from tests.docs.pages import blocks

PAGE = "how-to/from-segment.md"


@pytest.mark.slow
@pytest.mark.skipif(shutil.which("sh") is None, reason="the page is for a shell")
def test_the_page_does_what_it_says(tmp_path: Path) -> None:
    begin, *commands = [block.text for block in blocks(PAGE) if block.language == ""]
    [program] = [block.text for block in blocks(PAGE) if block.language == "python"]
    [segment] = [block.text for block in blocks(PAGE) if block.language == "yaml"]
    (tmp_path / "bin").mkdir()
    coterie = tmp_path / "bin" / "coterie"
    coterie.write_text(f"#!/bin/sh\nexec {sys.executable} -c '{RUN}' \"$@\"\n", "utf-8")
    coterie.chmod(0o700)
    python = tmp_path / "bin" / "python"
    python.write_text(f'#!/bin/sh\nexec {sys.executable} -W ignore "$@"\n', "utf-8")
    python.chmod(0o700)
    environment = {**os.environ, "PATH": f"{tmp_path / 'bin'}:{os.environ['PATH']}"}

    def typed(text: str, folder: Path) -> str:
        done = subprocess.run(
            ["sh", "-e", "-c", text], cwd=folder, env=environment, capture_output=True, text=True, check=False
        )
        assert (done.returncode, done.stderr) == (0, ""), text
        return done.stdout

    make, _, serve = begin.rpartition("\ncoterie serve")
    assert serve.strip() == ""
    assert make.endswith("cd shop")
    typed(make, tmp_path)
    shop = tmp_path / "shop"
    with serving(shop) as server:
        text = program.replace("ctr_…", str(server.key)).replace("http://127.0.0.1:8000", server.address)
        (shop / "send.py").write_text(text, "utf-8")
        (shop / "definitions" / "buyers.yaml").write_text(segment, "utf-8")
        sending, looking, defining, freezing, checking = commands
        typed(sending, shop)
        server.settle()
        assert "o1: 25.00 USD" in typed(looking, shop)
        assert "Bought at least once" in typed(defining, shop)
        assert "teapot" in typed(freezing, shop)
        changed = text.replace('"u1", "Order Completed"', '"u2", "Order Completed"').replace('"o1"', '"o2"')
        (shop / "send.py").write_text(changed.replace('"price": 25', '"price": "25"'), "utf-8")
        typed(sending, shop)
        server.settle()
        until = time.monotonic() + 60
        while "Bought at least once     2" not in (listed := typed("coterie segments list", shop)):
            assert time.monotonic() < until, listed
        assert "other_type" in typed(checking, shop)
