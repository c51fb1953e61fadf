"""What is wrong in a definition that is applied is told with its line, and with facts that a program can use."""

from __future__ import annotations

from pathlib import Path

import pytest

import coterie
from coterie.errors import BadDefinition

KEPT = """traits:
- name: spent_lately
  value: {sum: revenue, event: Order Completed, within: 90d}
segments:
- name: spenders
  rule: {trait: spent_lately, ">=": 10}
"""


def test_an_unknown_name_carries_the_known_and_the_nearest(shop: coterie.Workspace, tmp_path: Path) -> None:
    file = tmp_path / "new.yaml"
    file.write_text("segments:\n- name: vip\n  rule: {trait: ordrs, '>=': 2}\n", "utf-8")
    with pytest.raises(BadDefinition) as found:
        shop.apply(file)
    assert found.value.line == 3
    assert found.value.facts["name"] == "ordrs"
    assert "orders" in found.value.facts["known"]  # type: ignore[operator]
    assert found.value.facts["nearest"][0] == "orders"  # type: ignore[index]


def test_a_file_that_breaks_what_is_kept_is_told_with_its_line(shop: coterie.Workspace, tmp_path: Path) -> None:
    kept, new = tmp_path / "kept.yaml", tmp_path / "new.yaml"
    kept.write_text(KEPT, "utf-8")
    shop.apply(kept)
    new.write_text("traits:\n- name: spent_lately\n  value: {last: order_id, event: Order Completed}\n", "utf-8")
    with pytest.raises(BadDefinition, match="spenders") as found:
        shop.apply(new)
    assert (found.value.path, found.value.line) == (str(new), 2)
    assert "spenders" in found.value.told("zh")


def test_every_broken_one_of_many_is_left_out_of_a_refresh_and_no_other(tmp_path: Path) -> None:
    """They are applied ahead of the data, which then turn out to have no such attribute; faults are sought in halves."""
    names, broken = [f"s{n}" for n in range(23)], {"s0", "s7", "s8", "s22"}
    rules = (f"{{trait: {'colour' if name in broken else 'orders'}, is_set: true}}" for name in names)
    file, orders = tmp_path / "many.yaml", tmp_path / "orders.csv"
    file.write_text("segments:\n" + "".join(f"- {{name: {n}, rule: {r}}}\n" for n, r in zip(names, rules, strict=True)))
    orders.write_text("order_id,customer_id,order_date,total\n1,a,2026-01-02,5\n", "utf-8")
    with coterie.open(coterie.init(tmp_path / "shop")) as shop:
        shop.apply(file)
        shop.load(orders)
        told = [str(each).split() for each in shop.refresh().warnings]
        assert {name for _, name, *words in told if "left" in words} == broken
        assert {row["name"] for row in shop.segments.list().rows() if row["size"] == 1} == {*names} - broken
        with pytest.raises(BadDefinition, match=r"many.yaml:2: segment s0.*colour"):
            shop.apply(file)


def test_sizes_of_many_are_those_of_each(shop: coterie.Workspace, tmp_path: Path) -> None:
    """More than one statement counts: the last of them as the first."""
    file = tmp_path / "many.yaml"
    rules = {f"s{n}": f"{{trait: orders, '>=': {n % 5}}}" for n in range(203)}
    file.write_text("segments:\n" + "".join(f"- {{name: {n}, rule: {r}}}\n" for n, r in rules.items()), "utf-8")
    found = {row["name"]: row["size_after"] for row in shop.diff(file).rows()}
    sizes = {n: shop.segments.preview({"trait": "orders", ">=": n}).size for n in range(5)}
    assert found == {name: sizes[int(name[1:]) % 5] for name in rules}
    assert len({*sizes.values()}) > 2
