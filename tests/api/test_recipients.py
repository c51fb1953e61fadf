"""The pages of recipients: choosing and unsubscribing as people, mail programs, scanners and strangers do it."""

from __future__ import annotations

import re
import urllib.error
import urllib.request
from collections.abc import Iterator
from dataclasses import dataclass, replace
from html.parser import HTMLParser
from pathlib import Path
from urllib.parse import urlencode

import pytest

import coterie
from coterie.compose import UnsubscribeClaim, read_unsubscribe, sign_unsubscribe
from coterie.decide import launch_campaign, plan_campaign
from coterie.domain import Origin
from coterie.protect import WorkspaceKey
from coterie.workspace import open_keys
from tests.api.asking import Client, Said, _said
from tests.api.server import Server, serving
from tests.workspace.shop import DEFINITIONS, NOW, filled


@dataclass
class Post:
    """A served shop that wrote to people: the token of each message, and somebody with a key."""

    server: Server
    tokens: list[str]
    looker: str
    """The token of somebody who changes nothing."""
    key: WorkspaceKey
    client: Client

    def token(self) -> str:
        """Of somebody whom no other test asks for."""
        return self.tokens.pop()

    def ask(self, method: str, path: str, body: bytes | None = None, **headers: str) -> Said:
        """As a browser asks, which follows no redirect here."""
        request = urllib.request.Request(
            f"{self.server.address}{path}", body, {k.replace("_", "-"): v for k, v in headers.items()}, method=method
        )
        opener = urllib.request.build_opener(_Stay)
        try:
            with opener.open(request, timeout=30) as answer:
                return _said(answer.status, dict(answer.headers), answer.read())
        except urllib.error.HTTPError as fault:
            with fault:
                return _said(fault.code, dict(fault.headers), fault.read())

    def send(self, path: str, **fields: str) -> Said:
        body = urlencode(fields).encode()
        return self.ask("POST", path, body, Content_Type="application/x-www-form-urlencoded")

    def states(self, token: str) -> dict[str, str]:
        """Choice → what stands, as the interface tells it."""
        said = self.client.post("/preferences/lookup", {"link": token})
        assert said.status == 200, said.body
        return {row["choice"]: row["state"] for row in said.body["choices"]}


class _Stay(urllib.request.HTTPRedirectHandler):
    def redirect_request(self, *_args: object) -> None:
        return None


SHOWN = {
    "name": "Tea & Co",
    "color": "#0b6e4f",
    "purposes": {
        "marketing": {"label": {"en": "Offers", "zh": "优惠"}, "about": {"en": "What is on sale", "zh": "打折商品"}},
        "newsletter": {"label": {"en": "Newsletter", "zh": "资讯"}},
    },
}


def written_to(folder: Path) -> tuple[list[str], WorkspaceKey]:
    """A campaign is launched, as a send does first; a token of each of its messages."""
    with coterie.open(folder, clock=lambda: NOW) as ws:
        ws.settings_file.put("preferences", SHOWN)
        stand = ws._stand
        plan = plan_campaign(
            stand.engine, stand.ledger, ws.campaigns.definition("spring"), stand.settings, stand.as_of, key=stand.key
        )
        launch_campaign(stand.ledger, stand.key, plan, now=NOW, actor="test")
        with stand.ledger.reading() as t:
            messages = t.outbox.messages(Origin("campaign", "spring")).to_pylist()
        claims = [
            UnsubscribeClaim(each["message_id"], each["profile_id"], "spring", language="zh" if n % 2 else "en")
            for n, each in enumerate(messages)
        ]
        return [sign_unsubscribe(each, stand.key.derive("unsubscribe")) for each in claims], stand.key


@pytest.fixture(scope="module")
def post(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Post]:
    folder = filled(tmp_path_factory.mktemp("written") / "shop", DEFINITIONS)
    tokens, key = written_to(folder)
    with open_keys(folder) as ring:
        secret = ring.create("a-manager", "admin").key
    with serving(folder) as server:
        yield Post(server, tokens[1:], tokens[0], key, Client(server, secret))


def test_looking_changes_nothing_however_often(post: Post) -> None:
    token = post.looker
    before = post.states(token)
    for path in ("unsubscribe", "preferences"):
        for method in ("GET", "HEAD"):
            said = post.ask(method, f"/{path}/{token}?said=unsubscribed&do=unsubscribe&List-Unsubscribe=One-Click")
            assert said.status == 200
            assert bool(said.body) is (method == "GET")
        assert post.ask("PUT", f"/{path}/{token}", b"x").status == 405
    assert post.states(token) == before == {"email/marketing": "yes", "email/newsletter": "unsaid"}


def test_a_page_is_kept_by_nobody_and_runs_nothing(post: Post) -> None:
    said = post.ask("GET", f"/unsubscribe/{post.looker}")
    assert said.headers["cache-control"] == "no-store"
    assert "noindex" in said.headers["x-robots-tag"]
    assert said.headers["referrer-policy"] == "no-referrer"
    assert said.headers["content-security-policy"].startswith("default-src 'none'; style-src 'sha256-")
    page = said.body.decode()
    assert not re.search(r"<script|javascript:|https?://|\son\w+=|set-cookie", page)
    assert "set-cookie" not in said.headers
    assert re.search(r"c\d+@shop\.example", page) is None, "most of the address is left out"


@pytest.mark.parametrize(
    ("kind", "body"),
    [
        ("application/x-www-form-urlencoded", b"List-Unsubscribe=One-Click"),
        ("multipart/form-data; boundary=b", b'--b\r\nContent-Disposition: form-data; name="List-Unsubscribe"\r\n\r\nOne-Click\r\n--b--\r\n'),
        ("text/plain", b"\xff\x00 no form at all"),
        ("application/x-www-form-urlencoded", b""),
    ],
    ids=["form", "multipart", "nonsense", "nothing"],
)  # fmt: skip
def test_a_mail_program_unsubscribes_with_one_click(post: Post, kind: str, body: bytes) -> None:
    token = post.token()
    for _ in range(2):
        said = post.ask("POST", f"/unsubscribe/{token}", body, Content_Type=kind)
        assert said.status == 200, "RFC 8058: never a redirect"
    assert post.states(token)["email/marketing"] == "no"


def test_somebody_unsubscribes_takes_it_back_and_leaves_again(post: Post) -> None:
    token = post.token()
    path = f"/unsubscribe/{token}"
    said = post.send(path, do="unsubscribe")
    assert said.status == 303
    assert said.headers["location"].startswith("?lang=")
    page = post.ask("GET", f"{path}{said.headers['location']}").body.decode()
    assert 'value="again"' in page
    assert post.states(token)["email/marketing"] == "no"
    post.send(path, do="again")
    assert post.states(token)["email/marketing"] == "yes"
    post.send(path, do="unsubscribe")
    post.send(path, do="unsubscribe")
    assert post.states(token)["email/marketing"] == "no"


def _form(page: str) -> dict[str, str]:
    """What a browser would send back of the choices, as they stand."""
    found: dict[str, str] = {}

    class Reader(HTMLParser):
        def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
            at = dict(attrs)
            if tag == "input" and (at.get("type") == "hidden" or "checked" in at):
                found[str(at["name"])] = str(at["value"])

    Reader().feed(page)
    return found


def test_choices_are_saved_one_by_one(post: Post) -> None:
    token = post.token()
    path = f"/preferences/{token}"
    form = _form(post.ask("GET", path).body.decode())
    assert form == {"was:email/marketing": "yes", "email/marketing": "yes", "was:email/newsletter": "unsaid"}
    assert post.send(path, **{**form, "do": "save", "email/newsletter": "yes"}).status == 303
    assert post.states(token) == {"email/marketing": "yes", "email/newsletter": "yes"}
    form = _form(post.ask("GET", path).body.decode())
    post.send(path, **{**form, "do": "save", "email/marketing": "no"})
    assert post.states(token) == {"email/marketing": "no", "email/newsletter": "yes"}, "what they keep is kept"


def test_a_page_that_is_old_takes_no_no_back(post: Post) -> None:
    """Two tabs: in one somebody unsubscribes, in the other they save what stood there before."""
    token = post.token()
    path = f"/preferences/{token}"
    old = _form(post.ask("GET", path).body.decode())
    post.send(path, do="stop")
    post.send(path, **{**old, "do": "save"})
    assert set(post.states(token).values()) == {"no"}


def test_what_is_no_choice_of_theirs_is_not_recorded(post: Post) -> None:
    token = post.looker
    before = post.states(token)
    odd = {"was:sms/marketing": "no", "sms/marketing": "yes", "was:email/x": "no", "email/x": "yes", "was:*/*": "no", "*/*": "yes"}  # fmt: skip
    assert post.send(f"/preferences/{token}", **odd, do="save").status == 303
    assert post.states(token) == before


def test_links_that_were_not_made_here_do_nothing(post: Post) -> None:
    token = post.looker
    claim = UnsubscribeClaim("0" * 32, 1, "spring")
    ours, theirs = post.key.derive("unsubscribe"), WorkspaceKey(b"x" * 32).derive("unsubscribe")
    for forged in (
        token[:-2],
        token + "A",
        token.swapcase(),
        sign_unsubscribe(claim, theirs),
        "",
        "..%2f..",
        "%00",
        "é",
    ):
        path = f"/unsubscribe/{forged.replace('é', '%C3%A9')}"
        for method, body in (("GET", None), ("POST", b"List-Unsubscribe=One-Click")):
            said = post.ask(method, path, body)
            assert (said.status, b"mailto" in said.body) == (404, False), forged
            assert said.headers["cache-control"] == "no-store"
    unknown = f"/unsubscribe/{sign_unsubscribe(claim, ours)}"
    assert post.ask("GET", unknown).status == 404
    assert post.ask("POST", unknown, b"List-Unsubscribe=One-Click").status == 409, (
        "a mail program hears that it did not work"
    )
    assert post.states(token)["email/marketing"] == "yes"


def test_a_body_that_is_too_large_is_refused(post: Post) -> None:
    token = post.token()
    said = post.ask("POST", f"/preferences/{token}", b"do=stop&x=" + b"x" * 20_000)
    assert said.status == 413
    assert post.states(token)["email/marketing"] == "yes"
    assert post.send(f"/preferences/{token}", do="save", **{f"a{n}": "1" for n in range(300)}).status == 200
    assert post.states(token)["email/marketing"] == "no", "what cannot be read is a no"


def test_one_link_cannot_be_asked_without_end(post: Post) -> None:
    token = post.token()
    statuses = [post.ask("GET", f"/unsubscribe/{token}").status for _ in range(90)]
    assert statuses[0] == 200
    assert 429 in statuses
    assert post.ask("GET", f"/unsubscribe/{post.looker}").status == 200, "others are not held up"


def test_an_erased_person_is_told_and_nothing_is_written_of_them(post: Post) -> None:
    token = post.token()
    assert post.client.ask("DELETE", f"/api/v1/profiles/{_claim(post, token).profile_id}").status == 200
    said = post.ask("GET", f"/preferences/{token}")
    assert said.status == 200
    assert "<form" not in said.body.decode()
    for body in (b"List-Unsubscribe=One-Click", b"do=save", b"do=again", b"do=stop"):
        assert post.ask("POST", f"/preferences/{token}", body).status in (200, 303)
    assert post.states(token) == {}


def _claim(post: Post, token: str) -> UnsubscribeClaim:
    return read_unsubscribe(token, [post.key.derive("unsubscribe")])


@pytest.mark.parametrize(("written_in", "spoken", "other"), [("zh-Hans", "zh-CN", "en"), ("en", "en", "zh-CN")])
def test_the_language_is_the_messages_until_another_is_asked_for(
    post: Post, written_in: str, spoken: str, other: str
) -> None:
    claim = replace(_claim(post, post.looker), language=written_in)
    path = f"/preferences/{sign_unsubscribe(claim, post.key.derive('unsubscribe'))}"
    said = post.ask("GET", path, Accept_Language="fr").body.decode()
    assert f'<html lang="{spoken}">' in said
    assert ("优惠" in said) is (spoken == "zh-CN")
    assert f'<html lang="{other}">' in post.ask("GET", f"{path}?lang={other[:2]}").body.decode()
