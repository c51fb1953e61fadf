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
