"""Shoppers of the demonstration, live: they look around, sign in, fill carts and buy, and every step is sent as it happens.

What they do is sent as a shop's page would send it, to ``/v1/batch`` in the form of Segment's clients. A visit begins
with nobody known; some shoppers sign in as a household of the demonstration, some give an address that is new, the
others stay unknown. Nobody real is behind any of it. Randomness comes from one seed.
"""

from __future__ import annotations

import base64
import json
import random
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from http.client import HTTPConnection
from time import monotonic, sleep
from urllib.parse import urlsplit
from uuid import UUID

SIGNS_IN, IS_NEW, FILLS_CART, BUYS = 0.5, 0.1, 0.5, 0.6
"""Shares: of visits in which somebody signs in as a household, or leaves a new address; of those, who fill a cart; of those, who buy."""

GOODS = (
    ("coffee", "Coffee beans, 500 g", 9.9),
    ("bread", "Rye bread", 3.2),
    ("cheese", "Farm cheese", 6.5),
    ("apples", "Apples, 2 kg", 4.8),
    ("diapers", "Diapers, 60 pieces", 17.9),
    ("wine", "Red wine", 11.5),
)
"""Product, name and price of what the shop sells online."""

_AGENT = "Mozilla/5.0 (simulated shopper)"

Message = dict[str, object]


@dataclass
class Shoppers:
    """Draws visits; ``households`` are the numbers of customers who may sign in.

    >>> visit = next(Shoppers(households=(7,), seed=1).visits())
    >>> visit[0]["type"], visit[0]["name"]
    ('page', 'Home')
    """

    households: Sequence[int]
    seed: int
    orders: int = field(default=0, init=False)

    def __post_init__(self) -> None:
        self._chance = random.Random(self.seed)

    def visits(self) -> Iterator[list[Message]]:
        """One visit after the other, each a list of messages in the order in which they happen."""
        while True:
            yield list(self._visit())

    def _visit(self) -> Iterator[Message]:
        chance = self._chance
        who: Message = {"anonymousId": self._id()}
        yield self._said(who, "page", name="Home", properties={"path": "/"})
        looked_at = chance.sample(GOODS, chance.randint(1, 3))
        for each in looked_at:
            yield self._tracked(who, "Product Viewed", _product(each))
        drawn = chance.random()
        if drawn >= SIGNS_IN + IS_NEW:
            return
        who = who | {"userId": self._customer(is_new=drawn >= SIGNS_IN)}
        yield self._said(who, "identify", traits={"email": _address(str(who["userId"]))})
        if chance.random() >= FILLS_CART:
            return
        cart = [(each, chance.randint(1, 3)) for each in looked_at]
        for each, quantity in cart:
            yield self._tracked(who, "Product Added", _product(each) | {"quantity": quantity})
        yield self._tracked(who, "Checkout Started", {"value": _worth(cart), "currency": "USD"})
        if chance.random() >= BUYS:
            return
        self.orders += 1
        bought = [_product(each) | {"quantity": quantity} for each, quantity in cart]
        sold = {"order_id": f"online-{self.seed}-{self.orders}", "revenue": _worth(cart), "currency": "USD"}
        yield self._tracked(who, "Order Completed", sold | {"products": bought})

    def _customer(self, *, is_new: bool) -> str:
        return f"online-{self._id()[:8]}" if is_new else str(self._chance.choice(self.households))

    def _tracked(self, who: Message, event: str, properties: Message) -> Message:
        return self._said(who, "track", event=event, properties=properties)

    def _said(self, who: Message, kind: str, **what: object) -> Message:
        return {"type": kind, "messageId": self._id(), "context": {"userAgent": _AGENT}, **who, **what}

    def _id(self) -> str:
        return str(UUID(int=self._chance.getrandbits(128), version=4))


def _product(good: tuple[str, str, float]) -> Message:
    product_id, name, price = good
    return {"product_id": product_id, "name": name, "price": price}


def _worth(cart: Sequence[tuple[tuple[str, str, float], int]]) -> float:
    return round(sum(price * quantity for (_, _, price), quantity in cart), 2)


def _address(customer: str) -> str:
    return f"{customer}@example.com" if customer.startswith("online-") else f"household-{customer}@example.com"


class Till:
    """Sends messages to a server's ``/v1/batch``, over one connection; tries again where it is asked to."""

    def __init__(self, address: str, write_key: str) -> None:
        self._host = urlsplit(address).netloc
        self._key = base64.b64encode(f"{write_key}:".encode()).decode()
        self._connection = HTTPConnection(self._host, timeout=30)

    def send(self, messages: Sequence[Message]) -> None:
        """Send, until the server has it on its disk; raises ``ConnectionError`` where there is no server any more."""
        body = json.dumps({"batch": list(messages), "sentAt": datetime.now(UTC).isoformat()})
        headers = {"Authorization": f"Basic {self._key}", "Content-Type": "application/json"}
        while True:
            self._connection.request("POST", "/v1/batch", body, headers)
            answer = self._connection.getresponse()
            told = answer.read().decode()
            if answer.status == 200:
                return
            if answer.status not in (429, 503, 507):
                raise ConnectionError(f"the server refuses the shoppers: {answer.status} {told}")
            sleep(float(answer.headers.get("Retry-After", "1")))


def shop_on(shoppers: Shoppers, till: Till, *, visits_a_minute: float) -> Iterator[Sequence[Message]]:
    """Let visits happen one after the other at that pace, for ever; yields each message's visit when it was sent."""
    pause, due = 60 / visits_a_minute, monotonic()
    for visit in shoppers.visits():
        now = datetime.now(UTC)
        till.send([each | {"timestamp": now.isoformat()} for each in visit])
        yield visit
        due = max(due + pause, monotonic() - pause)
        sleep(max(0.0, due - monotonic()))
