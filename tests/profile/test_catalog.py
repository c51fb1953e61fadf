"""What a catalog says of names that it does not know."""

from __future__ import annotations

import pytest

from coterie.errors import UnknownName
from coterie.profile.catalog import Catalog, EventKind


def test_an_event_read_from_a_table_says_which_file_makes_it() -> None:
    with pytest.raises(UnknownName, match="known: none yet; load a file of orders or order lines first"):
        Catalog().event("Order Completed")


@pytest.mark.parametrize(
    ("trait", "advice"),
    [
        pytest.param("orders", "load a file of orders or order lines first", id="its-event-is-missing"),
        pytest.param("shoe_size", "", id="no-ready-trait"),
    ],
)
def test_a_ready_trait_says_what_it_lacks(trait: str, advice: str) -> None:
    assert Catalog().lacks(trait) == advice
    known = Catalog(events={"Order Completed": EventKind("Order Completed", "orders", {})})
    assert known.lacks(trait) != "load a file of orders or order lines first"
