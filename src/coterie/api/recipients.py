"""What whoever got a message can do with its links: see what they get, choose, and unsubscribe. No sign-in, no script, no cookie."""

from __future__ import annotations

import re
from dataclasses import replace
from email.utils import parseaddr
from math import ceil
from typing import TYPE_CHECKING, Literal, cast
from urllib.parse import parse_qsl

from coterie.api.body import Receive, Scope, Send
from coterie.api.gate import language_of
from coterie.api.whole_answer import send_answer
from coterie.api.workers import Workers
from coterie.collect.intake import Allowance
from coterie.compose.choice_page import (
    Choosing,
    OfferedChoice,
    Said,
    choice_page,
    choices_sent,
    fault_page,
    style_source,
)
from coterie.compose.links import PREFERENCES_PATH, UNSUBSCRIBE_PATH
from coterie.errors import NotPermitted, NotReady, Transient
from coterie.protect.preferences import PERSON
from coterie.settings import Locale, WorkspaceSettings
from coterie.words import Sentence

if TYPE_CHECKING:
    from coterie.workspace import Workspace
    from coterie.workspace.preferences import PreferencesShown

PATHS = (UNSUBSCRIBE_PATH, PREFERENCES_PATH)
_MOST_BYTES, _MOST_FIELDS = 16_384, 200
_OFTEN = (2.0, 60)
"""Requests a second for long, and at once, with one link; and by a stranger whose links are none."""
_MULTIPART = re.compile(rb'name="([^"\r\n]{1,200})"\r?\n\r?\n([^\r\n]{0,200})\r?\n--')


class Recipients:
    """An ASGI application for the pages of recipients. A GET never changes anything: programs follow links before people do."""

    def __init__(self, workers: Workers) -> None:
        self._workers = workers
        self._asked, self._strangers = Allowance(*_OFTEN), Allowance(*_OFTEN)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one request."""
        ws = self._workers.workspace
        lang = language_of(scope, ws.settings.locale)
        link = scope["path"]
        if scope["method"] not in ("GET", "HEAD", "POST"):
            await send_answer(send, 405, [(b"allow", b"GET, HEAD, POST")])
            return
        try:
            claim = ws.preferences.claimed(link)
        except NotPermitted:
            wait = self._strangers.wait((scope.get("client") or ("", 0))[0], 1)
            await self._refuse(scope, send, 429 if wait else 404, lang, after=wait)
            return
        lang = _language(scope, claim.language, ws.settings.locale)
        wait = self._asked.wait(claim.message_id, 1)
        if wait:
            await self._refuse(scope, send, 429, lang, after=wait)
            return
        try:
            if scope["method"] == "POST":
                await self._take(scope, receive, send, link, lang)
            else:
                await self._show(scope, send, link, lang)
        except NotReady:
            await self._refuse(scope, send, 409 if scope["method"] == "POST" else 404, lang, is_unknown=True)
        except Transient:
            await self._refuse(scope, send, 503, lang, after=5)

    async def _show(self, scope: Scope, send: Send, link: str, lang: Locale, said: Said = "") -> None:
        asked = dict(_fields(scope["query_string"]))
        if not said and asked.get("said") in ("saved", "stopped", "unsubscribed"):
            said = cast("Said", asked["said"])
        shown = await self._workers.do(PERSON, lambda ws: ws.preferences.show(link, lang=lang))
        first: Literal["ending", "choices"] = "choices" if link.startswith(PREFERENCES_PATH) else "ending"
        page = choice_page(_choosing(self._workers.workspace.settings, shown), lang, said, first=first)
        await self._page(scope, send, 200, page)

    async def _take(self, scope: Scope, receive: Receive, send: Send, link: str, lang: Locale) -> None:
        body = await _received(receive)
        if body is None:
            await self._refuse(scope, send, 413, lang)
            return
        fields = _fields(body)
        do = dict(fields).get("do", "")
        if do not in ("save", "stop", "again", "unsubscribe"):
            # A mail program, in its reader's name (RFC 8058). Whatever else it says: in doubt it is a no.
            await self._workers.do(PERSON, lambda ws: ws.preferences.one_click(link))
            await self._show(scope, send, link, lang, "unsubscribed")
            return
        await self._workers.do(PERSON, lambda ws: _done(ws, link, do, fields, lang))
        said: Said = {"stop": "stopped", "unsubscribe": "unsubscribed"}.get(do, "saved")  # type: ignore[assignment]
        place = f"?lang={lang}&said={said}".encode()
        await send_answer(send, 303, [(b"location", place), *_guards(self._workers.workspace.settings)])

    async def _refuse(
        self, scope: Scope, send: Send, status: int, lang: Locale, *, is_unknown: bool = False, after: float = 0
    ) -> None:
        heading, words = (
            Sentence("This link does nothing").told(lang),
            Sentence("The link is not whole, or was not made here. Use the link from the message as it is.").told(lang),
        )
        if is_unknown:
            words = Sentence(
                "The link is of a preview, or of a message that is not kept here any more. Nothing was changed."
            ).told(lang)
        elif status in (429, 503):
            heading = Sentence("Please come again").told(lang)
            words = Sentence(
                "This was asked too often at once, so nothing was changed. Load the page again in a minute."
            ).told(lang)
        elif status == 413:
            words = Sentence("More was sent than this page asks for, so nothing was changed.").told(lang)
        page = fault_page(_business(self._workers.workspace.settings), lang, heading, words)
        again = [(b"retry-after", str(ceil(after)).encode())] if after else []
        await self._page(scope, send, status, page, again)

    async def _page(
        self, scope: Scope, send: Send, status: int, page: str, more: list[tuple[bytes, bytes]] | None = None
    ) -> None:
        body = page.encode("utf-8", "replace")
        headers = [
            *_guards(self._workers.workspace.settings),
            (b"content-type", b"text/html; charset=utf-8"),
            *(more or []),
        ]
        await send_answer(send, status, headers, body, is_head=scope["method"] == "HEAD")


def _done(ws: Workspace, link: str, do: str, fields: list[tuple[str, str]], lang: Locale) -> None:
    """What a form of the page asks."""
    if do == "stop":
        ws.preferences.stop(link, lang=lang)
        return
    shown = ws.preferences.show(link, lang=lang)
    if shown.address is None:
        return
    if do in ("again", "unsubscribe"):
        ws.preferences.choose(link, {shown.ends: do == "again"}, lang=lang)
        return
    known = {str(row["choice"]): row for row in shown.choices.rows()}
    sent = [each for each in choices_sent(fields) if each[0] in known and known[each[0]]["may_change"]]
    changed = {name: wanted for name, wanted, is_other in sent if is_other}
    ended_on = {known[name]["channel"] for name, wanted in changed.items() if not wanted}
    # A no to marketing is one to all that is advertising: what they keep beside it has to be said anew.
    kept = {
        name: True
        for name, wanted, is_other in sent
        if wanted and not is_other and known[name]["state"] == "yes" and known[name]["channel"] in ended_on
    }
    if changed:
        ws.preferences.choose(link, {**kept, **changed}, lang=lang)


def _language(scope: Scope, written_in: str, locale: Locale) -> Locale:
    """The language asked for, else that of the message, else that of the browser."""
    is_asked = b"lang=" in scope["query_string"]
    known = {"zh": "zh", "en": "en"}.get(written_in.partition("-")[0].lower())
    return cast("Locale", known) if known and not is_asked else language_of(scope, locale)


def _business(settings: WorkspaceSettings) -> Choosing:
    name, address = parseaddr(settings.sender)
    page = settings.preferences
    return Choosing(page.name or name or address, address, settings.postal_address, page.privacy_url, page.color)


def _choosing(settings: WorkspaceSettings, shown: PreferencesShown) -> Choosing:
    choices = tuple(
        OfferedChoice(
            str(row["choice"]),
            str(row["channel"]),
            str(row["label"]),
            str(row["about"]),
            str(row["state"]),
            bool(row["may_change"]),
        )
        for row in shown.choices.rows()
    )
    return replace(_business(settings), address=shown.address, ends=shown.ends, choices=choices)


def _guards(settings: WorkspaceSettings) -> list[tuple[bytes, bytes]]:
    policy = (
        f"default-src 'none'; style-src {style_source(settings.preferences.color)}; form-action 'self'; base-uri 'none'; "
        "frame-ancestors 'none'"
    )
    return [
        (b"cache-control", b"no-store"),
        (b"x-robots-tag", b"noindex, nofollow, noarchive"),
        (b"content-security-policy", policy.encode()),
        (b"x-content-type-options", b"nosniff"),
        (b"referrer-policy", b"no-referrer"),
        (b"cross-origin-opener-policy", b"same-origin"),
    ]


async def _received(receive: Receive) -> bytes | None:
    """The body; None where it is larger than any form of the page."""
    body = b""
    while True:
        event = await receive()
        if event["type"] == "http.disconnect":
            return None
        body += bytes(event.get("body", b""))
        if len(body) > _MOST_BYTES:
            return None
        if not event.get("more_body", False):
            return body


def _fields(body: bytes) -> list[tuple[str, str]]:
    """The fields of a form, as browsers and mail programs send them (RFC 8058 admits both kinds)."""
    if b'name="' in body:
        return [
            (name.decode("utf-8", "replace"), value.decode("utf-8", "replace"))
            for name, value in _MULTIPART.findall(body)
        ]
    try:
        return parse_qsl(body.decode("utf-8", "replace"), max_num_fields=_MOST_FIELDS)
    except ValueError:
        return []
