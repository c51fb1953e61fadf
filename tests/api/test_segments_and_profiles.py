"""Segments and people over HTTP say what the workspace says, page by page, and change by the version that was seen."""

from __future__ import annotations

import time

import pytest

from tests.api.asking import Client

FREQUENT = {"did": "Order Completed", "at_least": 4}


def test_segments_are_listed_with_their_sizes(reader: Client) -> None:
    found = reader.get("/segments").body
    assert {each["name"]: each["size"] for each in found["items"]} == {"frequent": 25, "oslo": 30, "frequent-oslo": 13}
    assert found["next"] is None


def test_a_preview_counts_every_condition(reader: Client) -> None:
    rule = {"all": [FREQUENT, {"trait": "city", "=": "Oslo"}]}
    found = reader.post("/segments/preview", {"rule": rule, "sample": 3}).body
    assert (found["size"], found["base"], len(found["sample"])) == (13, 60, 3)
    assert found["condition"]["size"] == 13
    assert [part["size"] for part in found["condition"]["parts"]] == [25, 30]


@pytest.mark.parametrize("limit", [1, 7, 25, 1000])
def test_pages_together_are_all_members_once(reader: Client, limit: int) -> None:
    seen, cursor = [], ""
    while cursor is not None:
        found = reader.get(f"/segments/frequent/members?limit={limit}" + (f"&after={cursor}" if cursor else "")).body
        assert 0 < len(found["items"]) <= limit
        seen += [each["profile_id"] for each in found["items"]]
        cursor = found["next"]
    assert len(seen) == len(set(seen)) == 25


@pytest.mark.parametrize("cursor", ["x", "bm8", "W10", "WyJhIl0", "!!!", "W1tbW1tb"])
def test_a_cursor_that_is_none_is_refused(reader: Client, cursor: str) -> None:
    for path in ("/segments/frequent/members", "/profiles", "/segment-changes", "/jobs"):
        found = reader.get(f"{path}?after={cursor}")
        assert (found.status, found.body["code"]) == (422, "bad_cursor"), path


@pytest.mark.parametrize("name", ["names", "targets", "templates", "overlap", "changes", "preview", "reach", "adopt"])
def test_a_segment_may_be_called_as_anything_else_is(manager: Client, name: str) -> None:
    rule = {"trait": "orders", ">=": 3}
    assert manager.ask("PUT", f"/api/v1/segments/{name}", {"name": name, "rule": rule}).status in (200, 201)
    found = manager.get(f"/segments/{name}")
    assert (found.status, found.body["name"], found.body["rule"]["text"]) == (200, name, "orders ≥ 3")
    assert manager.get(f"/segments/{name}/versions").status == 200
    assert manager.ask("DELETE", f"/api/v1/segments/{name}").status == 200


def test_the_feed_of_changes_goes_on_where_it_ended(reader: Client) -> None:
    whole = reader.get("/segment-changes?limit=1000").body
    assert len(whole["items"]) == 25 + 30 + 13
    first = reader.get("/segment-changes?limit=20").body
    rest = reader.get(f"/segment-changes?limit=1000&after={first['next']}").body
    assert first["items"] + rest["items"] == whole["items"]
    assert reader.get(f"/segment-changes?after={rest['next']}").body == {"items": [], "next": rest["next"]}
    assert {each["segment"] for each in reader.get("/segment-changes?segment=oslo").body["items"]} == {"oslo"}


def test_channels_are_scored_by_what_counts(reader: Client) -> None:
    def scored(asked: str) -> dict[tuple[str, str], dict[str, float]]:
        found = reader.get(f"/channels/score?by=rfm{asked}").body["items"]
        return {(each["segment"], each["channel"]): each for each in found}

    usual, by_value = scored(""), scored("&value=1&preference=0&capability=0")
    assert usual.keys() == by_value.keys()
    assert all(each["score"] == pytest.approx(each["value"]) for each in by_value.values())
    assert any(usual[cell]["score"] != pytest.approx(by_value[cell]["score"]) for cell in usual)
    told = reader.get("/channels/finding?by=rfm&value=3&preference=0&capability=1").body
    assert told["weights"] == {"value": 0.75, "preference": 0.0, "capability": 0.25}
    assert told["finding"]
    refused = reader.get("/channels/score?by=rfm&value=0&preference=0&capability=0")
    assert (refused.status, refused.body["code"]) == (422, "refused")


def test_the_parts_of_a_segmentation_say_which_is_largest(reader: Client) -> None:
    found = reader.get("/segmentations/rfm").body
    largest = max(found["parts"], key=lambda each: each["size"])
    assert found["kind"] == "rfm"
    assert found["finding"][0]["values"]["name"]["text"] == largest["name"]["text"]
    assert found["finding"][0]["values"]["n"] == largest["size"]
    assert found["personas"]
    assert reader.get("/segmentations/rfm?personas=false").body == {**found, "personas": {}}


def test_the_newest_of_the_audit_log_comes_first(manager: Client) -> None:
    assert manager.get("/audit?newest=true").status == 403  # who manages does not see it


def test_a_segment_is_made_changed_and_retired_by_the_version_that_was_seen(manager: Client) -> None:
    body = {"name": "bought", "rule": {"did": "Order Completed"}}
    path = "/api/v1/segments/bought"
    made = manager.ask("PUT", path, body)
    assert (made.status, made.headers["etag"], made.body["author"]) == (201, '"1"', "a-manage")
    assert manager.ask("PUT", path, {**body, "label": "Bought"}).status == 409  # it is there, and no version was said
    changed = manager.ask("PUT", path, {**body, "label": "Bought"}, If_Match='"1"')
    assert (changed.status, changed.headers["etag"]) == (200, '"2"')
    late = manager.ask("PUT", path, {**body, "label": "Late"}, If_Match='"1"')
    assert (late.status, late.body["code"], late.body["facts"]["version"]) == (412, "overtaken", 2)
    assert [each["version"] for each in manager.get("/segments/bought/versions").body["items"]] == [1, 2]
    assert manager.get("/segments/bought", If_None_Match='"2"').status == 304
    assert manager.ask("DELETE", path, If_Match='"1"').status == 412
    assert manager.ask("DELETE", path, If_Match='"2"').body["is_retired"]
    assert manager.get("/segments/bought").status == 404
    # A server that is live forgets by itself who was in it.
    until = time.monotonic() + 60
    while "bought" in manager.post("/profiles/lookup", {"key": "c4@shop.example"}).body["segments"]:
        assert time.monotonic() < until
        time.sleep(0.1)


def test_what_another_needs_is_not_retired(manager: Client) -> None:
    found = manager.ask("DELETE", "/api/v1/segments/oslo")
    assert found.status == 422, found.body
    assert "frequent-oslo" in found.body["detail"]


def test_a_wrong_definition_is_refused_with_what_is_known(manager: Client) -> None:
    body = {"name": "wrong", "rule": {"trait": "cty", "=": "Oslo"}}
    found = manager.ask("PUT", "/api/v1/segments/wrong", body)
    assert (found.status, found.body["code"]) == (422, "bad_definition")
    assert "city" in found.body["facts"]["nearest"]
    assert found.body["path"] == "segment wrong.rule.trait"
    assert manager.get("/segments/wrong").body["code"] == "unknown_name"


def test_who_somebody_is_and_why(reader: Client) -> None:
    person = reader.post("/profiles/lookup", {"key": "c4@shop.example"}).body
    number = person["profile_id"]
    assert reader.get(f"/profiles/{number}").body == person
    assert person["segments"] == sorted({"frequent", "oslo", "frequent-oslo"} & set(person["segments"]))
    why = reader.post("/segments/frequent/explain", {"key": "C4"}).body
    assert (why["holds"], why["value"]["text"]) == (True, "4")


def test_a_timeline_comes_page_by_page(reader: Client) -> None:
    number = reader.post("/profiles/lookup", {"key": "C6"}).body["profile_id"]
    whole = reader.get(f"/profiles/{number}/timeline").body
    assert whole["next"] is None
    seen, cursor = [], ""
    while cursor is not None:
        found = reader.get(f"/profiles/{number}/timeline?limit=2" + (f"&after={cursor}" if cursor else "")).body
        seen += found["items"]
        cursor = found["next"]
    assert seen == whole["items"]
    assert len(seen) >= 6


def test_nobody_else_is_told_of_where_somebody_is_not_known(reader: Client) -> None:
    found = reader.post("/profiles/lookup", {"key": "nobody@else.example"})
    assert (found.status, found.body["facts"]) == (404, {"kind": "customer"})
    assert not any(f"C{n}" in str(found.body) for n in range(1, 61))
    assert "shop.example" not in str(found.body)


def test_a_body_that_is_none_is_said_without_what_stood_there(reader: Client) -> None:
    broken = reader.ask("POST", "/api/v1/profiles/lookup", b'{"key": "ann@secret.example"')
    assert (broken.status, broken.body["code"]) == (400, "not_json")
    wrong = reader.post("/profiles/lookup", {"key": ["ann@secret.example"]})
    assert (wrong.status, wrong.body["path"]) == (422, "body.key")
    assert "secret" not in str(broken.body) + str(wrong.body)
