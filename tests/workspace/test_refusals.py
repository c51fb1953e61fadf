"""Nobody who said no is written to: whole runs through a workspace, to a server that writes down what it got.

Files are those of people: other identifiers, spellings, words, and orders of loading.
"""

from __future__ import annotations

import atexit
import re
import shutil
import tempfile
from collections.abc import Iterator
from datetime import datetime, timedelta
from functools import cache
from pathlib import Path

import pytest

import coterie
from coterie.collect import read_mapping
from coterie.errors import BadDefinition
from coterie.settings import SmtpSettings, WorkspaceSettings
from coterie.testing.smtp_sink import RunningSink, running_sink
from coterie.workspace import Workspace
from tests.laws import by_day
from tests.workspace.shop import copy_stores

NOW = datetime(2026, 11, 22, 9)
PEOPLE = """customer_id,name,email,phone
Q1,Ann,q1@shop-mail.es,+34 600 111 221
Q2,Bo,q2@shop-mail.es,600111222
Q3,Cy,q3@shop-mail.es,600 111 223
Q4,Di,q4@shop-mail.es,
Q5,Ed,q5@shop-mail.es,
"""
YES = "customer_id,channel,granted,occurred_at\n" + "".join(f"Q{n},email,yes,2026-10-01\n" for n in range(1, 6))
ORDERS = "order_id,customer_id,occurred_at,revenue\n1,Q5,2026-11-01 10:00:00,5\n"
CAMPAIGNS = """
templates:
- name: hello
  subject: "Hello {{ profile.name }}"
  defaults: {name: you}
  body: "<p>Hi</p>"
campaigns:
- {name: one, audience: {everybody: true}, template: hello, holdout: 0}
- {name: two, audience: {everybody: true}, template: hello, holdout: 0}
"""
EVERYBODY = {f"q{n}@shop-mail.es" for n in range(1, 6)}


class Shop:
    """A workspace with a moving clock and a sink of its own."""

    def __init__(self, folder: Path, sink: RunningSink) -> None:
        settings = WorkspaceSettings(
            sender="Shop <news@shop-mail.es>",
            postal_address="Calle Mayor 1, Madrid",
            public_url="https://shop-mail.es",
            country="ES",
            smtp=SmtpSettings(port=sink.port),
        )
        self.now, self._folder, self._sink, self._seen = NOW, folder, sink, len(sink.accepted())
        self.ws: Workspace = coterie.open(coterie.init(folder / "shop", settings), clock=self._clock)

    def again(self) -> Workspace:
        """The workspace opened once more, as after a restart."""
        return coterie.open(self.ws.folder, clock=self._clock)

    def _clock(self) -> datetime:
        self.now += timedelta(milliseconds=1)
        return self.now

    def load(self, text: str, name: str = "refused", kind: str | None = "consents") -> None:
        file = self._folder / f"{name}.csv"
        file.write_text(text, "utf-8")
        self.ws.load(file, kind=kind)

    def open_up(self, people: str = PEOPLE, consents: str = YES, orders: str = ORDERS) -> None:
        """Have these people, as ``_fill`` loads them: copied where they are the usual ones."""
        if (people, consents, orders) != (PEOPLE, YES, ORDERS):
            self.fill(people, consents, orders)
            return
        self.ws.close()
        made, self.now = _opened_up()
        copy_stores(made, self._folder / "shop")
        self.ws = coterie.open(self._folder / "shop", clock=self._clock)

    def fill(self, people: str, consents: str, orders: str) -> None:
        for kind, text in (("customers", people), ("consents", consents), ("orders", orders)):
            self.load(text, kind, kind)
        self.ws.refresh()
        self.apply(CAMPAIGNS)

    def apply(self, text: str) -> None:
        (self._folder / "def.yaml").write_text(text, "utf-8")
        self.ws.apply(self._folder / "def.yaml")

    def send(self, name: str = "one", **more: object) -> set[str]:
        """Whom a run wrote to; what the plan or the forecast says just before comes true."""
        told = self.ws.campaigns.send(name, dry_run=True)
        result = self.ws.campaigns.send(name, **more)
        accepted = self._sink.accepted()
        written = [str(line["recipients"][0]) for line in accepted[self._seen :]]  # type: ignore[index]
        self._seen = len(accepted)
        assert len(written) == len(set(written)) == result.sent  # type: ignore[union-attr]
        if not more:
            assert told.contacts == len(written)
        return set(written)

    def refused(self, name: str = "one") -> dict[str, int]:
        return dict(self.ws.campaigns.plan(name).refused)


@cache
def _opened_up() -> tuple[Path, datetime]:
    """The usual people, loaded once, and what the clock then showed."""
    root = Path(tempfile.mkdtemp(prefix="coterie-refusals-"))
    atexit.register(shutil.rmtree, root, ignore_errors=True)
    with running_sink(root) as sink:
        made = Shop(root, sink)
        made.fill(PEOPLE, YES, ORDERS)
        made.ws.close()
    return root / "shop", made.now


@pytest.fixture
def shop(tmp_path: Path, sink: RunningSink) -> Iterator[Shop]:
    opened = Shop(tmp_path, sink)
    yield opened
    opened.ws.close()


WHEN = "2026-11-20 09:00:00"
REFUSALS = {
    "a-new-number-beside-a-known-address": (
        f"customer_id,email,channel,granted,occurred_at\nNEW9,q2@shop-mail.es,email,no,{WHEN}\n", {"q2"}),
    "other-spellings-of-addresses": (
        ("email,channel,granted,occurred_at\n"
        f'"Ann <q1@shop-mail.es>",email,no,{WHEN}\nmailto:q2@shop-mail.es,email,no,{WHEN}\n'
        f"q3@shop-mail.es\u200b,email,no,{WHEN}\n Q4@SHOP-mail.es ,email,no,{WHEN}\n"), {"q1", "q2", "q3", "q4"}),
    "addresses-within-other-text": (
        ("email,phone,channel,granted,occurred_at\n"
        f'Ann (q1@shop-mail.es),,email,no,{WHEN}\n"q2@shop-mail.es; x@elsewhere.es",,email,no,{WHEN}\n'
        f",600 111 223 / 911 234 567,email,no,{WHEN}\nq4 [at] shop-mail.es,,email,no,{WHEN}\n"), {"q1", "q2", "q3", "q4"}),
    "by-phone-and-by-a-number-with-a-point": (
        (f"customer_id,phone,channel,granted,occurred_at\n,600 111 221,email,no,{WHEN}\n,+34600111222,email,no,{WHEN}\n"
        f"Q3.0,,email,no,{WHEN}\n'Q4,,email,no,{WHEN}\n"), {"q1", "q2", "q4"}),
    "a-placeholder-number-swallows-nothing": (
        (f"customer_id,email,channel,granted,occurred_at\n0,q1@shop-mail.es,email,no,{WHEN}\n"
        f"guest,q2@shop-mail.es,email,no,{WHEN}\nn/a,q3@shop-mail.es,email,no,{WHEN}\n"), {"q1", "q2", "q3"}),
    "an-unusable-address-swallows-nothing": (
        f"customer_id,email,channel,granted,occurred_at\nQ1,not given,email,no,{WHEN}\nQ2,q2(at)x,email,no,{WHEN}\n",
        {"q1", "q2"}),
    "words-of-many-languages": (
        (f"email,channel,granted,occurred_at\nq1@shop-mail.es,e-mail,unsubscribed,{WHEN}\nq2@shop-mail.es,all,abgemeldet,{WHEN}\n"
        f'q3@shop-mail.es,newsletter,"""Désabonné""",{WHEN}\nq4@shop-mail.es,邮件,退订,{WHEN}\nq5@shop-mail.es,correo,BAJA,{WHEN}\n'),
        {"q1", "q2", "q3", "q4", "q5"}),
    "marks-of-mailing-tools": (
        (f"email,channel,granted,occurred_at\nq1@shop-mail.es,Email,cleaned,{WHEN}\nq2@shop-mail.es,email,Opted-Out,{WHEN}\n"
        f"q3@shop-mail.es,email,hard_bounce,{WHEN}\nq4@shop-mail.es,email,pending,{WHEN}\nq5@shop-mail.es,email,0,{WHEN}\n"),
        {"q1", "q2", "q3", "q4", "q5"}),
    "a-column-that-asks-for-refusals": (
        f"email,channel,unsubscribed,occurred_at\nq1@shop-mail.es,email,yes,{WHEN}\nq2@shop-mail.es,email,no,{WHEN}\n", {"q1"}),
    "unknown-channels-and-purposes": (
        (f"email,channel,purpose,granted,occurred_at\nq1@shop-mail.es,fax,marketing,no,{WHEN}\n"
        f"q2@shop-mail.es,email,club news,no,{WHEN}\nq3@shop-mail.es,*,*,no,{WHEN}\nq4@shop-mail.es,sms,marketing,no,{WHEN}\n"),
        {"q1", "q2", "q3"}),
    "rows-that-cannot-be-understood": (
        (f"email,channel,granted,occurred_at\nq1@shop-mail.es,email,perhaps?,{WHEN}\nq2@shop-mail.es,email,no,soon\n"
        f"q3@shop-mail.es,email,,{WHEN}\nq4@shop-mail.es,email,no,{WHEN},too,many\nq5@shop-mail.es,email,yes,{WHEN}\n"),
        {"q1", "q2", "q3", "q4"}),
    "a-yes-dated-ahead-answers-nothing": (
        (f"email,channel,granted,occurred_at\nq1@shop-mail.es,email,yes,2027-10-01\nq1@shop-mail.es,email,no,{WHEN}\n"
        "q2@shop-mail.es,email,unsubscribed,2027-06-01 09:00:00\n"), {"q1", "q2"}),
}  # fmt: skip


def of_case(text: str, letter: str) -> str:
    """``text`` about people of one case: C1 and c1@… for Q1 and q1@…, with telephones of their own."""
    text = re.sub(r"\b([Qq])(?=\d)", lambda found: letter if found[1] == "Q" else letter.lower(), text)
    return re.sub(r"600(\s?)111", rf"6{ord(letter)}\g<1>111", text).replace("NEW9", f"NEW{letter}")


LETTERS = dict(zip(REFUSALS, "ABCDEFGHIJKL", strict=True))


@pytest.mark.parametrize("moment", by_day(["refreshed", "not refreshed", "after the launch"], "after the launch"))
def test_a_no_holds_whenever_and_however_it_came(shop: Shop, moment: str) -> None:
    """Every case of ``REFUSALS`` at once, each with five people of its own."""
    head = PEOPLE.splitlines()[0]
    people = [of_case(line, letter) for letter in LETTERS.values() for line in PEOPLE.splitlines()[1:]]
    yes = [of_case(line, letter) for letter in LETTERS.values() for line in YES.splitlines()[1:]]
    shop.open_up("\n".join([head, *people]) + "\n", "\n".join([YES.splitlines()[0], *yes]) + "\n", of_case(ORDERS, "A"))
    first = shop.send(limit=1) if moment == "after the launch" else set()
    for case, (text, _) in REFUSALS.items():
        shop.load(of_case(text, LETTERS[case]), case)
    if moment == "refreshed":
        shop.ws.refresh()
    two, one = shop.send("two"), shop.send() | first
    for case, (_, silent) in REFUSALS.items():
        letter = LETTERS[case].lower()
        kept = {f"{letter}{name[1:]}@shop-mail.es" for name in silent}
        mine = {f"{letter}{n}@shop-mail.es" for n in range(1, 6)}
        assert two & mine == mine - kept, case
        assert one & mine == mine - (kept - first), case


def test_who_waits_for_a_person_to_read_a_row_is_told_and_written_to_once_it_is_settled(shop: Shop) -> None:
    shop.open_up()
    shop.load(
        f"email,channel,granted,occurred_at\nq1@shop-mail.es,email,maybe,{WHEN}\nq2@shop-mail.es,email,ja,{WHEN}\n"
    )
    assert shop.refused() == {"consent_unread": 1}
    assert any("waits in the quarantine" in sentence for sentence in shop.ws.campaigns.plan("one").sentences)
    assert shop.send() == EVERYBODY - {"q1@shop-mail.es"}
    shop.load(f"email,channel,granted,occurred_at\nq1@shop-mail.es,email,yes,{WHEN}\n", "another")
    assert shop.refused("two") == {"consent_unread": 1}
    mapping = read_mapping(shop.ws.folder, "refused")
    granted = mapping.fields["granted"].model_copy(update={"values": {"maybe": "yes"}})
    shop.ws.quarantine.replay(
        source="refused", mapping=mapping.model_copy(update={"fields": mapping.fields | {"granted": granted}})
    )
    assert shop.send("two") == EVERYBODY


def test_guests_who_share_a_placeholder_are_each_their_own(shop: Shop) -> None:
    orders = "order_id,customer_id,email,occurred_at,revenue\n" + "".join(
        f"{n},0,{name}@gast-post.es,2026-11-0{n} 10:00:00,10\n" for n, name in enumerate(("ann", "bob", "ann"), 1)
    )
    yes = "email,channel,granted,occurred_at\nann@gast-post.es,email,yes,2026-10-01\nbob@gast-post.es,email,yes,2026-10-01\n"
    shop.load(orders, "orders", "orders")
    shop.load(yes, "consents")
    shop.ws.refresh()
    shop.apply(CAMPAIGNS.replace("{{ profile.name }}", "there").replace("  defaults: {name: you}\n", ""))
    shop.load("customer_id,email,channel,granted,occurred_at\n0,ann@gast-post.es,email,no,2026-11-10\n")
    assert shop.send() == {"bob@gast-post.es"}
    shop.ws.refresh()
    assert shop.send("two") == {"bob@gast-post.es"}


def test_one_address_under_four_numbers_is_one_no(shop: Shop) -> None:
    people = "customer_id,name,email\n" + "".join(f"K{n},Ilse,ilse@brandt-hof.de\n" for n in range(1, 5))
    people += "M1,Otto,otto@kern-web.de\nM2,Otto,otto@kern-web.de\n"
    yes = "email,channel,granted,occurred_at\nilse@brandt-hof.de,email,yes,2026-10-01\notto@kern-web.de,email,yes,2026-10-01\n"
    orders = "order_id,customer_id,occurred_at,revenue\n" + "".join(f"{n},K{n},2026-11-0{n},50\n" for n in range(1, 5))
    shop.open_up(people, yes, orders + "5,M1,2026-11-09,50\n")
    shop.load(f"customer_id,email,channel,granted,occurred_at\nK2,ilse@brandt-hof.de,email,no,{WHEN}\n")
    refused = shop.refused()
    assert shop.send() == {"otto@kern-web.de"}
    assert "consent_denied" in refused


def test_a_merge_between_two_sends_brings_its_no_along(shop: Shop) -> None:
    """Q1 turns out to be R9, who said no before anybody knew."""
    shop.open_up()
    shop.load("customer_id,channel,granted,occurred_at\nR9,email,no,2026-11-01\n")
    first = shop.send(limit=1)
    left = sorted(EVERYBODY - first)
    shop.load(f"customer_id,email\nR9,{left[0]}\n", "merged", "customers")
    assert shop.send() == set(left[1:])


@pytest.mark.parametrize("between", by_day([False, True], True))
def test_an_unsubscribe_link_holds_for_the_person(shop: Shop, between: bool) -> None:
    shop.open_up()
    shop.send(limit=1)
    messages = shop.ws.campaigns.messages("one").to_pandas()
    sent = messages[messages["state"] == "sent"].iloc[0]
    from coterie.compose import UnsubscribeClaim, sign_unsubscribe

    claim = UnsubscribeClaim(sent["message_id"], int(sent["profile_id"]), "one", "email", "marketing")
    shop.ws.brakes.unsubscribe(sign_unsubscribe(claim, shop.ws.brakes.key.derive("unsubscribe")))
    if between:
        shop.load(f"email,channel,granted,occurred_at\n{sent['address']},all,yes,{shop.now:%Y-%m-%d %H:%M:%S}\n")
    assert shop.send("two") == EVERYBODY - {sent["address"]}
    assert shop.send() == EVERYBODY - {sent["address"]}


@pytest.mark.parametrize("goal", by_day(["", ", goal: null", ", goal: {event: Message Clicked, within: P3D}"], ""))
def test_a_plain_newsletter_needs_no_orders(shop: Shop, goal: str) -> None:
    for kind, text in (("customers", PEOPLE), ("consents", YES)):
        shop.load(text, kind, kind)
    shop.ws.refresh()
    shop.apply(CAMPAIGNS.replace("name: one,", f"name: one{goal},"))
    assert shop.send() == EVERYBODY
    sentences = shop.ws.campaigns.results("one").sentences
    assert sentences
    if "Clicked" not in goal:
        assert any("no goal" in sentence for sentence in sentences)  # type: ignore[attr-defined]


@pytest.mark.parametrize("purpose", by_day(["marketing", "Werbung", "club news"], "club news"))
def test_marketing_that_rests_on_a_contract_is_refused_when_it_is_applied(shop: Shop, purpose: str) -> None:
    shop.open_up()
    with pytest.raises(BadDefinition, match="which no contract owes to anybody"):
        shop.apply(CAMPAIGNS.replace("name: one,", f"name: one, purpose: {purpose}, basis: contract,"))
    shop.apply(CAMPAIGNS.replace("name: one,", "name: one, purpose: transactional, basis: contract,"))
    shop.load(f"email,channel,granted,occurred_at\nq1@shop-mail.es,email,no,{WHEN}\nq2@shop-mail.es,all,no,{WHEN}\n")
    shop.load(f"email,channel,purpose,granted,occurred_at\nq3@shop-mail.es,email,all,no,{WHEN}\n", "to-all")
    assert shop.send() == EVERYBODY - {"q3@shop-mail.es"}


def test_a_no_under_the_number_of_an_account_holds_for_all_its_people(shop: Shop) -> None:
    people = [(f"C{a}", f"p{n}@firma-{a}.es") for a in range(1, 5) for n in range(3)]
    orders = "".join(f"{n},{number},{who},2026-11-01,10\n" for n, (number, who) in enumerate(people))
    yes = "email,channel,granted,occurred_at\n" + "".join(f"{who},email,yes,2026-10-01\n" for _, who in people)
    shop.load("order_id,customer_id,email,occurred_at,revenue\n" + orders, "orders", "orders")
    shop.load(yes, "yes")
    shop.ws.refresh()
    shop.apply(CAMPAIGNS.replace("{{ profile.name }}", "there").replace("  defaults: {name: you}\n", ""))
    shop.load(f"customer_id,email,channel,granted,occurred_at\nC1,,email,no,{WHEN}\n,p0@firma-2.es,email,no,{WHEN}\n")
    assert shop.send() == {who for number, who in people if number != "C1" and who != "p0@firma-2.es"}


OTHER_PURPOSE = CAMPAIGNS.replace("audience:", "purpose: club news, audience:")


@pytest.mark.parametrize(
    "way", by_day(["a link", "a file without dates", "a file dated by days"], "a file dated by days")
)
def test_a_no_that_a_clock_set_back_dates_before_the_yes_holds(shop: Shop, way: str) -> None:
    shop.open_up(consents=YES.replace("granted", "purpose,granted").replace("email,yes", "email,club news,yes"))
    shop.apply(OTHER_PURPOSE)
    yes = (
        f"email,channel,purpose,granted,occurred_at\nq1@shop-mail.es,email,club news,yes,{shop.now:%Y-%m-%d %H:%M:%S}\n"
    )
    shop.load(yes, "yes")
    assert shop.send(limit=5) == EVERYBODY
    no = "email,channel,purpose,granted{0}\nq1@shop-mail.es,email,club news,no{1}\n"
    if way == "a file dated by days":  # which may have been after the yes of that day
        shop.load(no.format(",occurred_at", f",{shop.now:%Y-%m-%d}"))
    else:
        shop.now -= timedelta(hours=3)
    if way == "a file without dates":
        shop.load(no.format("", ""))
    elif way == "a link":
        messages = shop.ws.campaigns.messages("one").to_pandas()
        message = messages[messages["address"] == "q1@shop-mail.es"].iloc[0]
        from coterie.compose import UnsubscribeClaim, sign_unsubscribe

        claim = UnsubscribeClaim(message["message_id"], int(message["profile_id"]), "one", "email", "club news")
        shop.ws.brakes.unsubscribe(sign_unsubscribe(claim, shop.ws.brakes.key.derive("unsubscribe")))
    shop.now += timedelta(hours=9)
    assert shop.send("two") == EVERYBODY - {"q1@shop-mail.es"}
