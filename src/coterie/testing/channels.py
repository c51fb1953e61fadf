"""What every channel must do."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from datetime import datetime

from pydantic import ValidationError

from coterie.deliver import Channel, Envelope, Unsendable
from coterie.domain import Message, Origin, Rendered
from coterie.protect import WorkspaceKey, address_key
from coterie.testing.claims import claim

AT = datetime(2026, 11, 21, 18)  # noqa: DTZ001 - naive UTC, as stored
TEXT = "Hello 王小明 👩🏽‍💻,\n.\n..two\nFrom here on: 50% = 1/2\n" + "long " * 400
KEY = WorkspaceKey(b"k" * 32)


def check_channel(
    kind: type[Channel],
    settings: Mapping[str, object],
    *,
    addresses: Sequence[str],
    bad: Sequence[str],
    alike: Sequence[tuple[str, str]] = (),
    read: Callable[[bytes], str],
    text: str = TEXT,
) -> None:
    """Assert the contract of a channel: what it is made of, what it seals, whom it refuses.

    ``addresses`` are some of different people; ``bad`` are none, and the suite adds its own;
    ``alike`` are two spellings of one. ``read`` gives the words that a reader sees of an
    envelope's content, and ``text`` is what the channel can carry. Raises
    ``AssertionError`` naming the promise that is broken.

    >>> from email import message_from_bytes
    >>> from email.policy import default
    >>> from coterie.deliver import CHANNELS
    >>> def read(content):
    ...     return message_from_bytes(content, policy=default).get_body(("plain",)).get_content()
    >>> check_channel(
    ...     CHANNELS["email"],
    ...     {"sender": "Shop <news@shop.example>"},
    ...     addresses=["ann@x.example", "bo@bücher.example"],
    ...     bad=["nobody", "a b@x.example"],
    ...     alike=[("Ann@X.example", "ann@x.example ")],
    ...     read=read,
    ... )
    """
    _check_declared(kind, settings)
    channel = _made(kind, settings)
    words = Rendered("Spring 春 — 50% off", text, headers=(("Message-ID", "<m@shop.example>"),))
    envelopes = [channel.seal(_message(kind, place, each), words, at=AT) for place, each in enumerate(addresses)]
    for place, (address, envelope) in enumerate(zip(addresses, envelopes, strict=True)):
        message = _message(kind, place, address)
        claim(envelope.message_id == message.message_id, kind.name, "an envelope is known by its message")
        claim(envelope.sender and envelope.recipient, kind.name, "an envelope says from whom and to whom")
        claim(read(envelope.content).split() == text.split(), kind.name, "the words arrive as they were written")
        again = _made(kind, settings).seal(message, words, at=AT)
        claim(again == envelope, kind.name, "what is sealed again is the same")
    claim(len({each.recipient for each in envelopes}) == len(addresses), kind.name, "each message goes to its own")
    for one, other in alike:
        keys = {address_key(KEY, kind.name, each) for each in (one, other)}
        claim(len(keys) == 1, kind.name, "a block of one spelling blocks the other")
    hostile = [f"{addresses[0]}{ending}" for ending in ("\r\nX: y", "\x00", f",{addresses[-1]}", f" {addresses[-1]}")]
    for address in ("", " ", "x" * 5_000, *hostile, *bad):
        _check_refused(kind, channel, address, words)


def _check_declared(kind: type[Channel], settings: Mapping[str, object]) -> None:
    claim(isinstance(kind.name, str) and kind.name, kind.__name__, "has a name")
    fields = kind.Settings.model_json_schema().get("properties", {}).values()
    claim(all(field.get("description") for field in fields), kind.name, "a form can be drawn from its settings")
    try:
        kind.Settings.model_validate({**settings, "of no channel": 1})
    except ValidationError:
        return
    claim(False, kind.name, "a setting that there is not is refused")


def _check_refused(kind: type[Channel], channel: Channel, address: str, words: Rendered) -> None:
    try:
        sealed: Envelope | Unsendable = channel.seal(_message(kind, 0, address), words, at=AT)
    except Unsendable as fault:
        sealed = fault
    except Exception as fault:
        raise AssertionError(f"{kind.name}: {address[:80]!r} is Unsendable, not {type(fault).__name__}") from fault
    if isinstance(sealed, Envelope):
        raise AssertionError(f"{kind.name}: {address[:80]!r} is no address, and nothing is sealed")  # noqa: TRY004 - a broken promise
    claim(sealed.code == "bad_address", kind.name, "what is no address is refused as bad_address")
    claim(repr(address[:20])[:-1] in str(sealed), kind.name, "a refusal shows the address")


def _made(kind: type[Channel], settings: Mapping[str, object]) -> Channel:
    return kind(kind.Settings.model_validate(settings))  # type: ignore[call-arg]  # a Protocol does not say of what settings


def _message(kind: type[Channel], number: int, address: str) -> Message:
    return Message(
        message_id=f"{number:032x}",
        origin=Origin("campaign", "spring"),
        profile_id=number,
        channel=kind.name,
        purpose="marketing",
        address=address,
        address_key=f"k{number}",
        arm="treated",
        variant="hello",
    )
