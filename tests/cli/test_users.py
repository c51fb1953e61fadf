"""Users by the command line: a link, a role, and out."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

import coterie
from coterie.cli.running import run
from coterie.workspace import open_team
from tests.docs.test_json import documented


@pytest.fixture
def shop(tmp_path: Path) -> Path:
    folder = coterie.init(tmp_path / "shop")
    with open_team(folder) as team:
        for role, who in (("owner", "ann"), ("viewer", "bob")):
            team.accept(team.invite(role), email=f"{who}@shop.example", name=who, password="several words here")
    return folder


def said(capsys: pytest.CaptureFixture[str], *words: str, folder: Path) -> tuple[int, str]:
    code = run([*words, "-w", str(folder)])
    heard = capsys.readouterr()
    return code, heard.out + heard.err


def test_a_user_is_given_a_role_and_removed(shop: Path, capsys: pytest.CaptureFixture[str]) -> None:
    code, out = said(capsys, "users", "role", "bob@shop.example", "analyst", "--json", folder=shop)
    assert (code, json.loads(out)) == (0, {"email": "bob@shop.example", "role": "analyst"})
    assert list(json.loads(out)) == documented()["users role"]
    code, out = said(capsys, "users", "list", folder=shop)
    assert code == 0
    assert "analyst" in out
    code, out = said(capsys, "users", "remove", "bob@shop.example", "--json", folder=shop)
    assert (code, list(json.loads(out))) == (0, documented()["users remove"])
    code, out = said(capsys, "users", "remove", "bob@shop.example", folder=shop)
    assert (code, "no user named 'bob@shop.example'" in out) == (1, True)


def test_the_last_owner_stays(shop: Path, capsys: pytest.CaptureFixture[str]) -> None:
    code, out = said(capsys, "users", "remove", "ann@shop.example", folder=shop)
    assert (code, "there has to be an owner" in out) == (1, True)


def test_an_invitation_is_a_link_to_the_server(shop: Path, capsys: pytest.CaptureFixture[str]) -> None:
    code, out = said(capsys, "users", "invite", "--role", "king", folder=shop)
    assert (code, "no role named 'king'" in out) == (1, True)
    code, out = said(
        capsys, "users", "invite", "--role", "analyst", "--address", "https://crm.shop.example/", folder=shop
    )
    link = out.split()[-1]
    assert (code, link.startswith("https://crm.shop.example/join#")) == (0, True)
    with open_team(shop) as team:
        came = team.accept(link.partition("#")[2], email="cem@shop.example", name="", password="several words here")
    assert came.user.role == "analyst"
