"""A request that is sent again under its idempotency key is done once."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor

from tests.api.asking import Client
from tests.api.conftest import Shop

BODY = {"definitions": {"segments": [{"name": "many", "rule": {"trait": "orders", ">=": 3}}]}}


def test_the_same_request_is_answered_alike_and_done_once(manager: Client) -> None:
    first = manager.post("/refresh", {"as_of": "2026-03-01"}, Idempotency_Key="a")
    again = manager.post("/refresh", {"as_of": "2026-03-01"}, Idempotency_Key="a")
    assert (first.status, again.status) == (202, 202)
    assert again.body == first.body
    assert again.headers["location"] == first.headers["location"]
    assert again.headers["idempotency-replayed"] == "true"
    assert "idempotency-replayed" not in first.headers
    assert manager.post("/refresh", {"as_of": "2026-03-01"}).body["job"] == first.body["job"] + 1


def test_another_request_under_the_key_is_refused(manager: Client) -> None:
    assert manager.post("/definitions", BODY, Idempotency_Key="b").status == 200
    found = manager.post("/definitions", {**BODY, "prune": True}, Idempotency_Key="b")
    assert (found.status, found.body["code"]) == (422, "key_reused")
    elsewhere = manager.post("/refresh", {}, Idempotency_Key="b")
    assert (elsewhere.status, elsewhere.body["code"]) == (422, "key_reused")


def test_a_key_belongs_to_whoever_asks(shop: Shop) -> None:
    jobs = {
        scope: shop.client(scope).post("/refresh", {}, Idempotency_Key="c").body["job"] for scope in ("manage", "admin")
    }
    assert len(set(jobs.values())) == 2


def test_what_was_refused_may_be_asked_again(manager: Client) -> None:
    wrong = {"template": "no-such"}
    assert manager.post("/segments/adopt", wrong, Idempotency_Key="d").status == 422
    assert manager.post("/segments/adopt", {"template": "bought_once"}, Idempotency_Key="d").status == 201


def test_many_at_once_under_one_key_do_it_once(manager: Client) -> None:
    before = manager.get("/jobs?limit=1").body["items"][0]["job"]
    with ThreadPoolExecutor(8) as pool:
        found = list(pool.map(lambda _: manager.post("/refresh", {}, Idempotency_Key="e"), range(16)))
    assert {each.status for each in found} <= {202, 409}
    assert {each.body["job"] for each in found if each.status == 202} == {before + 1}
    assert {each.body["code"] for each in found if each.status == 409} <= {"still_asked"}
    assert manager.get("/jobs?limit=1").body["items"][0]["job"] == before + 1


def test_nothing_that_was_asked_stands_in_the_ledger(shop: Shop) -> None:
    body = {"address": "hidden@shop.example"}
    assert shop.client("manage").post("/suppressions", body, Idempotency_Key="f").status == 201
    files = [file.read_bytes() for file in (shop.folder / ".coterie").glob("ledger.sqlite*")]
    assert not any(b"hidden@shop" in each or b"hidden@shop".hex().encode() in each for each in files)
