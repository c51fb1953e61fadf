"""Every route answers as it says it does, and the command line has nothing that HTTP lacks without a reason."""

from __future__ import annotations

import re
from typing import Any

import jsonschema
import pytest

from coterie.api.interface import PREFIX
from coterie.api.resources import RESOURCES
from coterie.api.route import Route
from tests.api.asking import Client
from tests.api.conftest import Shop
from tests.api.test_jobs import ended
from tests.docs.commands import command_lines

ROUTES = {f"{route.method} {route.path}": route for resource in RESOURCES for route in resource}

NOT_OVER_HTTP = {
    "init": "makes the folder that a server then serves",
    "serve": "is the server",
    "backup": "writes a copy of everybody's data and of the key to a place on the server's own disk",
    "channels push-key": "makes a secret, which is for the eyes of whoever keeps the server's environment",
    "restore": "makes another workspace on the server's own disk",
}

HERE = {
    "/segments/{name}": "frequent",
    "/segmentations/{name}": "rfm",
    "/definitions/{kind}/{name}": "segment/frequent",
    "/definitions/{kind}": "segment",
    "/campaigns/{name}": "spring",
    "/journeys/{name}": "welcome",
    "/lists/{name}": "guests",
    "/coupons/{name}": "ten",
    "/models/{name}": "lifetime-value",
    "/traits/{name}": "orders",
    "/parts/{kind}/{name}": "operator/did",
}
ANSWERED_WITH = {
    "GET /models/{name}": 409,  # nothing was fitted
    "GET /models/{name}/explanation": 409,
    "GET /segmentations/{name}/evidence": 409,  # RFM was not discovered
    "GET /segmentations/{name}/moves": 422,  # nor has it stages
    "GET /report": 409,  # none was written
    "GET /campaigns/{name}/results": 409,  # not launched
    "GET /campaigns/{name}/results/file": 409,
    "GET /campaigns/{name}/messages": 409,
    "POST /campaigns/{name}/schedule": 422,  # it names no time
    "GET /journeys/{name}/people/{profile}": 409,  # not published
    "GET /journeys/{name}/results": 409,
}


def _path(route: Route) -> str:
    for place, name in HERE.items():
        if route.path.startswith(place):
            whole = place.rpartition("/{")[0] if place.count("{") == 1 else place.split("/{", maxsplit=1)[0]
            return f"{whole}/{name}{route.path.removeprefix(place)}".replace("{part}", "no_orders").replace(
                "{profile}", "C4"
            )
    return route.path


def test_no_route_stands_where_another_takes_a_name() -> None:
    def takes(one: str, other: str) -> bool:
        """Whether what is asked by the path ``one`` could be meant for ``other``, which takes any name there."""
        parts = list(zip(one.split("/"), other.split("/"), strict=False))
        is_as_long = len(one.split("/")) == len(other.split("/"))
        return is_as_long and all(a == b or (b.startswith("{") and b != "{number}") for a, b in parts)

    pairs = [(a.split(), b.split()) for a in ROUTES for b in ROUTES if a != b]
    assert [(a, b) for (how, a), (other, b) in pairs if how == other and takes(a, b)] == []


def conform(found: Any, schema: Any) -> None:
    jsonschema.Draft202012Validator(schema).validate(found)


LOOKED_AT = [name for name, route in ROUTES.items() if route.method == "GET" and "{number}" not in route.path]


CALLS = {
    "name": "calls",
    "entry": {"by_hand": True},
    "holdout": 0,
    "steps": [{"id": "call", "task": "Call them", "assign": "sales"}],
}
DONE: list[tuple[str, str, Any]] = [
    ("POST /segments/preview", "/segments/preview", {"rule": {"trait": "revenue", ">=": 100}}),
    ("POST /traits/preview", "/traits/preview", {"definition": {"count": "Order Completed"}}),
    ("POST /segments/reach", "/segments/reach", {"rule": {"trait": "revenue", ">=": 100}}),
    (
        "POST /campaigns/plan",
        "/campaigns/plan",
        {"definition": {"name": "summer", "audience": {"segments": ["frequent"]}, "template": "later"}},
    ),
    ("POST /templates/preview", "/templates/preview", {"template": "hello", "person": "C4", "language": "en"}),
    ("POST /segments/adopt", "/segments/adopt", {"template": "bought_once"}),
    ("POST /segments/{name}/explain", "/segments/oslo/explain", {"key": "C4"}),
    ("POST /segments/{name}/rollback", "/segments/oslo/rollback", {"version": 1}),
    ("POST /profiles/lookup", "/profiles/lookup", {"key": "C4"}),
    ("POST /merges", "/merges", {"key": "C40", "other": "C41"}),
    ("POST /merges/refuse", "/merges/refuse", {"key": "C42", "other": "C43"}),
    (
        "POST /definitions/diff",
        "/definitions/diff",
        {"yaml": "segments:\n- name: x\n  rule: {trait: orders, '>': 2}\n"},
    ),
    (
        "POST /definitions",
        "/definitions",
        {"definitions": {"segments": [{"name": "y", "rule": {"trait": "orders", ">": 2}, "cadence": "frozen"}]}},
    ),
    ("POST /segments/{name}/refreeze", "/segments/y/refreeze", {}),
    ("POST /segmentations/{name}/adopt", "/segmentations/rfm/adopt", {"part": "no_orders"}),
    ("POST /query", "/query", {"sql": "SELECT city, count(*) AS n FROM traits GROUP BY city", "values": {}}),
    ("POST /quarantine/replay", "/quarantine/replay", {"dry_run": True}),
    ("POST /beginning/settle", "/beginning/settle", {}),
    ("POST /sending/hold", "/sending/hold", {"reason": "price"}),
    ("POST /sending/release", "/sending/release", {}),
    ("POST /suppressions", "/suppressions", {"address": "c1@shop.example"}),
    ("POST /replies", "/replies", {"replies": [{"from": "+12015550123", "text": "STOP"}]}),
    ("POST /suppressions/lift", "/suppressions/lift", {"address": "c1@shop.example", "reason": "letter"}),
    ("POST /coupons/{name}/add", "/coupons/ten/add", {"codes": ["TEN-1", "TEN-2", "TEN-1"], "expires": "2027-01-31"}),
    ("POST /coupons/{name}/expire", "/coupons/ten/expire", {"at": None}),
    ("POST /lists", "/lists", {"name": "beta", "label": "Testers"}),
    ("POST /lists/{name}/add", "/lists/beta/add", {"keys": ["C1", "C2", "new@shop.example"]}),
    ("POST /lists/{name}/remove", "/lists/beta/remove", {"keys": ["C2"]}),
    ("POST /journeys/adopt", "/journeys/adopt", {"template": "post-purchase"}),
    ("POST /journeys/{name}/publish", "/journeys/welcome/publish", {}),
    ("POST /journeys/{name}/enrol", "/journeys/welcome/enrol", {"people": ["C4"]}),
    ("POST /definitions", "/definitions", {"definitions": {"journeys": [CALLS]}}),
    ("POST /journeys/{name}/publish", "/journeys/calls/publish", {}),
    ("POST /journeys/{name}/enrol", "/journeys/calls/enrol", {"people": ["C4"]}),
    ("POST /journey-tasks/{task}/done", "/journey-tasks/journey-calls-2-2/done", {"note": "She likes the blue one."}),
    ("POST /journeys/{name}/pause", "/journeys/welcome/pause", {}),
    ("POST /journeys/{name}/resume", "/journeys/welcome/resume", {"extend": True}),
    ("POST /journeys/{name}/drain", "/journeys/welcome/drain", {}),
    ("POST /journeys/{name}/stop", "/journeys/welcome/stop", {}),
    ("POST /keys", "/keys", {"name": "new", "scope": "read"}),
    ("POST /refresh", "/refresh", {}),
    ("POST /models/fit", "/models/fit", {}),
    ("POST /segmentations/discover", "/segmentations/discover", {"k": "2", "traits": ["orders", "revenue"]}),
]
"""What is asked to be done, in this order: operation, path and body."""


@pytest.mark.parametrize("name", LOOKED_AT)
def test_what_is_looked_at_is_as_it_was_said(shop: Shop, name: str) -> None:
    route = ROUTES[name]
    for lang in ("en", "zh"):
        found = shop.client("admin").get(_path(route), Accept_Language=lang)
        assert found.status == ANSWERED_WITH.get(name, 200), found.body
        if found.status == 200 and route.media == "application/json":
            conform(found.body, route.answer)


@pytest.mark.parametrize("path", ["/schema?kind=segment", "/parts/operator/did"])
def test_schemas_are_described_in_the_language_asked_for(shop: Shop, path: str) -> None:
    client = shop.client("read")
    english, chinese = (client.get(path, Accept_Language=lang).body for lang in ("en", "zh-CN, en;q=0.5"))
    assert client.get(f"{path}{'&' if '?' in path else '?'}lang=zh").body == chinese
    assert english["description"].isascii()
    assert "\u4e00" <= chinese["description"][0] <= "\u9fff"


def test_what_is_done_is_answered_as_it_was_said(shop: Shop) -> None:
    client = shop.client("admin")
    for name, path, body in DONE:
        route = ROUTES[name]
        found = client.post(path, body)
        assert found.status == route.status, (name, found.body)
        conform(found.body, route.answer)
        if found.status == 202:
            conform(ended(client, found.body["job"]), route.answer)


def test_a_campaign_that_was_not_launched_has_nothing_to_cancel(manager: Client) -> None:
    found = manager.post("/campaigns/spring/cancel")
    assert (found.status, found.body["code"]) == (409, "not_ready")
    assert manager.post("/campaigns/spring/cancel?dry_run=true").status == 409
    assert manager.post("/sending/hold", {"reason": ""}).status == 422
    assert manager.post("/sending/release").status == 403  # what was held is let go by an admin


def test_a_file_is_sent_looked_at_corrected_and_loaded(shop: Shop) -> None:
    client = shop.client("manage")
    rows = b"order_id,customer_id,order_date,amount,worth\nN1,C1,2026-02-20,9,70\nN2,C2,2026-02-21,9,80\nN3,C3,no,9,1\n"
    sent = client.ask("POST", f"{PREFIX}/files?name=new_orders.csv", rows, Content_Type="text/csv")
    assert (sent.status, sent.body["bytes"]) == (201, len(rows))
    file = sent.body["file"]
    asked = {"kind": "orders", "corrections": ["revenue=worth"]}
    proposed = client.post(f"/files/{file}/proposal", asked)
    assert proposed.status == 200, proposed.body
    conform(proposed.body, ROUTES["POST /files/{file}/proposal"].answer)
    assert proposed.body["mapping"]["fields"]["revenue"]["columns"] == ["worth"]
    tried = ended(client, client.post(f"/files/{file}/load", {**asked, "dry_run": True}).body["job"])
    assert (tried["result"]["accepted"], tried["result"]["refused"], tried["result"]["dry_run"]) == (2, 1, True)
    loaded = ended(client, client.post(f"/files/{file}/load", {"mapping": proposed.body["mapping"]}).body["job"])
    assert (loaded["result"]["accepted"], loaded["result"]["refused"]) == (2, 1), loaded
    assert client.get("/quarantine?source=new_orders").body["items"][0]["value"] == "no"
    gone = client.post(f"/files/{file}/load", {})
    assert (gone.status, gone.body["code"]) == (404, "unknown_name")
    assert not list((shop.folder / ".coterie" / "uploads").iterdir())


@pytest.mark.parametrize("name", ["../x.csv", "a/b.csv", ".hidden", "", "x" * 200])
def test_a_file_is_called_by_a_plain_name(shop: Shop, name: str) -> None:
    found = shop.client("manage").ask("POST", f"{PREFIX}/files?name={name}", b"a,b\n1,2\n")
    assert found.status == 422


def test_whatever_a_command_does_can_be_done_over_http() -> None:
    commands = {line.removeprefix("coterie ") for line in command_lines()}
    served = {command for route in ROUTES.values() for command in route.commands}
    assert served - commands == set()
    assert commands - served - set(NOT_OVER_HTTP) == set(), "add a route, or say why not"
    assert set(NOT_OVER_HTTP) <= commands - served


def test_the_description_is_whole(reader: Client) -> None:
    found = Client(reader.server).ask("GET", "/api/openapi.json").body
    described = {
        f"{method.upper()} {path.removeprefix(PREFIX)}": operation
        for path, methods in found["paths"].items()
        for method, operation in methods.items()
        if path.startswith(PREFIX)
    }
    assert described.keys() == ROUTES.keys()
    for name, operation in described.items():
        assert operation["summary"], name
        assert operation["description"], name
        assert {str(ROUTES[name].status), "401", "403", "422"} <= operation["responses"].keys(), name
        for parameter in operation.get("parameters", ()):
            assert parameter.get("description"), (name, parameter)
        body = operation.get("requestBody")
        if body and "json" in str(body):
            content = body["content"]["application/json"]
            schema = content["schema"]
            named = found["components"]["schemas"].get(re.sub(".*/", "", schema.get("$ref", "")), {})
            assert content.get("example") is not None or "example" in named, name


def test_no_page_asks_another_address(reader: Client) -> None:
    page = Client(reader.server).ask("GET", "/api/docs")
    assert page.status == 200
    assert re.findall(rb"(?:src|href)=[\"']?(?:https?:)?//", page.body) == []
    assert b"/segments/preview" in page.body
