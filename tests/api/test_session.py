"""Signing in: what each role may do, that only our own page acts for somebody, and that it ends."""

from __future__ import annotations

import json
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

import coterie
from coterie.api.interface import PREFIX
from coterie.api.resources import RESOURCES
from coterie.protect.key_ring import SCOPES
from coterie.protect.team import ROLES
from coterie.workspace import open_keys, open_team
from tests.api.asking import Client, Said, joined, signed_in
from tests.api.server import Server, serving

WORDS = "correct horse battery"
ROUTES = [route for resource in RESOURCES for route in resource]


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return coterie.init(tmp_path_factory.mktemp("team") / "shop")


@pytest.fixture(scope="module")
def server(folder: Path) -> Iterator[Server]:
    with serving(folder) as running:
        yield running


@pytest.fixture(scope="module")
def users(folder: Path, server: Server) -> dict[str, Client]:
    with open_team(folder) as team:
        links = {role: team.invite(role) for role in ROLES}
    return {role: joined(server, link, f"{role}@shop.example") for role, link in links.items()}


@pytest.fixture(scope="module")
def keys(folder: Path) -> dict[str, str]:
    with open_keys(folder) as ring:
        return {scope: ring.create(f"a-{scope}", scope).key for scope in SCOPES}


def _asked(client: Client, route: Any) -> Said:
    """The route, with a body and names that are of nothing: who may not is told so before anything is looked at."""
    path = route.path
    for place in ("{number}", "{version}"):
        path = path.replace(place, "999")
    while "{" in path:
        path = f"{path.partition('{')[0]}nothing{path.partition('}')[2]}"
    body = None if route.method in ("GET", "DELETE") else [1]
    return client.ask(route.method, f"{PREFIX}{path}", body)


@pytest.mark.parametrize("route", ROUTES, ids=lambda route: f"{route.method} {route.path}")
def test_every_route_is_for_those_whom_it_says(
    server: Server, users: dict[str, Client], keys: dict[str, str], route: Any
) -> None:
    """Roles, scopes of keys, nobody, a key of elsewhere and a session of elsewhere, at every route."""
    strangers = {
        "nobody": Client(server),
        "a key of elsewhere": Client(server, "ctr_elsewhere"),
        "a session of elsewhere": Client(server, None, f"{users['owner'].cookie.partition('=')[0]}=elsewhere"),
    }
    if route.allowance == "open":
        for who, client in strangers.items():
            assert _asked(client, route).status != 403, who
        return
    for who, client in strangers.items():
        assert _asked(client, route).status == 401, who
    if route.path == "/session":
        return  # signs out
    for name, allowed in {**ROLES, **SCOPES}.items():
        client = users[name] if name in ROLES else Client(server, keys[name])
        found = _asked(client, route)
        is_refused = found.status == 403 and found.body["code"] == "not_allowed"
        assert is_refused == (route.allowance not in allowed), (name, found.status, found.body)


def test_who_may_not_is_told_who_may_in_both_languages(users: dict[str, Client]) -> None:
    found = users["viewer"].post("/send", {"campaign": "spring"})
    assert found.body["details"] == {
        "en": "viewer@shop.example is here as viewer, and this is for owner, marketer",
        "zh": "viewer@shop.example 的角色是 viewer，此操作需要 owner、marketer",
    }


def test_what_changes_anything_is_asked_by_our_own_page(server: Server, users: dict[str, Client]) -> None:
    owner = users["owner"]
    role = {"role": "viewer"}
    for other in (Client(server, None, owner.cookie), Client(server, None, owner.cookie, "0" * 32)):
        found = other.post("/invitations", role)
        assert (found.status, found.body["code"]) == (403, "forged")
    for site in ("cross-site", "same-site", "none"):
        assert owner.post("/invitations", role, Sec_Fetch_Site=site).body["code"] == "forged"
    assert owner.post("/invitations", role, Sec_Fetch_Site="same-origin").status == 201
    stolen = Client(server, None, owner.cookie, users["viewer"].csrf_token)
    assert stolen.post("/invitations", role).body["code"] == "forged", "that of another session"


def test_the_cookie_is_for_no_script_and_no_other_site(server: Server, users: dict[str, Client]) -> None:
    said = Client(server).post("/session", {"email": "viewer@shop.example", "password": "several words here"})
    cookie = said.headers["set-cookie"]
    assert cookie.startswith("coterie_")
    assert {"HttpOnly", "SameSite=Strict", "Path=/"} <= {each.strip() for each in cookie.split(";")}
    assert said.headers["cache-control"] == "no-store"
    assert "several" not in json.dumps(said.body)
    assert users["viewer"].get("/session").body["user"]["allows"] == ["read"]


def test_a_user_is_told_of_where_they_are_signed_in_and_ends_it(server: Server, users: dict[str, Client]) -> None:
    who = {"email": "analyst@shop.example", "password": "several words here"}
    there = signed_in(server, Client(server).post("/session", who, User_Agent="Phone"))
    here = users["analyst"]
    found = {each["agent"]: each for each in here.get("/session/all").body["items"]}
    assert found["Phone"]["is_this"] is False
    mine = found["Phone"]["id"]
    assert users["viewer"].ask("DELETE", f"{PREFIX}/session/all/{mine}").body == {"ended": False}, "another's"
    assert there.get("/status").status == 200
    assert here.ask("DELETE", f"{PREFIX}/session/all/{mine}").body == {"ended": True}
    assert there.get("/status").status == 401, "at once"


def test_signing_out_ends_it_at_once(server: Server, folder: Path, users: dict[str, Client]) -> None:
    who = {"email": "marketer@shop.example", "password": "several words here"}
    said = Client(server).post("/session", who)
    client = signed_in(server, said)
    assert client.get("/session").body["signed_in"] is True
    gone = client.ask("DELETE", f"{PREFIX}/session")
    assert (gone.body, "Max-Age=0" in gone.headers["set-cookie"]) == ({"signed_out": True}, True)
    assert client.get("/session").body == {"signed_in": False, "has_owner": True, "user": None}
    assert client.get("/status").status == 401


def test_who_is_removed_by_the_command_line_is_out_within_a_second(
    server: Server, folder: Path, users: dict[str, Client]
) -> None:
    with open_team(folder) as team:
        guest = joined(server, team.invite("viewer"), "guest@shop.example")
        assert guest.get("/status").status == 200
        team.remove("guest@shop.example", actor="ann")
    for _ in range(100):
        if guest.get("/status").status == 401:
            break
        time.sleep(0.1)
    assert guest.get("/status").status == 401


def test_guessing_is_slowed_down(tmp_path: Path) -> None:
    """In a server of its own: whoever else comes from this machine waits with it."""
    with serving(coterie.init(tmp_path / "shop")) as server:
        wrong = {"email": "owner@shop.example", "password": "not the right one"}
        statuses = [Client(server).post("/session", wrong).status for _ in range(24)]
        assert statuses[:15] == [401] * 15
        found = Client(server).post("/session", wrong)
        assert (found.status, found.body["code"]) == (429, "too_often")
        assert int(found.headers["retry-after"]) >= 1
        assert Client(server).get("/session").status == 200, "looking is not guessing"


def test_a_first_start_prints_a_link_until_there_is_an_owner(tmp_path: Path) -> None:
    folder = coterie.init(tmp_path / "shop")
    links = []
    for _ in range(2):
        with serving(folder) as server:
            links.append(server.owner_link)
            assert links[-1].startswith(f"{server.address}/join#")
            before, token = links[0].partition("#")[2], links[-1].partition("#")[2]
            if len(links) == 2:
                who = {"email": "ann@shop.example", "password": WORDS}
                old = Client(server).post("/session/join", {**who, "token": before})
                assert (old.status, old.body["code"]) == (422, "refused"), "that of the start before"
                assert Client(server).get("/session").body["has_owner"] is False
                assert joined(server, token, "ann@shop.example").get("/users").body["items"][0]["role"] == "owner"
    with serving(folder) as server:
        assert server.owner_link is None
