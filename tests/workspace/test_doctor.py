"""Doctor finds what is broken anywhere in the files, and never ends in a traceback."""

from __future__ import annotations

import random
import shutil
from pathlib import Path

import pytest

import coterie
from coterie.errors import CoterieError
from coterie.workspace.finding import STATE
from tests.workspace.shop import NOW, filled


@pytest.fixture(scope="module")
def shop(tmp_path_factory) -> Path:
    folder = filled(tmp_path_factory.mktemp("doctor") / "shop", "")
    coterie.open(folder, clock=lambda: NOW).close()
    return folder


def verdict(folder: Path) -> set[str]:
    try:
        with coterie.open(folder, clock=lambda: NOW) as ws:
            return {row["check"] for row in ws.doctor().rows() if row["state"] == "bad"}
    except CoterieError:
        return {"opening"}


def test_a_sound_workspace_is_sound(shop):
    assert verdict(shop) == set()


@pytest.mark.parametrize("file", ["warehouse.duckdb", "ledger.sqlite"])
@pytest.mark.parametrize("seed", range(6))
def test_a_page_overwritten_anywhere_in_use_is_found(shop, tmp_path, file, seed):
    folder = Path(shutil.copytree(shop, tmp_path / "shop"))
    broken = folder / STATE / file
    content = bytearray(broken.read_bytes())
    chosen = random.Random(seed)
    page = 262_144 if file.startswith("warehouse") else 4_096
    # Every second page, so that some of them are in use wherever the free ones are.
    for start in range(page * (1 + seed % 2), len(content), 2 * page):
        place = start + chosen.randrange(8, min(page, len(content) - start, 2_000))
        content[place] ^= 1 << chosen.randrange(8)
    broken.write_bytes(content)
    assert verdict(folder), (file, seed)


@pytest.mark.parametrize("file", ["warehouse.duckdb", "ledger.sqlite"])
@pytest.mark.parametrize("share", [0.2, 0.6, 0.97])
def test_a_file_cut_short_is_found(shop, tmp_path, file, share):
    folder = Path(shutil.copytree(shop, tmp_path / "shop"))
    broken = folder / STATE / file
    broken.write_bytes(broken.read_bytes()[: int(broken.stat().st_size * share)])
    assert verdict(folder), (file, share)
