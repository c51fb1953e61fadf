"""What a copy in memory has of a table is what the warehouse has of it."""

from __future__ import annotations

import pytest

from coterie.engines import open_warehouse
from coterie.segment.copies import Copies, LivePlan


@pytest.mark.parametrize(
    ("kind", "value"),
    [
        pytest.param("DECIMAL(18,4)", "12.3400", id="money"),
        pytest.param("ENUM('new', 'lost')", "'lost'", id="a-status"),
        pytest.param("VARIANT", "{'price': 9.5, 'tags': ['a']}::VARIANT", id="properties"),
        pytest.param("VARCHAR[]", "['a', NULL]", id="a-list"),
        pytest.param("HUGEINT", "170141183460469231731687303715884105727", id="a-great-sum"),
        pytest.param("TIMESTAMP", "TIMESTAMP '2026-03-29 02:30:00.000001'", id="an-instant"),
    ],
)
def test_values_of_every_type_come_back_as_they_were(kind: str, value: str) -> None:
    engine = open_warehouse(None)
    engine.execute(f"CREATE TABLE told (profile_id BIGINT, x {kind})")
    engine.execute(f"INSERT INTO told VALUES (1, {value}), (2, NULL)")
    columns = {"profile_id": ("profile_id", "BIGINT"), "x": ("x", engine.columns("told")["x"])}
    text = "SELECT profile_id, x::VARCHAR AS x, typeof(x) AS kind FROM told"
    what = LivePlan(text, {}, {"told": columns}, {}, (), (), {})
    found = Copies(engine).found(what, "profile_id = 1").to_pylist()
    assert found == engine.query(f"{text} WHERE profile_id = 1").to_pylist()
    engine.close()


def test_a_table_that_is_nobodys_is_copied_anew_when_rows_of_it_are_replaced() -> None:
    engine = open_warehouse(None)
    product = "INSERT INTO products BY NAME SELECT 's1' AS product_id, 'shirts' AS category, 1 AS batch_id"
    engine.execute(product)
    columns = {name: (name, "VARCHAR") for name in ("product_id", "category")}
    what = LivePlan("SELECT category FROM products", {}, {}, {"products": columns}, (), (), {})
    copies = Copies(engine)
    seen = [copies.found(what, "TRUE").to_pylist()]
    engine.execute("UPDATE products SET category = 'hats', batch_id = 2")
    seen.append(copies.found(what, "TRUE").to_pylist())
    assert seen == [[{"category": "shirts"}], [{"category": "hats"}]]
    engine.close()
