"""Tests of templates: a real message by the real way out, to one of our own, that counts as nothing."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING
from uuid import uuid4

import pyarrow as pa

from coterie.deliver import send_once
from coterie.domain import Message, Origin, Rendered
from coterie.errors import NotPermitted, Refused, UnknownName
from coterie.identifiers import addresses_of
from coterie.protect import address_key, namespace_of
from coterie.resolve import find_profile
from coterie.store import HELD
from coterie.words import sentence
from coterie.workspace.brakes import say_who_writes
from coterie.workspace.composing import composer_of
from coterie.workspace.delivering import channel_of, is_to_a_sink, provider_of
from coterie.workspace.fence import check_fence
from coterie.workspace.records import TriedOut
from coterie.workspace.stand import Stand

if TYPE_CHECKING:
    from coterie.compose import TemplateDefinition


def send_test(
    stand: Stand,
    definition: TemplateDefinition,
    to: str,
    profile: int | None,
    *,
    language: str | None,
    lang: str,
    dry_run: bool,
) -> TriedOut:
    """Send ``definition``, as ``profile`` would read it, to an address of ours."""
    channel = definition.channel
    medium, namespace = channel_of(stand, channel), namespace_of(channel)
    written = addresses_of(namespace, pa.array([to], pa.string()), stand.settings.country)[0].as_py()
    if written is None:
        raise Refused(sentence("{address!r} is not an address on {channel}", address=to[:120], channel=channel))
    key = address_key(stand.key, channel, written, stand.settings.country)
    _check(stand, channel, f"{namespace}:{written}", key)
    message_id = f"test-{uuid4().hex}"
    made = composer_of(stand, definition).preview(definition.name, profile, language=language, message_id=message_id)
    marked = _marked(made, lang)
    message = Message(
        message_id,
        Origin("test", definition.name),
        profile or 0,
        channel,
        "test",
        written,
        key,
        "",
        definition.name,
    )
    envelope = medium.seal(message, marked, at=stand.clock())
    provider = provider_of(stand, channel)
    told = TriedOut(definition.name, written, profile, marked.subject, "checked", None, "", dry_run)
    if dry_run:
        return told
    outcome = send_once(provider, envelope)
    with stand.ledger.transaction() as t:
        detail = {"state": outcome.state, "address_key": key}
        t.audit.append("test sent", f"template {definition.name}", detail, actor=stand.actor, at=stand.clock())
    return replace(told, state=outcome.state, code=outcome.code, reply=outcome.reply)


def _marked(made: Rendered, lang: str) -> Rendered:
    if not made.subject:
        return replace(made, text=sentence("[Test] {subject}", subject=made.text).told(lang))
    return replace(made, subject=sentence("[Test] {subject}", subject=made.subject).told(lang))


def _check(stand: Stand, channel: str, identity: str, key: str) -> None:
    """Raise where nothing may leave, where nobody could tell who writes, or where the address is not one of ours."""
    check_fence(stand.ledger)
    if not is_to_a_sink(stand, channel):
        say_who_writes(stand)
    with stand.ledger.reading() as t:
        why = t.facts.get(HELD)
        is_blocked = t.suppressions.active(channel, [key]).num_rows > 0
        is_user = any(identity == f"email:{each.email}" and each.ended_at is None for each in t.users.all())
    if why is not None:
        raise NotPermitted(sentence("sending is held: {why}; look at what was sent, then release it", why=why))
    if is_blocked:
        raise Refused("this address is on the suppression list, so that nothing is sent to it, tests neither")
    if not is_user and _is_a_customers(stand, identity):
        raise Refused(
            "this address is a customer's; a test goes to an address of your own: one that nobody in the data has, or that a user "
            "signs in with"
        )


def _is_a_customers(stand: Stand, identity: str) -> bool:
    try:
        find_profile(stand.engine, identity, settings=stand.settings)
    except UnknownName:
        return False
    except Refused:
        return True
    return True
