"""What spreadsheets and people put around a value hides neither what a column is nor what a cell says."""

from __future__ import annotations

from pathlib import Path

import pytest

from coterie.collect import load, propose
from coterie.engines import open_warehouse
from coterie.identifiers import MATCHERS
from coterie.settings import WorkspaceSettings


@pytest.mark.parametrize("dressed", ["'{}", '"=""{}"""', '"\t{}"', "'{}'"])
def test_cells_that_a_spreadsheet_keeps_as_text_are_read_as_what_they_say(tmp_path: Path, dressed: str) -> None:
    heading = "order_id,customer_id,date,total,discount,status,newsletter\n"
    rows = [
        (
            f"{7000 + n}",
            f"{100 + n}",
            f"2026-03-{n:02d}",
            f"{n}9.50",
            "" if n % 3 else "1.00",
            "paid" if n % 5 else "void",
            "",
        )
        for n in range(1, 29)
    ]
    text = heading + "\n".join(",".join(dressed.format(cell) for cell in row) for row in rows)
    file = tmp_path / "export.csv"
    file.write_text(text, "utf-8")
    found = propose(file)
    assert {"order_id", "customer_id", "occurred_at", "revenue", "status"} <= set(found.mapping.fields)
    engine = open_warehouse(None)
    loaded = load(engine, file, found.mapping, settings=WorkspaceSettings())
    kept = engine.query(
        "SELECT count(*), sum(revenue), count(DISTINCT order_id), min(order_id), count(*) FILTER (status = 'cancelled'), max(occurred_at)::DATE FROM orders"
    )
    engine.close()
    assert (loaded.accepted, loaded.refused) == (28, 0)
    total = sum(n * 10 + 9.5 for n in range(1, 29) if n % 5)
    assert [float(total), 28, "7001"] == [
        float(kept.column(1)[0].as_py()),
        kept.column(2)[0].as_py(),
        kept.column(3)[0].as_py(),
    ]
    assert (kept.column(4)[0].as_py(), str(kept.column(5)[0].as_py())) == (5, "2026-03-28")


@pytest.mark.parametrize(
    ("field", "spelt"),
    [
        ("phone", "'{phone}"),
        ("phone", '=""{phone}""'),
        ("phone", "{phone}.0"),
        ("phone", "\u202d{phone}\u202c"),
        ("phone", "电话:{phone}"),
        ("phone", "Tel.: {phone}"),
        ("phone", "{phone}转8"),
        ("phone", "0086-{phone}"),
        ("email", "'{email}"),
        ("email", '=""{email}""'),
        ("email", "\u200b{email}"),
        ("email", "mailto:{email}"),
        ("email", "Li Lei <{email}>"),
    ],
)
def test_an_address_is_known_however_a_spreadsheet_or_a_person_wrote_it(tmp_path: Path, field: str, spelt: str) -> None:
    people = [{"phone": f"138{place:08d}", "email": f"ann{place}@x.example"} for place in range(10, 40)]
    lines = [f'A{place},"{spelt.format(**who)}",2026-03-01,9.00' for place, who in enumerate(people)]
    heading = {"phone": "联系手机", "email": "邮箱"}[field]
    text = "\n".join([f"订单编号,{heading},下单时间,实付金额", *lines])
    file = tmp_path / "orders.csv"
    file.write_text(text, "utf-8")
    found = propose(file, country="CN")
    assert found.mapping.fields[field].columns == (heading,)
    engine = open_warehouse(None)
    loaded = load(engine, file, found.mapping, settings=WorkspaceSettings(country="CN"))
    assert (loaded.accepted, loaded.refused) == (len(people), 0)
    values = engine.query(f"SELECT value FROM identifiers WHERE namespace = '{field}'").column(0)
    engine.close()
    keys = sorted(MATCHERS[field].normalize(values.combine_chunks(), "CN").to_pylist())
    assert keys == sorted(f"+86{who[field]}" if field == "phone" else who[field] for who in people)
