"""A person by number is answered alike with and without a document, to whom may read."""

from __future__ import annotations

import re
import time

import pytest

from tests.api.asking import Client, Said
from tests.api.conftest import Shop


def test_look_ups_by_key_are_answered_from_the_first(shop: Shop, reader: Client) -> None:
    """A server that nobody asked yet makes whom they wait for, several together."""
    wanted = reader.get("/profiles/7", If_Match="*")
    namespace, value = next((row["namespace"], row["value"]) for row in wanted.body["identifiers"])
    before = documents_read(reader)
    for _ in range(600):
        found = reader.post("/profiles/lookup", {"key": f"{namespace}:{value}"})
        assert found.body == wanted.body
        if documents_read(reader) > before:
            break
        time.sleep(0.05)
    else:
        pytest.fail("it was never answered by a document")
    for body, status in (({"key": "nobody there"}, 404), ({"key": ""}, 422), ({"name": "x"}, 422)):
        assert reader.post("/profiles/lookup", body).status == status
    assert shop.client("write").post("/profiles/lookup", {"key": f"{namespace}:{value}"}).status == 403


def documents_read(client: Client) -> int:
    told = str(client.ask("GET", "/metrics").body, "utf-8")
    return int(re.search(r'coterie_profile_reads_total{from="document"} (\d+)', told)[1])


def by_document(client: Client, path: str, **headers: str) -> Said:
    """The answer once a document is there."""
    before = documents_read(client)
    for _ in range(600):
        found = client.get(path, **headers)
        if documents_read(client) > before:
            return found
        time.sleep(0.05)
    pytest.fail("it was never made")


@pytest.mark.parametrize("lang", ["en", "zh"])
def test_an_answer_is_the_same_by_document(reader: Client, lang: str) -> None:
    first = reader.get("/profiles/7", Accept_Language=lang, If_Match="*")  # asked so, the route answers
    found = by_document(reader, "/profiles/7", Accept_Language=lang)
    assert found.body == first.body
    assert {name: found.headers[name] for name in ("cache-control", "content-type")} == {
        name: first.headers[name] for name in ("cache-control", "content-type")
    }


def test_who_may_not_read_is_told_no_document(shop: Shop, reader: Client) -> None:
    by_document(reader, "/profiles/7")
    assert shop.client("write").get("/profiles/7").status == 403
    assert Client(shop.server, None).get("/profiles/7").status == 401
    assert reader.get("/profiles/7?lang=fr").status == 422
    assert reader.get("/profiles/7", If_Match="x").status == 400
