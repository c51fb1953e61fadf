"""A small shop that is served, and clients of it with every scope."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

import coterie
from coterie.protect.key_ring import SCOPES
from coterie.workspace import open_keys
from tests.api.asking import Client
from tests.api.server import Server, serving
from tests.workspace.shop import DEFINITIONS, JOURNEYS, NOW, filled


@dataclass(frozen=True)
class Shop:
    folder: Path
    server: Server
    keys: dict[str, str]

    def client(self, scope: str) -> Client:
        return Client(self.server, self.keys[scope])


@pytest.fixture(scope="module")
def shop(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Shop]:
    """The small shop, loaded, defined and refreshed, and a server of it."""
    folder = filled(tmp_path_factory.mktemp("served") / "shop", DEFINITIONS + JOURNEYS)
    with coterie.open(folder, clock=lambda: NOW) as ws:
        ws.coupons.add("ten", ["TEN-0"])
    with open_keys(folder) as ring:
        keys = {scope: ring.create(f"a-{scope}", scope).key for scope in SCOPES}
    with serving(folder) as server:
        yield Shop(folder, server, keys)


@pytest.fixture
def reader(shop: Shop) -> Client:
    return shop.client("read")


@pytest.fixture
def manager(shop: Shop) -> Client:
    return shop.client("manage")
