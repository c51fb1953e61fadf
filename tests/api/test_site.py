"""The web application's files are served as they are, its page at every other address, and nothing else of the machine."""

from __future__ import annotations

import asyncio
import gzip
from collections.abc import Mapping
from pathlib import Path

import pytest

from coterie.api.site import answer_site
from tests.api.asking import Client
from tests.api.conftest import Shop


@pytest.fixture
def built(tmp_path: Path) -> Path:
    folder = tmp_path / "static"
    (folder / "assets").mkdir(parents=True)
    (folder / "index.html").write_text("<!doctype html><title>Coterie</title>", "utf-8")
    (folder / "assets" / "index-a1b2.js").write_text("export const a = 1\n" * 100, "utf-8")
    (tmp_path / "secret.txt").write_text("secret", "utf-8")
    return folder


def asked(folder: Path, path: str, method: str = "GET", **headers: str) -> tuple[int, Mapping[str, str], bytes]:
    said = []

    async def send(event: object) -> None:
        said.append(event)

    named = [(name.replace("_", "-").encode(), value.encode()) for name, value in headers.items()]
    asyncio.run(answer_site({"type": "http", "method": method, "path": path, "headers": named}, send, folder))
    found = {name.decode(): value.decode() for name, value in said[0]["headers"]}
    return said[0]["status"], found, said[1]["body"]


def test_a_file_is_kept_by_browsers_for_ever_and_the_page_never(built: Path) -> None:
    status, headers, body = asked(built, "/assets/index-a1b2.js", accept_encoding="gzip")
    assert (status, headers["content-type"]) == (200, "text/javascript; charset=utf-8")
    assert "immutable" in headers["cache-control"]
    assert gzip.decompress(body).startswith(b"export")
    assert asked(built, "/assets/index-a1b2.js", if_none_match=headers["etag"])[0] == 304
    status, headers, _ = asked(built, "/")
    assert (status, headers["cache-control"]) == (200, "no-store")


@pytest.mark.parametrize("path", ["/", "/people/7", "/segments/vip/edit", "/join"])
def test_every_address_of_the_application_is_its_page_and_runs_no_foreign_script(built: Path, path: str) -> None:
    status, headers, body = asked(built, path)
    assert (status, body) == (200, (built / "index.html").read_bytes())
    policy = dict(each.strip().split(" ", 1) for each in headers["content-security-policy"].split(";"))
    assert policy["default-src"] == "'self'"
    assert "script-src" not in policy
    assert policy["frame-ancestors"] == "'none'"
    assert headers["x-content-type-options"] == "nosniff"


@pytest.mark.parametrize(
    "path",
    [
        "/assets/gone.js",
        "/../secret.txt",
        "/assets/../../secret.txt",
        "/..%2fsecret.txt",
        "//etc/passwd.txt",
        "/secret.txt",
    ],
)
def test_what_is_not_of_the_application_is_not_there(built: Path, path: str) -> None:
    status, _, body = asked(built, path)
    assert (status, body) == (404, b"")


def test_only_looking_is_answered(built: Path) -> None:
    assert asked(built, "/", "HEAD")[::2] == (200, b"")
    status, headers, _ = asked(built, "/", "POST")
    assert (status, headers["allow"]) == (405, "GET, HEAD")


def test_a_checkout_without_it_says_what_to_run(tmp_path: Path) -> None:
    status, headers, body = asked(tmp_path, "/people")
    assert (status, headers["content-type"]) == (200, "text/html; charset=utf-8")
    assert b"make web" in body


def test_the_server_answers_with_it(shop: Shop) -> None:
    found = Client(shop.server).ask("GET", "/segments")
    assert (found.status, found.headers["content-type"]) == (200, "text/html; charset=utf-8")
    assert Client(shop.server).ask("GET", "/api/v1/nothing").status == 401
