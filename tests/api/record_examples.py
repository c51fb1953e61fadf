"""Write the examples of answers that OpenAPI shows: what a server of the small shop says, cut short.

``python -m tests.api.record_examples`` does it anew; ``test_openapi.py`` holds them against the schemas.
"""

from __future__ import annotations

import json
import re
import tempfile
from pathlib import Path
from typing import Any

import coterie
from coterie.api.examples import FILE
from coterie.workspace import open_keys, open_team
from tests.api.asking import Client, joined, signed_in
from tests.api.server import Server, serving
from tests.api.test_every_route import DONE, LOOKED_AT, ROUTES, _path
from tests.api.test_jobs import ended
from tests.workspace.shop import DEFINITIONS, JOURNEYS, NOW, fill

FURTHER: list[tuple[str, str, Any]] = [
    ("POST /tracking/freeze", "/tracking/freeze", {"dry_run": True}),
    ("POST /merges/{number}/undo", "/merges/1/undo?dry_run=true", {}),
    ("POST /files", "/files?name=orders.csv", b"order_id,customer_id,order_date,total\nN9,C1,2026-02-20,9\n"),
    ("POST /files/{file}/proposal", "/files/FILE/proposal", {"kind": "orders"}),
    ("DELETE /files/{file}", "/files/FILE", None),
    ("POST /rates", "/rates", b"date,currency,rate\n2026-01-01,USD,0.8\n"),
    ("GET /segmentations/{name}/evidence", "/segmentations/discovered/evidence", None),
    ("GET /profiles/{number}/timeline", "/profiles/1/timeline", None),
    ("GET /profiles/{number}/consents", "/profiles/1/consents", None),
    ("GET /profiles/{number}/segments", "/profiles/1/segments", None),
    ("GET /profiles/{number}/graph", "/profiles/1/graph", None),
    ("GET /profiles/{number}/export", "/profiles/1/export", None),
    ("DELETE /profiles/{number}", "/profiles/1?dry_run=true", None),
    ("POST /profiles/erase", "/profiles/erase?dry_run=true", {"keys": ["C2"]}),
    ("POST /campaigns/{name}/clone", "/campaigns/spring/clone?dry_run=true", {"copy_as": "autumn"}),
    ("POST /campaigns/{name}/unschedule", "/campaigns/spring/unschedule?dry_run=true", {}),
    ("PUT /lists/{name}", "/lists/friends", {"keys": ["C1", "C2"]}),
    ("DELETE /keys/{name}", "/keys/new", None),
]


SCHEMAS = {"show_schema", "show_part"}
"""What answers with a schema, which says itself what it is."""


def short(found: Any) -> Any:
    """The beginning of each list, and none of the folders and keys of this machine."""
    if isinstance(found, list):
        return [short(each) for each in found[: 1 if found and isinstance(found[0], dict) else 2]]
    if isinstance(found, dict):
        return {name: short(each) for name, each in found.items()}
    if isinstance(found, str):
        return re.sub(r"(/[\w.-]+)+/shop\b", "/srv/shop", re.sub(r"ctr_[\w-]+", "ctr_…", found))[:2_000]
    return found


def record() -> None:
    """Ask a server and write what it says, a line an operation."""
    root = Path(tempfile.mkdtemp())
    folder = coterie.init(root / "shop")
    with coterie.open(folder, clock=lambda: NOW) as ws:
        fill(ws, root / "files", DEFINITIONS + JOURNEYS)
        (root / "late.csv").write_text(
            "order_id,customer_id,order_date,total\nN0,C4,2026-02-20,5\nN1,C3,no date,70\nN2,C5,2026-02-21,80\nN3,C5,2026-02-22,80\n",
            "utf-8",
        )
        ws.load(root / "late.csv", kind="orders")
        ws.coupons.add("ten", ["TEN-0"])
    with open_keys(folder) as ring:
        key = ring.create("me", "admin").key
    found: dict[str, Any] = {}
    with serving(folder) as server:
        client = Client(server, key)
        for name, path, body in [*DONE, *FURTHER, *((name, _path(ROUTES[name]), None) for name in LOOKED_AT)]:
            if ROUTES[name].media != "application/json" or ROUTES[name].does.__name__ in SCHEMAS:
                continue
            upload = found.get("upload_file", {}).get("file", "")
            said = client.ask(name.partition(" ")[0], f"/api/v1{path.replace('FILE', upload)}", body)
            if said.status < 300:
                answer = ended(client, said.body["job"]) if said.status == 202 else said.body
                found[ROUTES[name].does.__name__] = short(answer)
        found |= _of_users(folder, server)
    by_shape = {
        json.dumps(route.answer): route.does.__name__ for route in ROUTES.values() if route.does.__name__ in found
    }
    for route in ROUTES.values():
        if route.does.__name__ not in {*found, *SCHEMAS} and (same := by_shape.get(json.dumps(route.answer))):
            found[route.does.__name__] = same
    lines = [f"{json.dumps(name)}: {json.dumps(each, ensure_ascii=False)}" for name, each in sorted(found.items())]
    FILE.write_text("{\n" + ",\n".join(lines) + "\n}\n", "utf-8")


def _of_users(folder: Path, server: Server) -> dict[str, Any]:
    """What somebody hears who signs in, and invites."""
    who = {"email": "ann@shop.example", "password": "correct horse battery"}
    with open_team(folder) as team:
        token, other = team.invite("owner"), team.invite("viewer")
    came = Client(server).post("/session/join", {**who, "token": token, "name": "Ann"})
    joined(server, other, "bob@shop.example")
    ann = signed_in(server, came)
    said = {
        "join": came,
        "list_users": ann.get("/users"),
        "give_role": ann.ask("PUT", "/api/v1/users/bob@shop.example/role", {"role": "analyst"}),
        "invite": ann.post("/invitations", {"role": "marketer"}),
        "list_invitations": ann.get("/invitations"),
        "withdraw_invitation": ann.ask(
            "DELETE", f"/api/v1/invitations/{ann.get('/invitations').body['items'][0]['id']}"
        ),
        "end_session": ann.ask("DELETE", "/api/v1/session/all/another"),
        "remove_user": ann.ask("DELETE", "/api/v1/users/bob@shop.example"),
        "show_session": ann.get("/session"),
        "list_sessions": ann.get("/session/all"),
        "change_password": ann.post("/session/password", {"old": who["password"], "new": "staple battery horse"}),
    }
    ann = signed_in(server, again := Client(server).post("/session", {**who, "password": "staple battery horse"}))
    said["sign_in"], said["sign_out"] = again, ann.ask("DELETE", "/api/v1/session")
    return {name: _hidden(short(each.body)) for name, each in said.items()}


def _hidden(found: Any) -> Any:
    """The same with nothing that lets anybody in, and no port of this machine."""
    text = re.sub(r"127\.0\.0\.1:\d+/join#[\w-]+", "127.0.0.1:8000/join#…", json.dumps(found, ensure_ascii=False))
    return json.loads(re.sub(r'("csrf_token": "|"id": ")[0-9a-f]+', r"\1…", text))


if __name__ == "__main__":
    record()
