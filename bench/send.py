"""Sending to a real SMTP server on loopback, and rendering, beside what could not be less.

Run: python bench/send.py [messages] [runs] [connections]. The server is a process of its
own that writes each acceptance durably before it answers. Beside sending stands a bare
loop of aiosmtplib over ready-made e-mails, with as many connections and no ledger: no
consent, no caps, no memory of what left. Beside rendering stands bare python-liquid on
the same page. Prints medians, spread and peak memory.
"""

from __future__ import annotations

import asyncio
import json
import resource
import statistics
import sys
import time
from pathlib import Path
from tempfile import TemporaryDirectory

import aiosmtplib
import pyarrow as pa
from liquid import Environment

from coterie.compose import Composer, Context, Letterhead, TemplateDefinition, compile_template, render_one
from coterie.decide import CampaignDefinition
from coterie.deliver import CHANNELS, PROVIDERS, send_outbox
from coterie.domain import Message, Origin, utc_now
from coterie.protect import WorkspaceKey, address_key, record_consents
from coterie.settings import SmtpSettings
from coterie.store import Launch, Ledger, open_ledger
from coterie.testing.smtp_sink import running_sink

KEY = WorkspaceKey(b"k" * 32)
TEMPLATE = TemplateDefinition(
    name="hello",
    subject="{{ profile.first_name }}, new tea is here",
    preheader="Chosen for {{ profile.city }}",
    body="""<mjml><mj-body><mj-section><mj-column>
      <mj-text>Dear {{ profile.first_name }}, since {{ profile.since }} you have bought {{ profile.orders }} times.</mj-text>
      {% if profile.orders > 3 %}<mj-text>Thank you for staying with us.</mj-text>{% endif %}
      <mj-button href="https://shop.example/new?from={{ profile.city }}">See what is new</mj-button>
    </mj-column></mj-section></mj-body></mjml>""",
    defaults={"first_name": "friend"},
)
TRAITS = {"first_name": "Zoë", "city": "Leeds", "since": "2021", "orders": 7}
LETTERHEAD = Letterhead("Shop <news@shop.example>", "1 High Street, Leeds", "https://shop.example", b"l" * 32)


def queue(ledger: Ledger, campaign: str, count: int) -> None:
    """A launched campaign to ``count`` people who agreed."""
    now = utc_now()
    addresses = [f"p{number}@buyers.example" for number in range(count)]
    at = pa.array([now] * count, pa.timestamp("us"))
    rows = {"namespace": ["email"] * count, "value": addresses, "state": ["granted"] * count, "occurred_at": at}
    record_consents(ledger, pa.table(rows), now=now)
    body = CampaignDefinition(name=campaign, audience={"everybody": True}, template="hello")
    messages = {
        "message_id": [KEY.hash_of("message", campaign, address) for address in addresses],
        "origin_kind": ["campaign"] * count,
        "origin": [campaign] * count,
        "occurrence": [""] * count,
        "profile_id": pa.array(range(count), pa.int64()),
        "channel": ["email"] * count,
        "purpose": ["marketing"] * count,
        "address": addresses,
        "address_key": [address_key(KEY, "email", address) for address in addresses],
        "identities": [json.dumps([f"email:{address}"]) for address in addresses],
        "arm": ["message"] * count,
        "variant": ["hello"] * count,
        "queued_at": at,
        "not_before": at,
    }
    with ledger.transaction() as t:
        t.launches.add(Launch(campaign, {"definition": body.model_dump(mode="json"), "timezone": "UTC"}, {}, now, now))
        t.outbox.queue(pa.table(messages))


def composer() -> Composer:
    """Every reader has the same traits, as if one query had brought them."""
    return Composer(
        {"hello": TEMPLATE},
        letterhead=LETTERHEAD,
        find_readers=lambda people: {person: (TRAITS, frozenset()) for person in people},
    )


def ours(ledger: Ledger, campaign: str, port: int, connections: int) -> int:
    """Send the campaign with everything that a send is."""
    channel = CHANNELS["email"]
    result = send_outbox(
        ledger,
        KEY,
        [Origin("campaign", campaign)],
        channel=channel(channel.Settings(sender=LETTERHEAD.sender)),
        provider=PROVIDERS["smtp"](SmtpSettings(port=port, connections=connections)),
        renderer=composer(),
    )
    return result.sent


async def bare(contents: list[bytes], port: int, connections: int) -> int:
    """The same e-mails, ready-made, by aiosmtplib alone."""
    waiting = list(enumerate(contents))

    async def work() -> int:
        client = aiosmtplib.SMTP(hostname="127.0.0.1", port=port, start_tls=False)
        await client.connect()
        sent = 0
        while waiting:
            number, content = waiting.pop()
            await client.sendmail("news@shop.example", [f"p{number}@buyers.example"], content)
            sent += 1
        await client.quit()
        return sent

    return sum(await asyncio.gather(*(work() for _ in range(connections))))


def ready_made(count: int) -> list[bytes]:
    """The e-mails of ``count`` people, rendered and sealed."""
    channel = CHANNELS["email"](CHANNELS["email"].Settings(sender=LETTERHEAD.sender))
    people = [
        Message(f"{n:032x}", Origin("campaign", "b"), n, "email", "marketing", "a@b.example", "", "", "hello")
        for n in range(count)
    ]
    rendered = list(composer().render(people))
    return [channel.seal(m, words, at=utc_now()).content for m, words in zip(people, rendered, strict=True)]


def show(name: str, seconds: list[float], count: int) -> float:
    """Print and return the median a second."""
    rates = sorted(count / second for second in seconds)
    middle = statistics.median(rates)
    print(f"{name:44} {middle:10,.0f}/s   ({rates[0]:,.0f}-{rates[-1]:,.0f}, {len(rates)} runs)")
    return middle


def rendering(count: int, runs: int) -> None:
    """Renders a second, ours and bare, alternating."""
    compiled = compile_template(TEMPLATE)
    context = Context(traits=TRAITS, sender_name="Shop", unsubscribe_url="https://shop.example/unsubscribe/x")
    page = Environment(autoescape=True).from_string(str(compiled.html).replace("| link_part", "").replace("| link", ""))
    values = {"profile": TRAITS, "sender": {"name": "Shop"}, "unsubscribe_url": "https://shop.example/unsubscribe/x"}
    times: dict[str, list[float]] = {"ours": [], "bare": []}
    for _ in range(runs):
        for name, work in (("ours", lambda: render_one(compiled, context)), ("bare", lambda: page.render(values))):
            begun = time.perf_counter()
            for _ in range(count):
                work()
            times[name].append(time.perf_counter() - begun)
    mine = show("render: subject, HTML and text, counted", times["ours"], count)
    other = show("render: bare python-liquid, the HTML alone", times["bare"], count)
    print(f"{'':44} {mine * 60:10,.0f} a minute, {mine / other:.2f} of bare")


def sending(count: int, runs: int, connections: int) -> None:
    """Messages a second, ours and bare, alternating, to one sink."""
    contents = ready_made(count)
    times: dict[str, list[float]] = {"ours": [], "bare": []}
    with TemporaryDirectory() as folder, running_sink(Path(folder)) as sink:
        ledger = open_ledger(Path(folder) / "ledger.sqlite")
        for run in range(runs):
            queue(ledger, f"run-{run}", count)
            begun = time.perf_counter()
            assert ours(ledger, f"run-{run}", sink.port, connections) == count
            times["ours"].append(time.perf_counter() - begun)
            begun = time.perf_counter()
            assert asyncio.run(bare(contents, sink.port, connections)) == count
            times["bare"].append(time.perf_counter() - begun)
        assert len(sink.accepted()) == 2 * runs * count
    mine = show(f"send: consent, caps, intent, outcome ({connections} conn.)", times["ours"], count)
    other = show(f"send: bare aiosmtplib, ready-made ({connections} conn.)", times["bare"], count)
    print(f"{'':44} {mine / other:10.2f} of bare")


def main(count: int = 2000, runs: int = 5, connections: int = 8) -> None:
    rendering(count, runs)
    sending(count, runs, connections)
    print(f"peak memory {resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024:,.0f} MiB")


if __name__ == "__main__":
    main(*(int(argument) for argument in sys.argv[1:]))
