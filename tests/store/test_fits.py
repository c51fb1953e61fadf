from __future__ import annotations

import pytest

from coterie.errors import UnknownName
from coterie.store import KeptFit
from tests.store.rows import NOW


def test_each_fit_stays_with_what_it_rests_on(ledger):
    first = KeptFit("model", "value", {"r": 0.5}, NOW, "ann")
    second = KeptFit("model", "value", {"r": 0.6}, NOW, "bob", NOW, 2357, "1.2", {"covered": 0.8})
    with ledger.transaction() as t:
        assert [t.fits.add(fit) for fit in (first, second, first)] == [1, 2, 3]
        t.fits.add(KeptFit("discovery", "value", {}, NOW, "ann"))
    with ledger.reading() as t:
        kept = t.fits.one("model", "value", 2)
        assert (kept.body, kept.as_of, kept.profiles, kept.made_by) == ({"r": 0.6}, NOW, 2357, "1.2")
        assert kept.validation == {"covered": 0.8}
        assert [(fit.kind, fit.number) for fit in t.fits.all()] == [
            ("discovery", 1),
            *(("model", n) for n in (1, 2, 3)),
        ]
        with pytest.raises(UnknownName, match="known: value 1, value 2, value 3"):
            t.fits.one("model", "value", 9)
    assert ledger.breaches() == []
