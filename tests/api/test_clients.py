"""Unmodified clients of Segment and RudderStack send to a running server, and their facts are those of files."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

import coterie
from tests.api.server import serving

PLACED = datetime(2026, 3, 4, 5, 6, 7, tzinfo=UTC)


def _tell(client: object) -> None:
    """What a shop tells of two people, by the calls that both libraries have."""
    client.identify(
        "u1", {"email": "ann@shop.example", "firstName": "Ann", "plan": "pro", "email_opt_in": True}, timestamp=PLACED
    )
    client.track(
        "u1", "Product Viewed", {"price": 12.5}, context={"ip": "192.0.2.7"}, anonymous_id="a1", timestamp=PLACED
    )
    client.page(anonymous_id="a1", name="Home", properties={"url": "/"})
    client.screen("u1", name="Start")
    client.group("u1", "g1", {"employees": 7})
    client.alias("a2", "u1")
    products = [{"product_id": "p1", "price": 10, "quantity": 2}, {"product_id": "p2", "price": 5}]
    order = {"order_id": "o1", "revenue": 25, "currency": "USD", "products": products}
    client.track("u1", "Order Completed", order, timestamp=PLACED)
    client.track("u2", "Order Completed", {"order_id": "o2", "total": "40.50"}, timestamp=PLACED)
    client.track("u2", "Order Refunded", {"order_id": "o2", "total": 10}, timestamp=PLACED + timedelta(days=2))
    client.identify("u2", {"email": "bob@shop.example", "unsubscribed": True}, timestamp=PLACED)


def _segment(address: str, key: str, *, packed: bool) -> None:
    from segment.analytics.client import Client

    client = Client(key, host=address, gzip=packed, sync_mode=False, on_error=_raise)
    _tell(client)
    client.shutdown()


def _rudder(address: str, key: str, *, packed: bool) -> None:
    from rudderstack.analytics.client import Client

    client = Client(key, host=address, gzip=packed, sync_mode=False, on_error=_raise)
    _tell(client)
    client.shutdown()


def _raise(fault: Exception, _batch: object) -> None:
    raise fault


@pytest.mark.parametrize(
    ("send", "packed"),
    [pytest.param(_segment, True, id="segment-packed"), pytest.param(_rudder, False, id="rudderstack")],
)
@pytest.mark.filterwarnings("ignore::DeprecationWarning")
def test_what_a_client_tells_means_what_files_mean(
    tmp_path: Path, by_files: dict[str, object], send: Callable[..., None], packed: bool
) -> None:
    folder = coterie.init(tmp_path / "shop", country="US")
    with serving(folder) as server:
        send(server.address, server.key, packed=packed)
        figures = server.settle()
        assert (figures["received"], figures["accepted"], figures["refused"]) == (10, 10, 0)
        assert server.end() == (0, "")
    assert _facts(folder) == by_files
    with coterie.open(folder) as ws:
        names = ws.query("SELECT name, count(*) AS n FROM events GROUP BY 1 ORDER BY 1").rows()
        assert [row["name"] for row in names] == [
            "Group Joined",
            "Identity Aliased",
            "Page Viewed",
            "Product Viewed",
            "Screen Viewed",
        ]
        viewed = "SELECT properties.price::DOUBLE AS price, context.ip::VARCHAR AS ip, occurred_at FROM events"
        assert ws.query(f"{viewed} WHERE name = 'Product Viewed'").rows() == [
            {"price": 12.5, "ip": "192.0.2.7", "occurred_at": PLACED.replace(tzinfo=None)}
        ]


@pytest.fixture(scope="module")
def by_files(tmp_path_factory: pytest.TempPathFactory) -> dict[str, object]:
    """The same facts as files have them."""
    tmp_path = tmp_path_factory.mktemp("files")
    folder = coterie.init(tmp_path / "by-files", country="US")
    files = {
        "customers": "customer_id,email,first_name,plan,updated_at\n"
        f"u1,ann@shop.example,Ann,pro,{PLACED.isoformat()}\nu2,bob@shop.example,,,{PLACED.isoformat()}\n",
        "consents": "customer_id,email,channel,granted,occurred_at\n"
        f"u1,ann@shop.example,email,yes,{PLACED.isoformat()}\nu2,bob@shop.example,all,no,{PLACED.isoformat()}\n",
        "orders": f"order_id,customer_id,occurred_at,revenue\no1,u1,{PLACED.isoformat()},25\no2,u2,{PLACED.isoformat()},40.50\n",
        "returns": f"order_id,customer_id,occurred_at,revenue\no2,u2,{(PLACED + timedelta(days=2)).isoformat()},10\n",
        "order_lines": "order_id,line_number,product_id,customer_id,occurred_at,unit_price,quantity\n"
        f"o1,1,p1,u1,{PLACED.isoformat()},10,2\no1,2,p2,u1,{PLACED.isoformat()},5,1\n",
        "events": "event_id,customer_id,device_id,name,occurred_at\n"
        f"e1,u1,a1,Product Viewed,{PLACED.isoformat()}\ne2,u1,a2,Identity Aliased,{PLACED.isoformat()}\n",
    }
    with coterie.open(folder) as ws:
        for kind, text in files.items():
            file = tmp_path / f"{kind}.csv"
            file.write_text(text, "utf-8")
            ws.load(file, kind=kind)
    return _facts(folder)


def _facts(folder: Path) -> dict[str, object]:
    """People, what is known of them, what they bought and what may be sent to them, as a refresh has it."""
    with coterie.open(folder) as ws:
        ws.refresh(as_of="2026-06-01")
        people = """SELECT list(DISTINCT namespace || ' ' || value ORDER BY namespace || ' ' || value) AS who
            FROM identifiers GROUP BY profile_id ORDER BY 1"""
        orders = """SELECT order_id, revenue, occurred_at, status::VARCHAR AS status, stands_until, i.value AS buyer
            FROM orders o JOIN identifiers i ON i.identifier_id = o.profile_id WHERE revenue > 0 ORDER BY 1"""
        returns = "SELECT undoes, revenue, occurred_at FROM orders WHERE revenue < 0"
        lines = "SELECT order_id, product_id, revenue, quantity, occurred_at FROM order_lines ORDER BY 1, 2"
        given = "SELECT email, first_name, plan FROM profiles WHERE email IS NOT NULL ORDER BY 1"
        found = {
            name: ws.query(sql).rows()
            for name, sql in {
                "people": people,
                "orders": orders,
                "returns": returns,
                "lines": lines,
                "given": given,
            }.items()
        }
        with ws._stand.ledger.reading() as t:
            told = t.consents.between(0, t.consents.last()).select(
                ["identity", "purpose", "channel", "state", "effective_at"]
            )
        consents = sorted({tuple(row.values()) for row in told.to_pylist()})
        assert consents
        return found | {"consents": consents}
